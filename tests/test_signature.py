"""Signatures: what a value must hold, written as paths."""

from __future__ import annotations

import pytest

from coach.readers.signature import Signature


@pytest.mark.parametrize(
    ("path", "value", "fits"),
    [
        ("a.b", {"a": {"b": None}}, True),
        ("a.b", {"a": {}}, False),
        ("a.b", {"a": "b"}, False),
        ("a.b", [], False),
        ("a|c", {"c": 1}, True),
        ("a[].b", {"a": [{}, {"b": 1}]}, True),
        ("a[].b", {"a": {"b": 1}}, False),
        ("a[]", {"a": []}, False),
        ("a.*.b", {"a": {"x": 1, "y": {"b": 1}}}, True),
        ("a.*.b", {"a": {"b": 1}}, False),
        ("a.*.b", {"a": [{"b": 1}]}, False),
        ("a[][].b", {"a": [[], [{"b": 1}]]}, True),
        ("[].b", [{"b": 1}], True),
        ("[].b", {"b": 1}, False),
        ("[][]", [["x"]], True),
        ("a: list", {"a": []}, True),
        ("a: list", {"a": None}, False),
        ("a: number", {"a": 1.5}, True),
        ("a: number", {"a": True}, False),
        ("a: text", {"a": ""}, True),
        ("a: object", {"a": {}}, True),
        ("a = VOICE", {"a": "VOICE"}, True),
        ("a = VOICE", {"a": "CHAT"}, False),
        ("a = 2", {"a": 2}, True),
    ],
)
def test_a_path_asks_for_a_place_and_a_kind_of_value(path: str, value: object, fits: bool) -> None:
    assert Signature(path).fits(value) is fits


def test_what_must_not_be_there_is_held_against_a_value() -> None:
    signature = Signature("text", lacks=("segments", "words[].x"))
    assert signature.fits({"text": "", "words": []})
    assert not signature.fits({"text": "", "segments": None})
    assert not signature.fits({"text": "", "words": [{"x": 1}]})


def test_what_is_missing_is_named_by_its_path() -> None:
    assert Signature("a: list", "b.c", "d = 1").missing({"a": 1, "d": 1}) == ("a", "b.c")


def test_only_the_first_items_of_a_long_list_are_looked_at() -> None:
    assert not Signature("a[].b").fits({"a": [{}] * 5000 + [{"b": 1}]})


def test_a_signature_reads_as_words_for_the_docs() -> None:
    signature = Signature("a[].b: number", "c: list", "d = 1", lacks=("e",))
    assert str(signature) == "`a[].b` (a number), `c`, `d` is `1`; without `e`"


@pytest.mark.parametrize("written", ["", ": list", "a: thing"])
def test_a_path_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        Signature(written)
