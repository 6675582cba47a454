"""Markdown: whatever somebody said or is called stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.markdown import markdown_text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[here](javascript:x)", r"\[here\](javascript\:x)"),
        ("| a | b |", r"\| a \| b \|"),
        ("# big", r"\# big"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("=cmd()", r"\=cmd()"),
        ("two\n\nlines", "two lines"),
        ("https://example.org www.example.org", r"https\://example.org www\.example.org"),
        ("back\\slash `code` *star* _line_", r"back\\slash \`code\` \*star\* \_line\_"),
        ("&lt;", "&amp;lt;"),
        ("I'm sorry, that's 82.5%!", "I'm sorry, that's 82.5%!"),
        ("82.5", "82.5"),
    ],
)
def test_what_markdown_acts_on_is_escaped_and_plain_speech_is_not(text: str, escaped: str) -> None:
    assert markdown_text(text) == escaped


@given(st.text())
def test_nothing_opens_a_tag_a_cell_a_link_or_a_line(text: str) -> None:
    escaped = markdown_text(text)
    assert "\n" not in escaped
    assert "<" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]|`*_]", escaped)
