from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK

from coach.consistency import compare, in_words, kind_scores

GOOD = kind_scores([90.0, 92.0, 88.0] * 6, 10)
POOR = kind_scores([50.0, 55.0, 45.0] * 6, 10)
FEW = kind_scores([10.0, 20.0], 10)


def test_kinds_that_surely_differ_are_named() -> None:
    found = compare({"internal": POOR, "external": GOOD}, 10)
    assert (found.outcome, found.low, found.high) == ("missed", "internal", "external")
    assert [kind.name for kind in found.kinds] == ["internal", "external"]
    said = in_words(found, "customer_type")
    assert said.startswith("Mean score by customer_type: internal 50 (")
    assert said.endswith("External calls score 40 points more than internal, by more than chance.")


def test_a_sure_difference_below_the_gap_is_none() -> None:
    near = kind_scores([86.0, 88.0, 84.0] * 60, 10)
    assert compare({"a": kind_scores([90.0, 92.0, 88.0] * 60, 10), "b": near}, 10).outcome == "met"


def test_kinds_with_few_calls_are_left_out() -> None:
    assert compare({"a": GOOD, "b": FEW}, 10).outcome == "cannot_tell"
    assert "2 b" in in_words(compare({"a": GOOD, "b": FEW}, 10), "queue")
    assert [kind.name for kind in compare({"a": GOOD, "b": FEW, "c": POOR}, 10).kinds] == ["c", "a"]


def test_one_kind_or_none_gives_nothing_to_compare() -> None:
    assert compare({"a": GOOD}, 10).outcome == "not_applicable"
    assert "(a)" in in_words(compare({"a": GOOD}, 10), "queue")
    assert compare({}, 10).outcome == "not_applicable"
    assert in_words(compare({}, 10), "queue")


def test_many_kinds_need_a_larger_difference_than_two() -> None:
    some = {"a": kind_scores([70.0, 80.0, 75.0, 65.0, 72.0], 10), "b": kind_scores([90.0, 92.0, 90.0, 88.0, 94.0], 10)}
    rest = {name: kind_scores([78.0, 82.0, 80.0, 84.0, 76.0], 10) for name in "cdefghij"}
    assert compare(some, 10).outcome == "missed"
    assert compare(some | rest, 10).outcome == "cannot_tell"


SCORES = st.lists(st.floats(0, 100), min_size=1, max_size=12)


@QUICK
@given(st.dictionaries(st.sampled_from("abc"), SCORES), st.floats(1, 50))
def test_the_order_of_kinds_changes_nothing(by_kind: dict[str, list[float]], gap: float) -> None:
    kinds = {name: kind_scores(scores, 8) for name, scores in by_kind.items()}
    assert compare(kinds, gap) == compare(dict(reversed(kinds.items())), gap)
    assert in_words(compare(kinds, gap), "queue").endswith(".")


@QUICK
@given(SCORES, st.floats(1, 50))
def test_the_same_scores_never_differ(scores: list[float], gap: float) -> None:
    assert compare({"a": kind_scores(scores, 8), "b": kind_scores(scores, 8)}, gap).outcome != "missed"
