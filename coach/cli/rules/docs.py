"""``coach rules docs``: a page a rule."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.failing import tells_errors
from coach.cli.rules.shared import rules_option, tell_replaced
from coach.cli.scoring import counted


@click.command()
@rules_option
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("rule-pages"))
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
    made = pages(book, card)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")
    tell_replaced(book)
    click.echo(f"{counted(len(made), 'page')} written to {folder}; begin with {folder / 'index.md'}.")
