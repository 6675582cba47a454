"""File names of pages: safe everywhere, never two alike, steady when others come and go."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.pages.slugs import RESERVED, slugs

SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,140}")
HOSTILE = ["../../x", "", "a" * 300, "🙂", "con", "CON.txt", "lpt1", "Ana", "ana", "a/b", "a\\b", ".hidden", "x.",
           "a b", "\x00", "\ud800", "İ", "%2e%2e", "-", "a" * 60, "a" * 61]  # fmt: skip


def test_a_safe_name_is_kept_and_a_changed_one_gets_a_hash() -> None:
    made = slugs({"1": "c-1042", "2": "C-1042"})
    assert made["1"] == "c-1042"
    assert re.fullmatch(r"c-1042-[0-9a-f]{8}", made["2"])


def test_two_of_one_name_both_get_a_hash() -> None:
    made = slugs({"1": "same", "2": "same"})
    assert made["1"] != made["2"]
    assert "same" not in made.values()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_make_safe_files(name: str) -> None:
    slug = slugs({"k": name})["k"]
    assert SAFE.fullmatch(slug)
    assert not RESERVED.fullmatch(slug)
    assert not slug.endswith(".")


def test_a_name_that_imitates_a_hash_gets_in_nobodys_way() -> None:
    imitated = slugs({"k": "A"})["k"]
    made = slugs({"k": "A", "other": imitated})
    assert len(set(made.values())) == 2
    assert made["other"] == imitated


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=12), st.sampled_from(HOSTILE)), max_size=12))
def test_slugs_are_safe_and_all_different_whatever_the_case(names: dict[str, str]) -> None:
    made = slugs(names)
    assert made.keys() == names.keys()
    assert len({slug.lower() for slug in made.values()}) == len(names)
    assert all(SAFE.fullmatch(slug) and not RESERVED.fullmatch(slug) for slug in made.values())


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=12), min_size=1, max_size=8))
def test_a_name_nobody_else_wants_keeps_its_page_when_others_go(names: dict[str, str]) -> None:
    key, name = next(iter(names.items()))
    if list(names.values()).count(name) == 1:
        assert slugs({key: name})[key] == slugs(names)[key]
