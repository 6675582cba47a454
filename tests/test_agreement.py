"""Figures of agreement: against worked examples and a plain bootstrap, and on what is lopsided or tiny."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from statistics import mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agreement import (
    Agreement,
    CheckAgreement,
    Label,
    Pair,
    Share,
    agreement,
    kappa,
    rests_on_same_turn,
)
from coach.scored import Evidence, Finding, Outcome

MET: Outcome = "met"
MISSED: Outcome = "missed"
NA: Outcome = "not_applicable"
OUTCOMES: tuple[Outcome, ...] = (MET, MISSED, NA)
RULE = "core.apology"


def pair(
    call: int | str,
    people: Outcome,
    tool: Outcome,
    rule: str = RULE,
    turns: Sequence[int] = (),
    quoted: Sequence[int] = (),
) -> Pair:
    evidence = tuple(Evidence(turn, 0, 2, "hi") for turn in quoted)
    return Pair(f"c-{call:>03}", Label(people, tuple(turns)), Finding(rule, tool, "So it is.", evidence, (0, 9)))


def of_counts(counts: dict[tuple[Outcome, Outcome], int], rule: str = RULE) -> list[Pair]:
    cells = [cell for cell, count in counts.items() for _ in range(count)]
    return [pair(number, people, tool, rule) for number, (people, tool) in enumerate(cells)]


def one(pairs: Sequence[Pair]) -> CheckAgreement:
    return agreement(pairs, [RULE]).checks[0]


def test_kappa_of_the_textbook_example() -> None:
    # Two readers judge 50 proposals: both yes 20, yes/no 5, no/yes 10, both no 15. Agreement 0.7, by chance 0.5.
    marks = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(marks) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("marks", "value"),
    [
        ([("a", "a"), ("b", "b")], 1),
        ([("a", "b"), ("b", "a")], -1),
        ([("a", "a"), ("a", "b")], 0),
        ([("a", "a"), ("a", "a")], None),
        ([("a", "b"), ("a", "b")], 0),
    ],
)
def test_kappa_at_its_ends(marks: list[tuple[str, str]], value: float | None) -> None:
    assert kappa(marks) == value


def test_precision_and_recall_are_of_the_outcome_named() -> None:
    check = one(
        of_counts({(MET, MET): 6, (MET, MISSED): 2, (NA, MET): 1, (MISSED, MISSED): 3, (MISSED, "cannot_tell"): 1})
    )
    assert check.met == (Share(6, 7), Share(6, 8))
    assert check.missed == (Share(3, 5), Share(3, 4))
    assert (check.agreed, check.agreement.value, check.outcomes) == (9, 9 / 13, 3)
    assert check.confusion[MISSED, "cannot_tell"] == 1


def test_a_tool_that_cannot_tell_disagrees() -> None:
    assert one([pair(1, MET, "cannot_tell"), pair(2, MISSED, MISSED)]).agreed == 1


def test_where_reviewers_gave_one_outcome_there_is_no_kappa_and_the_check_is_out_of_the_mean() -> None:
    found = agreement(
        [*of_counts({(MET, MET): 9, (MET, MISSED): 1}), *of_counts({(MET, MET): 5, (NA, NA): 5}, "core.greeting")],
        ["core.greeting", RULE],
    )
    greeting, apology = found.checks
    assert (apology.kappa.value, apology.kappa.low) == (None, None)
    assert "one outcome" in apology.kappa.note
    assert found.in_mean == (greeting,)
    assert (found.mean.value, found.lowest, found.pooled) == (1, greeting, Share(19, 20))


def test_where_no_check_has_a_kappa_there_is_no_mean() -> None:
    found = agreement(of_counts({(MET, MET): 3}), [RULE])
    assert (found.mean.value, found.mean.low, found.lowest) == (None, None, None)
    assert found.pooled == Share(3, 3)


def test_the_mean_is_over_checks_and_the_lowest_is_named() -> None:
    low = of_counts({(MET, MET): 4, (MISSED, MET): 3, (MISSED, MISSED): 3})
    high = of_counts({(MET, MET): 5, (MISSED, MISSED): 5}, "core.greeting")
    found = agreement([*low, *high], [RULE, "core.greeting"])
    values = [check.kappa.value or 0 for check in found.checks]
    assert found.mean.value == pytest.approx(mean(values))
    assert found.lowest is found.checks[0]
    assert found.mean.low is not None
    assert found.mean.high is not None
    assert found.mean.low < found.mean.value < found.mean.high


def test_where_all_marks_agree_the_note_says_what_resampling_cannot() -> None:
    found = one(of_counts({(MET, MET): 10, (MISSED, MISSED): 10})).kappa
    assert found[:3] == (1, 1, 1)
    assert found.note.startswith("all 20 marks agree")
    assert "84% or more" in found.note


def test_marks_that_are_nearly_all_the_same_are_said_to_be() -> None:
    found = one(of_counts({(MET, MET): 93, (MISSED, MET): 3, (MISSED, MISSED): 2, (MET, MISSED): 2})).kappa
    assert "95% of the reviewers' marks are met" in found.note
    assert one(of_counts({(MET, MET): 9, (MISSED, MISSED): 6, (MET, MISSED): 1})).kappa.note == ""


def test_one_rare_mark_gives_no_interval_where_most_resamples_miss_it() -> None:
    found = one(of_counts({(MET, MET): 1, (MET, MISSED): 1})).kappa
    assert found.value is None
    two = one([pair(1, MET, MET), pair(2, MISSED, MET), *(pair(n, MET, MET) for n in range(3, 4))]).kappa
    assert two.value == 0
    rare = agreement(
        [pair(1, MET, MISSED), pair(2, MISSED, MET), *(pair(n, MET, MET, "core.greeting") for n in range(1, 60))],
        [RULE, "core.greeting"],
    ).checks[0]
    assert (rare.kappa.low, rare.kappa.high) == (None, None)
    assert "no interval" in rare.kappa.note


def test_the_interval_is_that_of_a_plain_bootstrap_over_calls() -> None:
    pairs = of_counts(
        {(MET, MET): 20, (MISSED, MISSED): 12, (NA, NA): 10, (MET, MISSED): 4, (NA, MISSED): 5, (MISSED, NA): 3}
    )
    found = one(pairs).kappa
    chance = np.random.default_rng(7)
    marks = [(each.label.outcome, each.finding.outcome) for each in pairs]
    values = sorted(
        kappa([marks[at] for at in chance.integers(len(marks), size=len(marks))]) or 0.0 for _ in range(3000)
    )
    assert found.low == pytest.approx(values[75], abs=0.02)
    assert found.high == pytest.approx(values[2924], abs=0.02)


def test_calls_are_drawn_whole() -> None:
    # Two checks that go wrong on the same calls: the mean swings as each does. Drawn apart they would even out.
    marks = of_counts({(MET, MET): 20, (MISSED, MISSED): 10, (MET, MISSED): 6})
    twin = [Pair(each.call_id, each.label, each.finding._replace(rule="core.greeting")) for each in marks]
    found = agreement([*marks, *twin], [RULE, "core.greeting"])
    assert found.mean[1:3] == found.checks[0].kappa[1:3] == found.checks[1].kappa[1:3]


marks = st.lists(
    st.tuples(st.sampled_from(OUTCOMES), st.sampled_from([*OUTCOMES, "cannot_tell"])), min_size=1, max_size=40
)


@given(marks, st.randoms())
def test_figures_do_not_hang_on_the_order_of_the_marks(
    cells: list[tuple[Outcome, Outcome]], chance: random.Random
) -> None:
    pairs = [pair(number, *cell) for number, cell in enumerate(cells)]
    mixed = list(pairs)
    chance.shuffle(mixed)
    assert agreement(pairs, [RULE]) == agreement(mixed, [RULE])


@given(marks)
def test_figures_keep_within_their_bounds(cells: list[tuple[Outcome, Outcome]]) -> None:
    found = one([pair(number, *cell) for number, cell in enumerate(cells)])
    assert sum(found.confusion.values()) == len(cells)
    assert found.agreed + len(found.differing) == len(cells)
    assert Counter(found.confusion) == Counter(cells)
    value, low, high, _ = found.kappa
    if value is not None:
        assert -1 <= value <= 1
    if low is not None and high is not None:
        assert -1 <= low <= high <= 1


@pytest.mark.parametrize(
    ("tool", "turns", "quoted", "same"),
    [
        (MET, [2], [2, 5], True),
        (MET, [3], [2, 5], False),
        (MET, [], [2], None),
        (MET, [2], [], None),
        # A missed mark rests on the occasion, and on the stretch searched (here turns 0 to 9).
        (MISSED, [4], [1], True),
        (MISSED, [12], [1], False),
        (MISSED, [12], [12], True),
        (NA, [1], [1], None),
    ],
)
def test_marks_rest_on_the_same_turn(tool: Outcome, turns: list[int], quoted: list[int], same: bool | None) -> None:
    assert rests_on_same_turn(pair(1, tool, tool, turns=turns, quoted=quoted)) is same


def test_marks_that_agree_on_other_turns_are_listed_apart() -> None:
    found = one(
        [
            pair(1, MET, MET, turns=[2], quoted=[2]),
            pair(2, MET, MET, turns=[2], quoted=[4]),
            pair(3, MET, MISSED, turns=[2], quoted=[4]),
            pair(4, MET, MET),
        ]
    )
    assert found.evidence == Share(1, 2)
    assert [each.call_id for each in found.elsewhere] == ["c-002"]
    assert [each.call_id for each in found.differing] == ["c-003"]


def test_checks_come_in_the_order_asked_for_and_those_without_a_label_do_not_come() -> None:
    pairs = [pair(1, MET, MET), pair(1, MET, MET, "core.greeting")]
    found: Agreement = agreement(pairs, ["service.courtesy", "core.greeting", RULE])
    assert [check.rule for check in found.checks] == ["core.greeting", RULE]
    assert found.calls == 1
