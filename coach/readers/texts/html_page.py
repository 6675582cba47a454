"""Transcripts on web pages: who speaks in ``<cite>``, when in ``<time>``, what in ``<p>``, as podcasts publish them.

Other pages are read as the text that they show, where most of it is labelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.built import call_of_file
from coach.readers.clocks import from_first
from coach.readers.cues import Cue, tidy
from coach.readers.fields import seconds
from coach.readers.head import Head
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source
from coach.readers.texts.lines import marked_lines
from coach.readers.texts.plain import call_of_text

PAGE = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|main|article|section|div|cite|p|time)\b", re.I
)
UNSEEN = frozenset(("script", "style", "head", "title", "noscript", "template", "nav", "footer", "svg"))
BLOCKS = frozenset(
    "p div br li tr h1 h2 h3 h4 h5 h6 section article main body header dd dt blockquote table ul ol cite time".split()
)
PARTS = ("cite", "time", "p")
CELLS = ("td", "th")
# Of the paragraphs of a transcript so many follow a citation; in an article that cites few do. Our own choice.
LEAST_SHARE_CITED = 0.25
# Of the lines of a page so many must open a turn; a page that only quotes a dialogue has fewer. Our own choice.
LEAST_SHARE_MARKED = 0.5
LEAST_MARKED = 4


class HtmlPage:
    """Reads transcripts on web pages; one page is one call."""

    name = "html"
    title = "an HTML transcript"
    provides: tuple[str, ...] = ("speakers", "times")
    told_by = "HTML with `<cite>` before `<p>`, or a page on which most lines are labelled"
    is_tried = True

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 for a page with citations, 0.9 for one whose text is a transcript, 0 for all others."""
        text = source.head_text()
        if not PAGE.match(text):
            return 0.0
        page = _page(text)
        if page.is_cited:
            return 1.0
        marked = marked_lines(page.lines)
        count = sum(line.is_marked for line in marked)
        # A label that stands alone has its text in the line below: together they are one.
        texts = sum(bool(line.text) for line in marked)
        return 0.9 if count >= LEAST_MARKED and count >= texts * LEAST_SHARE_MARKED else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the page."""
        text, warnings = source.text()
        page = _page(text)
        head = Head({"language": page.language} if page.language else {})
        if not page.is_cited:
            lines = "\n".join(page.lines)
            yield call_of_text(lines, source.name, source.stem, options, self.name, warnings, head)
            return
        cues, started_at, clock = from_first(page.cues)
        told = (*warnings, *clock)
        yield call_of_file(
            source, options, self.name, cues, head, warnings=told, what="paragraph", started_at=started_at
        )


def _page(text: str) -> _Page:
    page = _Page()
    try:
        page.feed(_without_comments(text))
        page.close()
    except (AssertionError, ValueError) as error:
        # What the parser raises for declarations that it does not know.
        raise TranscriptError(f"not readable as HTML ({error})", remedy="Save the page again.") from error
    return page


def _without_comments(text: str) -> str:
    """Return a page without its comments, which the parser reads slowly where they are not closed."""
    shown, *rest = text.split("<!--")
    return "".join([shown, *(piece.partition("-->")[2] for piece in rest)])


class _Page(HTMLParser):
    """What a page shows: ``cues`` of its citations and paragraphs, and ``lines`` of all its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cues: list[Cue] = []
        self.language = ""
        self._shown: list[list[str]] = [[]]
        self._unseen = ""
        self._part = ""
        self._said: list[str] = []
        self._speaker: str | None = None
        self._start: float | None = None
        self._cited = 0
        self._is_new = False
        self._is_within_p = False
        self._is_after_span = False

    @property
    def lines(self) -> list[str]:
        """The text of the page, line by line."""
        return [line for each in self._shown if (line := tidy("".join(each)))]

    @property
    def is_cited(self) -> bool:
        """Whether its paragraphs have speakers: from the first on, and each with a time or again and again."""
        if not self.cues or self.cues[0].speaker is None or self._cited < len(self.cues) * LEAST_SHARE_CITED:
            return False
        return self._cited > 1 or self.cues[0].start is not None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block, a part at a citation, a time or a paragraph."""
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        if tag in UNSEEN:
            self._unseen = self._unseen or tag
        if tag in BLOCKS:
            self._shown.append([])
        elif tag in CELLS and any(text.strip() for text in self._shown[-1]):
            self._shown[-1].append(" | ")
        elif tag == "span" and self._is_after_span:
            self._shown[-1].append(" ")
        self._is_after_span = False
        if tag in PARTS:
            self._is_within_p = self._part == "p" and tag != "p"
            self._end_part()
            self._part = tag
            if tag == "time":
                self._start = seconds(dict(attrs).get("datetime"))

    def handle_endtag(self, tag: str) -> None:
        """End what began."""
        self._is_after_span = tag == "span"
        if tag == self._unseen:
            self._unseen = ""
        if tag in BLOCKS:
            self._shown.append([])
        if tag == self._part:
            self._end_part()
            if tag != "p" and self._is_within_p:
                self._part = "p"

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        self._is_after_span = False
        if not self._unseen:
            self._shown[-1].append(data)
            self._said.append(data)

    def close(self) -> None:
        """End the last part."""
        super().close()
        self._end_part()

    def _end_part(self) -> None:
        said, part = tidy("".join(self._said)), self._part
        self._said, self._part = [], ""
        if part == "cite":
            self._speaker = said.rstrip(":").strip() or None
            self._is_new = True
        elif part == "time":
            written = seconds(said)
            self._start = self._start if written is None else written
        elif part == "p" and said:
            self.cues.append(Cue(len(self.cues), self._speaker, said, self._start))
            self._start = None
            self._cited += self._is_new
            self._is_new = False
