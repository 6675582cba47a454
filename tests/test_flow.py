from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK

from coach.call import Role, Turn
from coach.flow import Flow, flow_of
from coach.rule_models import Window

ROLE: dict[str, Role] = {"a": "agent", "c": "customer", "o": "other"}


def flow(letters: str) -> Flow:
    """Return the flow of turns such as ``ac.a``: agent, customer, a noise of the other side, agent."""
    turns = [Turn(ROLE.get(letter, "customer"), letter) for letter in letters]
    return flow_of(turns, {index for index, letter in enumerate(letters) if letter == "."})


def timed(*spans: tuple[float | None, float | None]) -> Flow:
    """Return the flow of turns in turn at these times."""
    return flow_of([Turn("agent" if i % 2 == 0 else "customer", "x", *span) for i, span in enumerate(spans)], ())


@pytest.mark.parametrize(
    ("letters", "stretches"),
    [
        ("acac", (0, 1, 2, 3)),
        ("aacca", (0, 0, 1, 1, 2)),
        ("a.a", (0, 0, 0)),
        ("a.c", (0, 0, 1)),
        (".ac", (-1, 0, 1)),
        ("...", (-1, -1, -1)),
        ("", ()),
        ("aoa", (0, 1, 2)),
    ],
)
def test_turns_of_one_speaker_in_a_row_are_one_stretch(letters: str, stretches: tuple[int, ...]) -> None:
    assert flow(letters).stretch == stretches


def test_speakers_of_unknown_role_are_told_apart_by_label() -> None:
    turns = [Turn("unknown", "x", speaker=label) for label in ("S1", "S1", "S2", "S1")]
    assert flow_of(turns, ()).stretch == (0, 0, 1, 2)


@pytest.mark.parametrize(
    ("letters", "window", "side", "expected"),
    [
        ("acacac", Window(2, edge="first"), "agent", range(0, 3)),
        ("acacac", Window(2, edge="last"), "agent", range(2, 6)),
        ("aaacac", Window(2, edge="first"), "agent", range(0, 5)),
        ("a.a.cac", Window(2, edge="first"), "agent", range(0, 6)),
        ("cac", Window(1, edge="first"), "agent", range(0, 2)),
        ("acac", Window(9, edge="first"), "agent", range(0, 3)),
        ("acac", Window(9, edge="last"), "agent", range(0, 4)),
        ("ccc", Window(3, edge="first"), "agent", range(0)),
        ("ccc", Window(3, edge="last"), "agent", range(0)),
        ("acac", Window(1, edge="first"), None, range(0, 1)),
        ("acac", Window(), "agent", range(0, 4)),
        ("acac", Window(2), "agent", range(0, 4)),
        ("", Window(), None, range(0)),
    ],
)
def test_turns_at_the_edges_of_a_call(letters: str, window: Window, side: Role | None, expected: range) -> None:
    assert flow(letters).turns_within(window, side) == expected


@pytest.mark.parametrize(
    ("letters", "turn", "window", "from_same", "expected"),
    [
        ("cacaca", 0, Window(1), False, range(1, 2)),
        ("cacaca", 0, Window(3), False, range(1, 4)),
        ("caaaca", 0, Window(1), False, range(1, 4)),
        ("c.aca", 0, Window(1), False, range(1, 3)),
        ("cca", 0, Window(1), False, range(1, 3)),
        ("ca", 1, Window(3), False, range(2, 2)),
        ("ca", 1, Window(3), True, range(1, 2)),
        ("cacaca", 2, Window(), False, range(3, 6)),
        ("cacaca", 2, Window(0), True, range(2, 3)),
    ],
)
def test_turns_that_may_reply(letters: str, turn: int, window: Window, from_same: bool, expected: range) -> None:
    assert flow(letters).turns_after(turn, window, from_same=from_same) == expected


@pytest.mark.parametrize(
    ("letters", "turn", "window", "expected"),
    [
        ("cacaca", 4, Window(1), range(3, 4)),
        ("cacaca", 4, Window(3), range(1, 4)),
        ("caaaca", 4, Window(1), range(1, 4)),
        ("cac.a", 4, Window(1), range(2, 4)),
        ("aa", 1, Window(0), range(0, 1)),
        ("ca", 0, Window(3), range(0, 0)),
        ("cacaca", 3, Window(), range(0, 3)),
    ],
)
def test_turns_before(letters: str, turn: int, window: Window, expected: range) -> None:
    assert flow(letters).turns_before(turn, window) == expected


CLOCK = timed((0, 2), (3, 5), (10, 12), (30, 31))


def test_windows_in_seconds() -> None:
    ten = Window(seconds=10.0)
    assert CLOCK.turns_after(0, ten, from_same=False) == range(1, 3)
    assert CLOCK.turns_after(2, ten, from_same=False) == range(3, 3)
    assert CLOCK.turns_before(2, ten) == range(0, 2)
    assert CLOCK.turns_before(3, ten) == range(3, 3)
    assert CLOCK.turns_within(Window(seconds=4, edge="first"), None) == range(0, 2)
    assert CLOCK.turns_within(Window(seconds=4, edge="last"), None) == range(3, 4)


def test_a_window_in_seconds_covers_nothing_where_times_are_missing() -> None:
    bare = timed((None, None), (None, None), (None, None))
    ten = Window(seconds=10.0)
    assert bare.turns_after(0, ten, from_same=False) == range(1, 1)
    assert bare.turns_before(2, ten) == range(2, 2)
    assert bare.turns_within(Window(seconds=4, edge="first"), None) == range(0)
    assert bare.turns_within(Window(seconds=4, edge="last"), None) == range(3, 3)


windows = st.builds(
    Window, st.one_of(st.none(), st.integers(0, 4)), st.none(), st.sampled_from([None, "first", "last"])
)


@QUICK
@given(st.text(st.sampled_from("aco."), max_size=10), windows, st.sampled_from([None, "agent", "customer"]))
def test_windows_stay_inside_the_call(letters: str, window: Window, side: Role | None) -> None:
    of = flow(letters)
    within = of.turns_within(window, side)
    assert set(within) <= set(range(len(letters)))
    for turn in range(len(letters)):
        assert all(turn < later < len(letters) for later in of.turns_after(turn, window, from_same=False))
        assert all(0 <= earlier < turn for earlier in of.turns_before(turn, window))


@QUICK
@given(st.text(st.sampled_from("aco."), max_size=10), st.integers(0, 10))
def test_a_noise_more_leaves_windows_of_turns_as_they_are(letters: str, at: int) -> None:
    at = min(at, len(letters))
    more = letters[:at] + "." + letters[at:]
    kept = [index for index in range(len(more)) if index != at]
    assert flow(letters).stretch == tuple(flow(more).stretch[index] for index in kept)


def test_the_flow_tells_of_every_turn_who_speaks() -> None:
    known = [Turn("agent", "hello"), Turn("customer", "hi", speaker="B"), Turn("other", "hm")]
    unknown = [Turn("unknown", "hello", speaker="A"), Turn("unknown", "hi"), *known]
    for turns in (known, unknown, []):
        flow = flow_of(turns, ())
        assert flow.turn_roles == [turn.role for turn in turns]
        assert flow.who == [turn.who for turn in turns]
    assert flow_of(unknown, ()).who[:2] == ["A", "unknown"]
