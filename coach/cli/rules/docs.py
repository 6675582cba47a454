"""``coach rules docs``: a page a rule."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from coach.cli.failing import tells_errors
from coach.cli.rules.shared import rules_option, tell_replaced
from coach.cli.sums import counted
from coach.errors import CoachError


@click.command()
@rules_option
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("rule-pages"),
    show_default=True,
    help="Where the pages go; it is made if it is not there, and pages in it are replaced.",
)
@tells_errors
def docs(folders: tuple[Path, ...], folder: Path) -> None:
    """Write a page for each rule, and one for all moments, in Markdown.

    \b
    Example:
      coach rules docs --rules our-rules/ -o our-standard/
    """
    from coach.authoring.pages import pages
    from coach.datafiles import rules_folder
    from coach.rulebook import load
    from coach.scorecards import load_all

    all_folders = [rules_folder(), *folders]
    book = load(all_folders)
    card = load_all(all_folders).default
    made = pages(book, card, files=_named(book.files))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise CoachError(
            f"the pages cannot be written: {error.strerror}", where=str(folder), remedy="Choose another -o."
        ) from None
    tell_replaced(book)
    click.echo(f"{counted(len(made), 'page')} written to {folder}; begin with {folder / 'index.md'}.")


def _named(files: Mapping[str, Path]) -> dict[str, str]:
    """Return how to name each rule file: from the current folder, or, if it lies elsewhere, by its place in its pack.

    What another person's machine calls a folder means nothing to the reader of a page.
    """
    from coach.datafiles import rules_folder

    here, ours = Path.cwd().resolve(), rules_folder().resolve()
    named: dict[str, str] = {}
    for rule_id, path in files.items():
        whole = Path(os.path.abspath(path))
        if whole.is_relative_to(ours):
            named[rule_id] = f"the built-in rules/{whole.relative_to(ours).as_posix()}"
        elif whole.is_relative_to(here):
            named[rule_id] = whole.relative_to(here).as_posix()
        else:
            named[rule_id] = "/".join(whole.parts[-3:])
    return named
