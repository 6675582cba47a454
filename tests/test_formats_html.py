"""HTML transcripts: citations and paragraphs, labelled pages, and pages that are neither."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, said, written

from coach.readers import read


def paragraph(line: int) -> Callable[[str], str]:
    """Return what takes the text of the paragraph in ``line`` (from 1) out of a sample."""
    return lambda text: " ".join(html.unescape(text.splitlines()[line - 1][3:-4]).split())


def test_the_real_sample_is_read_as_counted_by_hand() -> None:
    expected = Expected(
        "html-cite-time/cite-time-paragraph.html",
        "html",
        4,
        "unknown",
        ("Travis", "Sarah", "Travis", "Gilon"),
        ((0, 0.0, None), (1, 53.0, None), (2, 102.0, None), (3, 219.0, None)),
        tuple((number, paragraph(3 * number + 3)) for number in range(4)),
    )
    assert_read_as(expected, sample(expected.file))


def test_citations_times_and_paragraphs_with_entities_tags_and_scripts() -> None:
    call = call_of(own("html/cited.html"))
    assert spoken(call) == [
        ("unknown", "Ines", "Bike hire, it's Ines. Hello & welcome <here>.", 2.0, None),
        ("unknown", "Bram", "My chain came off. Twice.", 65.5, None),
        ("unknown", "Ines", "Where are you?", 80.0, None),
    ]
    assert [(part.cue, part.start) for part in call.turns[1].parts] == [(1, 65.5), (2, None)]
    assert call.language == "en"


def test_a_page_whose_lines_are_labelled_is_read_as_the_text_that_it_shows() -> None:
    assert spoken(call_of(own("html/labelled.html"))) == [
        ("agent", "Agent", "Bike hire, hello.", None, None),
        ("customer", "Caller", "My chain came off. It is bent.", None, None),
        ("agent", "Agent", "Where are you?", None, None),
        ("customer", "Caller", "At the pier.", None, None),
    ]


def test_a_citation_may_stand_within_its_paragraph(tmp_path: Path) -> None:
    text = "<p><cite>Ana:</cite> <time>0:01</time> Hello</p><p><cite>Bob</cite><time>0:02</time>Hi <b>there</b></p><p>x"
    call = call_of(written(tmp_path, "a.html", text))
    assert said(call) == [("Ana", "Hello"), ("Bob", "Hi there x")]
    assert [turn.start for turn in call.turns] == [1.0, 2.0]


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><p>Agent: hello</p><p>some</p><p>more</p><p>prose</p></body></html>",
        "<!DOCTYPE html><title>x</title><p>Words by <cite>Ana</cite>.",
        "<p>Words.</p><p>More.</p><cite>Ana</cite><p>Words.</p><cite>Bob</cite><p>End.</p>",
        "<cite>By Ana</cite><p>Words.</p><p>More.</p><p>More.</p><p>More.</p>",
        "<div>" * 500,
        "<p><![if x]>a<!x y>&#xffffffff;&bogus;</p>",
        "<?xml version='1.0'?><a>\nAgent: hello\nCaller: hi\n</a>",
    ],
)
def test_a_page_that_is_no_transcript_is_refused_when_named_and_passed_over_in_a_folder(
    tmp_path: Path, text: str
) -> None:
    path = written(tmp_path / "pages", "a.html", text)
    assert "no transcript in it" in rejected_of(path).cause
    written(tmp_path / "pages", "b.txt", "Agent: hello\nCaller: hi\n")
    written(tmp_path / "pages", "c.html", own("html/cited.html").read_text("utf-8"))
    written(tmp_path / "pages", "d.html", "{% block x %}{% endblock %}")
    items = list(read([str(tmp_path / "pages")]))
    assert [getattr(item, "call_id", item) for item in items] == ["b", "c"]


@pytest.mark.parametrize(
    "form",
    [
        "<p>{name} (<a href='#'>{time}</a>):<br>{text}</p>",
        "<div><span>{name}</span><span>{time}</span><div>{text}</div></div>",
        "<div><b>{name}</b> <small>{time}</small><p>{text}</p></div>",
        "<tr><td>{time}</td><td>{name}</td><td>{text}</td></tr>",
    ],
)
def test_pages_lay_name_time_and_text_out_in_many_ways(tmp_path: Path, form: str) -> None:
    rows = [
        ("Ines Tavares", 3.0, "Bike hire."),
        ("Bram Okoye", 7.0, "Well: it broke."),
        ("Ines Tavares", 9.0, "Sorry."),
    ]
    rows.append(("Bram Okoye", 12.0, "Bye."))
    turns = "".join(form.format(name=name, time=f"0:{time:02.0f}", text=text) for name, time, text in rows)
    body = f"<table><tr><th>When</th><th>Who</th><th>What</th></tr>{turns}</table>" if "<td>" in form else turns
    call = call_of(written(tmp_path, "a.html", f"<!DOCTYPE html><html><body><h1>Call</h1>{body}</body></html>"))
    assert [(turn.speaker, turn.start, turn.text) for turn in call.turns] == rows


def test_names_in_a_list_of_definitions_stand_above_what_they_say(tmp_path: Path) -> None:
    rows = [
        ("Ines Tavares", "Bike hire."),
        ("Bram Okoye", "Well: it broke."),
        ("Ines Tavares", "Sorry."),
        ("Bram Okoye", "Bye."),
    ]
    for mark in ("", ":"):
        body = "".join(f"<dt>{name}{mark}</dt><dd>{text}</dd>" for name, text in rows)
        assert (
            said(call_of(written(tmp_path, f"a{len(mark)}.html", f"<!DOCTYPE html><html><dl>{body}</dl></html>")))
            == rows
        )
