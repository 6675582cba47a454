"""The quick reader of YAML says what srsly says, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import srsly
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK

from coach.datafiles import rules_folder
from coach.quick_yaml import NotPlainError, quickly_loaded, read_yaml


def test_every_built_in_file_is_read_quickly_and_alike() -> None:
    files = sorted(rules_folder().rglob("*.yml"))
    assert len(files) > 300
    for file in files[::7]:
        assert repr(quickly_loaded(file.read_text("utf-8"))) == repr(srsly.read_yaml(file)), file


@pytest.mark.parametrize(
    "text",
    [
        "a: no",
        "a: 1:30",
        "a: 012",
        "a: 0o17",
        "a: 1e3",
        "a: .5",
        "a: 2026-03-02",
        "a: True",
        "a: ~",
        "a:",
        "a: null",
        "a: 3 turns",
        "a: +1",
        "a: 1_000",
        "- y\n- n\n- on",
        "a: !!str 1",
        "a: &x b\nc: *x",
        "<<: {a: 1}",
        "1: a",
        "true: a",
        "a: [b, 1.50, -2]",
        "a: |-\n  one\n  two\nb: >\n  three\n  four",
        "a: 'it''s'",
        'a: "\\u00e9"',
        "",
        "just text",
    ],
)
def test_what_is_read_quickly_is_what_srsly_reads(text: str) -> None:
    try:
        quick, known = quickly_loaded(text), srsly.yaml_loads(text)
    except (NotPlainError, ValueError):
        # Either may refuse what the other reads; what both read has to be the same.
        return
    assert repr(quick) == repr(known)


@QUICK
@given(st.text(st.sampled_from("ab1.:-_ ~#[]{}'\"|>&*!\n\t0etrufalsnoy"), max_size=25))
def test_any_text_is_read_alike_or_left_to_srsly(text: str) -> None:
    test_what_is_read_quickly_is_what_srsly_reads(text)


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a: 1:30", "a: [b", "a: 2026-03-02"])
def test_what_readers_may_differ_about_is_left_to_srsly(text: str) -> None:
    with pytest.raises(NotPlainError):
        quickly_loaded(text)


def test_a_file_that_is_not_plain_is_read_by_srsly(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("when: 1:30\nsize: 0o17\n")
    assert read_yaml(file) == {"when": "1:30", "size": 15}
