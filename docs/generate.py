"""Write the pages that are made from the code and the rules: docs/cli.md, docs/formats.md, docs/rules/*.md.

    python docs/generate.py             # write them
    python docs/generate.py --check     # fail, and name what is stale, where they differ

In other pages what stands between ``<!-- generated: NAME -->`` and ``<!-- end -->`` is made here.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from coach.authoring.pages import example, pages
from coach.cli import main as coach
from coach.datafiles import rules_folder
from coach.readers.known import formats
from coach.rulebook import Rulebook, load
from coach.scorecard import Band, Scorecard
from coach.scorecard import load as load_scorecard

DOCS = Path(__file__).resolve().parent
NOTE = "<!-- Made by `make docs`; change {source} instead. -->\n"
SLOT = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.S)
WIDTH = 100
GUIDE = "../rule-author-guide.md"


def generated() -> dict[Path, str]:
    """Return every page that is made here, whole, by its path."""
    book = load([rules_folder()])
    card = load_scorecard(rules_folder() / "scorecard.yml", [rule.id for rule in book.rules])
    made = {DOCS / "cli.md": cli_page(), DOCS / "formats.md": formats_page()}
    for name, text in pages(book, card, GUIDE).items():
        made[DOCS / "rules" / name] = text
    slots = {"known-gaps": known_gaps(book), "scorecard": weights(card)}
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text("utf-8")
        filled = SLOT.sub(lambda found: found[1] + slots[found[2]] + found[3], text)
        if SLOT.search(text):
            made[page] = filled
    return made


def left_over(made: Mapping[Path, str]) -> list[Path]:
    """Return the rule pages of rules that are no more."""
    return [path for path in sorted((DOCS / "rules").glob("*.md")) if path not in made]


def cli_page() -> str:
    """Return the reference of all commands, from their own help."""
    parts = ["# Commands\n", NOTE.format(source="the commands in coach/cli")]
    for path, command, context in _commands("coach", coach, None):
        parts.append(f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def formats_page() -> str:
    """Return the list of the formats that are read, from the readers themselves."""
    listed = formats()
    tried = sum(each.is_tried for each in listed)
    lines = ["# The formats that are read\n", NOTE.format(source="the readers in coach/readers")]
    lines.append(
        f"{len(listed)} formats; the readers of {tried} were tried on real files or are our own form. The other "
        f"{len(listed) - tried}, marked *untried*, are read as their vendor describes them: look at the first calls "
        "with `coach inspect`, and tell us. What a file is, its content says and not its name. Each may stand in an "
        "envelope, a list or JSON Lines, and be packed with gzip, zip or tar; see [Reading transcripts](reading.md), "
        "and [My format is not read](my-format.md) for others.\n"
    )
    lines.append("| format | what it is | comes with | told by |\n|---|---|---|---|")
    for each in listed:
        name = f"`{each.name}`" + ("" if each.is_tried else " *untried*")
        what = ". ".join(text.rstrip(".") for text in (each.title, each.note) if text)
        told_by = each.told_by.replace("|", "\\|")
        lines.append(f"| {name} | {what} | {', '.join(each.provides) or 'text alone'} | {told_by} |")
    return "\n".join(lines) + "\n"


def _commands(
    path: str, command: click.Command, parent: click.Context | None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, info_name=path.rsplit(" ", 1)[-1], parent=parent, **settings)
    yield path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _commands(f"{path} {name}", inner, context)


def known_gaps(book: Rulebook) -> str:
    """Return what the rules are known to get wrong, from their own cases."""
    lines: list[str] = []
    for rule in book.rules:
        for case in rule.tests:
            if case.known_gap:
                lines.append(f"- [{rule.id}](rules/{rule.id}.md), should be {case.expect}: {case.name}")
    for moment in sorted(book.moments, key=lambda moment: moment.id):
        for text in moment.examples.known_gap:
            lines.append(f"- [{moment.id}](rules/moments.md#{moment.id}), is not found in: {example(text)}")
    return "\n".join(lines or ["No case of a rule or moment is marked as a known gap today."]) + "\n"


def weights(card: Scorecard) -> str:
    """Return the table of sections, rules and points."""
    total = sum(sum(section.rules.values()) for section in card.sections)
    lines = ["| section | rule | points |", "|---|---|---|"]
    for section in card.sections:
        for rule, points in section.rules.items():
            critical = " (critical)" if rule in card.auto_fail else ""
            lines.append(f"| {section.name} | [{rule}](rules/{rule}.md){critical} | {points:g} |")
    lines.append(f"| | all | {total:g} |")
    gate = card.eligibility
    lines += [
        "",
        f"Version {card.version} of the card “{card.name}”. Pass mark: {card.pass_mark:g}.",
        *(f"Bands of {rule}: {_bands(bands)}." for rule, bands in card.bands.items()),
        f"A call is judged from {gate.least_turns} turns on" + (", if both sides speak." if gate.both_sides else "."),
    ]
    return "\n".join(lines) + "\n"


def _bands(bands: Sequence[Band]) -> str:
    earned = [f"up to {band.most} earns {100 * band.share:g} % of the points" for band in bands]
    return ", ".join([*earned, "more earns none"])


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or with ``--check`` return 1 and name those that are stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where a page is stale")
    check = parser.parse_args(arguments).check
    made = generated()
    stale = [path for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text]
    stale += left_over(made)
    for path in stale:
        name = path.relative_to(DOCS.parent)
        if check:
            print(f"{name} is stale: run `make docs`", file=sys.stderr)
        elif path in made:
            path.parent.mkdir(exist_ok=True)
            path.write_text(made[path], "utf-8")
            print(f"{name} written")
        else:
            path.unlink()
            print(f"{name} removed")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
