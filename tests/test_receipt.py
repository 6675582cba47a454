"""The receipt: every mark on it once, and what is printed adds up to what is printed below the line."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from coach.pages.receipt import receipt
from coach.scored import RuleCard

CARDS = tuple(RuleCard(f"core.r{n}", f"Rule {n}", ("Care", "Closing")[n % 2], "", "Do it.", "Say it.", 10, "says")
              for n in range(6))  # fmt: skip
POINTS = st.floats(0, 20, allow_nan=False)


def finding(rule: str, outcome: str, points: float, possible: float) -> dict[str, object]:
    """Return a finding as a row."""
    counts = outcome in ("met", "missed")
    return {"rule": rule, "outcome": outcome, "points": points if counts else 0.0, "reason": "Why.",
            "possible": possible if counts else 0.0, "evidence": [], "searched": [2, 5]}  # fmt: skip


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from([card.id for card in CARDS] + ["own.rule"]),
        st.sampled_from(["met", "missed", "not_applicable", "cannot_tell"]),
        POINTS,
        POINTS,
    ),
    max_size=8,
    unique_by=lambda one: str(one["rule"]),
)


@given(FINDINGS)
def test_what_is_printed_adds_up_exactly(findings: list[dict[str, object]]) -> None:
    made = receipt(findings, CARDS, (), 50.0)
    for column in ("points", "possible"):
        lines = sum(Decimal(getattr(line, column)) for part in made.sections for line in part.lines)
        assert lines == Decimal(getattr(made, column))
        assert sum(Decimal(getattr(part, column)) for part in made.sections) == lines


@given(FINDINGS)
def test_every_mark_stands_on_the_receipt_once(findings: list[dict[str, object]]) -> None:
    made = receipt(findings, CARDS, (), 50.0)
    aside = [line.rule for line in (*made.heard, *made.uncounted)]
    printed = [line.rule for part in made.sections for line in part.lines] + aside
    assert sorted(printed) == sorted(str(one["rule"]) for one in findings)
    assert len({part.title for part in made.sections}) == len(made.sections)


def test_a_missed_mark_says_where_it_looked_and_what_to_say_next_time() -> None:
    made = receipt([finding("core.r0", "missed", 0, 10)], CARDS, (), 0.0)
    (line,) = made.sections[0].lines
    assert (line.searched, line.tip, line.say_instead) == ("Looked for in turns 2 to 5.", "Do it.", "Say it.")


def test_a_met_mark_gives_no_advice() -> None:
    made = receipt([finding("core.r0", "met", 10, 10)], CARDS, (), 100.0)
    (line,) = made.sections[0].lines
    assert (line.searched, line.tip) == ("", "")
    assert made.sum_line == "10 of 10 points is a score of 100 out of 100."


def test_a_call_without_counted_marks_says_that_it_has_no_score() -> None:
    made = receipt([finding("core.r0", "cannot_tell", 0, 0)], CARDS, (), None)
    assert "no score" in made.sum_line
    assert not made.sections


def test_what_does_not_count_is_counted_in_words() -> None:
    some = [finding("core.r0", "met", 10, 10), finding("core.r1", "cannot_tell", 0, 0)]
    assert receipt(some, CARDS, (), 100.0).uncounted_line == "1 rule without an effect on the score"
    assert receipt(some[:1], CARDS, (), 100.0).uncounted_line == ""


def test_marks_without_points_stand_apart_from_those_that_could_not_be_made() -> None:
    some = [finding("core.r0", "met", 0, 0), finding("core.r1", "cannot_tell", 0, 0)]
    made = receipt(some, CARDS, (), None)
    assert ([line.rule for line in made.heard], made.heard_line) == (["core.r0"], "1 rule shown without points")
    assert [line.rule for line in made.uncounted] == ["core.r1"]
