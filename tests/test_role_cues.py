from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, write

from coach.call import Call, Role, Turn
from coach.errors import RuleError
from coach.language import Hit
from coach.role_cues import LEAST_CONFIDENCE, RoleCues, load_role_cues

CUES = RoleCues({"offers": 3.0, "holds": 2.0, "problem": -2.0, "faint": 1.0})


def talked(labels: Sequence[str | None], role: Role = "unknown") -> Call:
    return Call("c", tuple(Turn(role, "x", speaker=label) for label in labels))


def said(**turns: Sequence[int]) -> dict[str, list[Hit]]:
    return {name: [Hit(turn, 0, 1) for turn in numbers] for name, numbers in turns.items()}


def roles_of(call: Call) -> list[Role]:
    return [turn.role for turn in call.turns]


def test_clear_evidence_decides_for_all_turns() -> None:
    call = CUES.resolve(talked(["S1", "S2", "S1", "S2"]), said(offers=[0], problem=[1]))
    assert roles_of(call) == ["agent", "customer", "agent", "customer"]
    assert (call.roles.how, call.roles.agent) == ("content", ("S1",))
    assert LEAST_CONFIDENCE <= call.roles.confidence <= 1


def test_a_problem_of_one_speaks_for_the_other() -> None:
    call = CUES.resolve(talked(["S1", "S2"]), said(problem=[0, 0]))
    assert roles_of(call) == ["customer", "agent"]


@pytest.mark.parametrize(
    "spans",
    [
        said(),
        said(faint=[0]),
        said(offers=[0], holds=[1]),
        said(offers=[0, 1], problem=[0, 1]),
        said(unheard_of=[0, 0]),
    ],
)
def test_nobody_is_named_by_guess(spans: dict[str, list[Hit]]) -> None:
    before = talked(["S1", "S2"])
    call = CUES.resolve(before, spans)
    assert call.turns == before.turns
    assert (call.roles.how, call.roles.agent) == ("unknown", ())
    assert call.roles.confidence < LEAST_CONFIDENCE


@pytest.mark.parametrize("labels", [[], [None, None], ["S1", "S1"], ["S1", None], ["", "S1"]])
def test_one_label_tells_nothing(labels: list[str | None]) -> None:
    call = talked(labels)
    assert CUES.resolve(call, said(offers=[0] if labels else [])) == call


def test_the_two_who_talk_most_are_the_sides_and_the_rest_are_others() -> None:
    call = CUES.resolve(talked(["bot", "S1", "S2", "S1", "S2"]), said(offers=[1], holds=[1]))
    assert roles_of(call) == ["other", "agent", "customer", "agent", "customer"]


def test_roles_that_the_file_gives_are_kept() -> None:
    before = talked(["S1", "S2", "S3"])
    given_other = before.turns[2]._replace(role="other")
    call = CUES.resolve(Call("c", (*before.turns[:2], given_other)), said(offers=[0], holds=[0]))
    assert roles_of(call) == ["agent", "customer", "other"]


def test_a_moment_said_again_and_again_counts_three_times() -> None:
    call = talked(["S1"])
    assert CUES.evidence(call.turns, said(faint=[0] * 9)) == {"S1": 3.0}


@QUICK
@given(
    st.lists(st.sampled_from(["S1", "S2", "S3"]), min_size=2, max_size=8),
    st.lists(st.tuples(st.sampled_from(["offers", "holds", "problem", "faint"]), st.integers(0, 7)), max_size=8),
)
def test_there_is_one_agent_or_none_and_labels_do_not_matter(labels: list[str], heard: list[tuple[str, int]]) -> None:
    spans: dict[str, list[Hit]] = {}
    for name, turn in heard:
        spans.setdefault(name, []).append(Hit(turn % len(labels), 0, 1))
    call = CUES.resolve(talked(labels), spans)
    agents = {turn.speaker for turn in call.turns if turn.role == "agent"}
    customers = {turn.speaker for turn in call.turns if turn.role == "customer"}
    assert len(agents) == len(customers) == (1 if call.roles.how == "content" else 0)
    assert set(call.roles.agent) == agents
    renamed = CUES.resolve(talked([{"S1": "x", "S2": "a", "S3": "m"}[label] for label in labels]), spans)
    assert roles_of(renamed) == roles_of(call)
    assert renamed.roles.confidence == call.roles.confidence


def test_weights_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, {"roles.yml": "weights: {hold: 2, problem: -1.5}\n"}) / "roles.yml"
    assert load_role_cues(path, ["hold", "problem"]).weights == {"hold": 2.0, "problem": -1.5}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weights: {hold: 2, held: 1}\n", "there is no moment 'held'"),
        ("weights: {hold: much}\n", "roles.yml:1:11: weights.hold: should be a number"),
        ("weihgts: {hold: 2}\n", "roles.yml:1:1: unknown key 'weihgts'"),
    ],
)
def test_mistakes_in_the_weights_are_told(tmp_path: Path, text: str, expected: str) -> None:
    path = write(tmp_path, {"roles.yml": text}) / "roles.yml"
    with pytest.raises(RuleError) as caught:
        load_role_cues(path, ["hold"])
    assert expected in str(caught.value)
