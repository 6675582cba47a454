"""``coach rules new``: begin a rule or a moment, with cases to fill."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.cli.failing import GATE_FAILED, tells_errors
from coach.cli.rules.shared import one_line
from coach.cli.sums import counted
from coach.errors import CoachError, UsageError
from coach.figures import FIGURES

if TYPE_CHECKING:
    from coach.rulebook import Rulebook

CHECKS = ["says", "replies", "never", "talk"]
FIGURE_WORDS = "\n".join(f"  {key:18} {words}" for key, words in FIGURES.items())


@click.command(epilog=f"\b\nFigures:\n{FIGURE_WORDS}")
@click.argument("rule_id", metavar="ID")
@click.option(
    "-o",
    "--rules",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("our-rules"),
    show_default=True,
    help="Your folder of rules; it is made if it is not there.",
)
@click.option("--title", default="", help="What is asked for, or what a moment is, in a few words.")
@click.option("--source", default="", help="Where it comes from: your standard, a guide, a law.")
@click.option("--check", type=click.Choice(CHECKS), help="Said in a call, in reply to something, never, or timing.")
@click.option("--when", default="", metavar="MOMENTS", help="The occasion: 'customer: problem, complaint'.")
@click.option("--expect", default="", metavar="MOMENTS", help="What to listen for: 'agent: apology'.")
@click.option("--say", default="", metavar="PHRASES", help="The words of a moment that is not there yet: 'one; two'.")
@click.option("--within", default="", help="Where to listen: '3 turns', '20 s', 'first 3 turns', 'last 3 turns'.")
@click.option(
    "--figure",
    metavar="FIGURE",
    type=click.Choice(list(FIGURES)),
    help="For --check talk: one of the figures below.",
)
@click.option("--most", type=float, help="The most of the figure that is good; how many may fall of what never should.")
@click.option("--least", type=float, help="The least of the figure that is good.")
@click.option("--coach", default="", help="What to tell an agent who missed it.")
@click.option("--extends", default="", metavar="ID", help="Say only how it differs from this rule or moment.")
@tells_errors
def new(rule_id: str, folder: Path, **given: Any) -> None:
    """Begin the rule or the moment ID: ask for what the options leave open, and write it with cases to fill.

    An ID with a dot is a rule, one without is a moment. Nothing that is there already is changed.

    Exit codes: 0 written; 1 written, and a case of it fails or the folder does not load, or you stopped; 2 nothing
    is written.

    \b
    Example:
      coach rules new house.price_check
      coach rules new names_price --title "Names a price" --say "it costs; the price is"
    """
    from coach.authoring.draft_text import place_of
    from coach.authoring.drafting import Wish, draft
    from coach.datafiles import rules_folder
    from coach.rulebook import load

    path = _free(folder, str(place_of(rule_id)))
    own = [folder] if any(folder.rglob("*.y*ml")) else []
    book = load([rules_folder(), *own])
    wish = Wish(**{key: _typed(key, value) for key, value in given.items() if value is not None})
    _check_new(rule_id, wish.extends, book)
    lacking = wish.missing(rule_id)
    if lacking and not _in_terminal():
        kind = "rule" if "." in rule_id else "moment"
        raise UsageError(
            f"the {kind} {rule_id!r} needs {' and '.join(f'--{key}' for key in lacking)}",
            remedy="Give what is missing, or run this in a terminal, where it is asked for.",
        )
    if lacking:
        from coach.cli.rules.new_questions import asked

        try:
            wish = asked(rule_id, wish, book)
        except click.Abort:
            click.echo("\nNothing was written.")
            sys.exit(GATE_FAILED)
    made = draft(rule_id, wish, book, own)
    paths = {name: path if name == rule_id else _free(folder, str(place_of(name))) for name in made.files}
    for name, text in made.files.items():
        _write(paths[name], text)
        click.echo(f"{paths[name]} written, {_to_fill(text)}.")
    failed = [verdict for verdict in made.verdicts if not verdict.passed]
    for verdict in failed:
        click.echo(f"  case: {one_line(verdict.case)}\n  {one_line(verdict.said)}")
    _tell_if_broken(folder)
    _tell_next(rule_id, made.files, folder)
    # Cases of what is extended may well change with it; those that were made here have to hold.
    if failed and not wish.extends:
        click.echo(f"{counted(len(failed), 'case')} made from your phrases failed: change them in the file.", err=True)
        sys.exit(GATE_FAILED)


def _typed(key: str, value: Any) -> Any:
    """Return an option without what no text holds; phrases may stand on lines of their own."""
    from coach.authoring.draft_text import one_line

    return one_line(value) if isinstance(value, str) and key != "say" else value


def _in_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _free(folder: Path, place: str) -> Path:
    """Return where a new file goes, which must be free and inside ``folder``."""
    path = folder / place
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder of rules", remedy="Name a folder with -o.")
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        raise UsageError(f"{path} is a link that leads to itself", remedy="Name another folder with -o.") from None
    if not inside:
        raise UsageError(f"{path} leads out of {folder}", remedy="Name a folder without links in it.")
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} is there already, and is left as it is", remedy="Edit it, or take another ID.")
    return path


def _check_new(name: str, extends: str, book: Rulebook) -> None:
    if name in book.files and name != extends:
        raise UsageError(
            f"there is a {name!r} already, in {book.files[name]}",
            remedy=f"Take another ID; or '--extends {name}' makes a file that changes it.",
        )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already, and is left as it is", remedy="Take another ID.") from None
    except OSError as error:
        raise CoachError(f"cannot be written: {error.strerror}", where=str(path), remedy="Choose another -o.") from None


def _to_fill(text: str) -> str:
    cases = text.count("\n  - name: ")
    if cases:
        return f"with {counted(cases, 'case')} to replace by calls of your own"
    return "with examples to replace by your own" if "\nexamples" in text else "with what it changes"


def _tell_if_broken(folder: Path) -> None:
    """Say what does not load, should something in the folder clash with what was written."""
    from coach.datafiles import rules_folder
    from coach.rulebook import load

    try:
        load([rules_folder(), folder])
    except CoachError as error:
        click.echo(f"The folder does not load:\n{error}", err=True)
        sys.exit(GATE_FAILED)


def _tell_next(rule_id: str, files: Mapping[str, str], folder: Path) -> None:
    ids = " ".join(sorted(files, key=lambda name: name != rule_id))
    click.echo("Next:")
    click.echo(f"  coach rules test {ids} --rules {_quoted(folder)}")
    if "." in rule_id:
        click.echo(f"  coach rules explain {rule_id} CALL --rules {_quoted(folder)}")
    else:
        click.echo(f"  coach rules show {rule_id} --rules {_quoted(folder)}")


def _quoted(folder: Path) -> str:
    import shlex

    return shlex.quote(str(folder))
