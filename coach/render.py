"""Templates filled and pages written, every one self-contained."""

from __future__ import annotations

import contextlib
import html
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import jinja2

from coach.comparison import Comparison
from coach.datafiles import templates_folder
from coach.errors import CoachError
from coach.markdown import markdown_text
from coach.pages.agreement import agreement_page

# Every page says so of itself; only such pages are ever removed.
OURS = '<meta name="generator" content="call-coach">'
PATH_BREAK = re.compile(r"(?<=[/\\._-])(?=[^/\\._-])")


class Ready(str):
    """Text that is to stand in a page as it is: our own style sheet, and what is escaped already."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class Step(NamedTuple):
    """A step of the trail at the top of a page; the page itself has no address."""

    name: str
    href: str


def write_agreement(comparison: Comparison, path: Path) -> None:
    """Write the page of a comparison with reviewers.

    Raises:
        CoachError: it cannot be written.
    """
    template = html_environment(comparison.stamp).get_template("agreement.html")
    trail = [Step("Agreement with reviewers", "")]
    write_page(path, template.render(page=agreement_page(comparison), trail=trail))


def write_page(path: Path, text: str) -> None:
    """Write a page whole or not at all.

    Raises:
        CoachError: it cannot be written.
    """
    waiting = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_bytes(text.encode("utf-8", "replace"))
        os.replace(waiting, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            waiting.unlink()
        raise CoachError(
            f"this page cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="Make room, or choose another folder that you may write to.",
        ) from error


def html_environment(stamp: Mapping[str, str]) -> jinja2.Environment:
    """Return the environment of the HTML pages; ``stamp`` names the version and the rules in their footer."""
    folder = templates_folder()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["breakable"] = breakable
    # Our own file, not input: it goes into <style> as it is.
    environment.globals["style"] = Ready((folder / "style.css").read_text("utf-8").strip())
    environment.globals["stamp"] = stamp
    return environment


def breakable(path: str) -> Ready:
    """Return a path escaped, with a place to break the line after each slash, dot, dash and underscore."""
    return Ready("<wbr>".join(html.escape(part) for part in PATH_BREAK.split(path)))


def markdown_environment() -> jinja2.Environment:
    """Return the environment of ``agent.md``: everything that a template prints is escaped by `markdown_text`."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        # Escaping stays on: whatever is not made Ready by `_ready_markdown` would still be escaped as HTML.
        autoescape=True,
        finalize=_ready_markdown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _ready_markdown(value: object) -> Ready:
    return Ready(markdown_text(value))
