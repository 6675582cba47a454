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

from coach.cli import main as coach
from coach.datafiles import rules_folder
from coach.readers.known import formats
from coach.rule_models import Case, Clause, Moment, Rule, Window
from coach.rulebook import Rulebook, load
from coach.scorecard import Band, Scorecard
from coach.scorecard import load as load_scorecard

DOCS = Path(__file__).resolve().parent
NOTE = "<!-- Made by `make docs`; change {source} instead. -->\n"
SLOT = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.S)
WIDTH = 100
KINDS = {
    "says": "the agent says it, in a part of the call.",
    "replies": "an occasion is followed by what good service asks for.",
    "never": "words that must not fall.",
    "talk": "a figure of the timing stays within bounds.",
    "sentiment": "the customer's mood rises, or they say so.",
    "consistency": "an agent's calls with different kinds of customers score alike (over many calls).",
}
FIGURES = {
    "interruptions": "interruptions by the agent",
    "talk_overs": "talk-overs",
    "agent_share": "the agent's share of the talk",
    "agent_wpm": "the agent's words a minute",
    "dead_air": "seconds of unannounced silence",
    "longest_wait": "seconds of the longest silence",
    "longest_monologue": "seconds of the agent's longest stretch of speech",
    "response_gap": "seconds before the agent answers",
}


def generated() -> dict[Path, str]:
    """Return every page that is made here, whole, by its path."""
    book = load([rules_folder()])
    card = load_scorecard(rules_folder() / "scorecard.yml", [rule.id for rule in book.rules])
    made = {DOCS / "cli.md": cli_page(), DOCS / "formats.md": formats_page()}
    made[DOCS / "rules" / "index.md"] = index_page(book, card)
    made[DOCS / "rules" / "moments.md"] = moments_page(book)
    for rule in book.rules:
        made[DOCS / "rules" / f"{rule.id}.md"] = rule_page(rule, card)
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


def index_page(book: Rulebook, card: Scorecard) -> str:
    """Return the list of the rules in scorecard order."""
    lines = ["# The rules\n", NOTE.format(source="the files in rules/")]
    lines.append("A page for each rule; [what the moments in them mean](moments.md).\n")
    placed = [rule for section in card.sections for rule in section.rules]
    for section in card.sections:
        lines.append(f"## {section.name}\n")
        for rule_id in section.rules:
            rule = book.rule(rule_id)
            if rule:
                critical = ", critical" if rule_id in card.auto_fail else ""
                lines.append(
                    f"- [{rule_id}]({rule_id}.md): {rule.title} ({card.points_of(rule_id):g} points{critical})"
                )
        lines.append("")
    others = [rule for rule in book.rules if rule.id not in placed]
    if others:
        lines.append("## Shown, not scored\n")
        lines += [f"- [{rule.id}]({rule.id}.md): {rule.title}" for rule in others]
        lines.append("")
    return "\n".join(lines)


def rule_page(rule: Rule, card: Scorecard) -> str:
    """Return the page of one rule."""
    points = card.points_of(rule.id)
    worth = f"{points:g} points in the section {card.section_of(rule.id)}" if points else "no points: shown only"
    if rule.id in card.auto_fail:
        worth += "; critical: a call that misses it fails, whatever its score"
    lines = [f"# {rule.title}\n", NOTE.format(source=f"rules/{rule.id.replace('.', '/')}.yml")]
    lines.append(f"`{rule.id}`, {worth}.\n")
    lines.append(f"A check of the kind [{rule.check}](../rule-author-guide.md#kinds-of-checks): {KINDS[rule.check]}\n")
    lines += ["## What it looks for\n", *_looked_for(rule), ""]
    lines += ["## Why\n", rule.source + "\n"]
    lines += ["## When it does not apply\n", *_not_applicable(rule), ""]
    lines += ["## What to say about it\n", rule.coach + "\n"]
    if rule.say_instead:
        lines.append(f"> {rule.say_instead}\n")
    lines += ["## Cases\n", "These are tried by `coach rules test`.\n"]
    lines += [_case(case) for case in rule.tests if not case.known_gap]
    gaps = [_case(case) for case in rule.tests if case.known_gap]
    lines += ["## Known gaps\n", *(gaps or ["None is recorded; [limits](../limits.md) holds for every rule.\n"])]
    return "\n".join(lines)


def _looked_for(rule: Rule) -> Iterator[str]:
    for clause in rule.when:
        yield f"- Occasion: {_clause(clause)}."
    if rule.expect:
        verb = "Not to be said" if rule.check == "never" else "Expected"
        yield f"- {verb}: {_clause(rule.expect)}."
    if rule.undone_by:
        yield f"- Undone by: {_clause(rule.undone_by)}."
    if rule.occasions != "any":
        yield "- Every occasion asks for it." if rule.occasions == "each" else "- Only the first occasion counts."
    if rule.most:
        yield f"- Allowed: up to {rule.most} of them."
    for figure in rule.figure:
        yield f"- Figure: {FIGURES[figure.name]}, {_bounds(figure.most, figure.least)}."
    if rule.by and rule.gap is not None:
        yield f"- Compared: the agent's calls by `{rule.by}`; scores less than {rule.gap:g} points apart are alike."
    if rule.rises is not None:
        yield f"- The mood rises by at least {rule.rises:g}, from -1 to 1."
    if rule.before:
        yield f"- Counts from {_length(rule.before)} before the occasion."
    if rule.expect:
        after = " after the occasion" if rule.check == "replies" and rule.within.edge is None else ""
        yield f"- Searched: {_length(rule.within)}{after if rule.within != Window() else ''}."


def _not_applicable(rule: Rule) -> Iterator[str]:
    if rule.when or rule.unless:
        yield f"{rule.otherwise}"
    for clause in rule.unless:
        yield f"\n- Not where there is {_clause(clause)}."
    if not (rule.when or rule.unless):
        yield "It applies to every call in which it can be told who the agent is."
    if rule.check == "talk":
        yield "Where the transcript lacks the times that the figure needs, the outcome is `cannot_tell`."


def _clause(clause: Clause) -> str:
    sides = (("the agent", clause.agent), ("the customer", clause.customer), ("either side", clause.any))
    parts = [f"{' or '.join(map(_moment_link, names))} from {side}" for side, names in sides if names]
    if clause.silence is not None:
        parts.append(f"a silence of {clause.silence:g} seconds or more")
    where = f" in {_length(clause.within)}" if clause.within.edge else ""
    return " or ".join(parts) + where


def _moment_link(name: str) -> str:
    return f"[{name}](moments.md#{name})"


def _length(window: Window) -> str:
    return "the whole call" if window == Window() else str(window)


def _bounds(most: float | None, least: float | None) -> str:
    said = [f"at most {most:g}" if most is not None else "", f"at least {least:g}" if least is not None else ""]
    return " and ".join(filter(None, said))


def _case(case: Case) -> str:
    return f"**{case.expect}**: {case.name}\n\n```text\n{case.call.strip()}\n```\n"


def moments_page(book: Rulebook) -> str:
    """Return the page of all moments, with their examples."""
    lines = ["# Moments\n", NOTE.format(source="the files in rules/moments")]
    lines.append("What each moment sounds like, by its own examples. The phrases stand in `rules/moments/*.yml`;")
    lines.append("[the rule author's guide](../rule-author-guide.md) explains them.\n")
    for moment in sorted(book.moments, key=lambda moment: moment.id):
        lines += _moment(moment, [rule.id for rule in book.rules if moment.id in rule.moments])
    return "\n".join(lines)


def _moment(moment: Moment, users: list[str]) -> Iterator[str]:
    yield f"## {moment.id}\n"
    yield moment.title + ".\n"
    if users:
        yield "Used by " + ", ".join(f"[{user}]({user}.md)" for user in users) + ".\n"
    if moment.include:
        yield "Includes " + ", ".join(f"[{name}](#{name})" for name in moment.include) + ".\n"
    if moment.exclude:
        yield "Not where there is " + ", ".join(f"[{name}](#{name})" for name in moment.exclude) + ".\n"
    for title, texts in (
        ("Is one", moment.examples.match),
        ("Is none", moment.examples.no_match),
        ("Is one, and is not found", moment.examples.known_gap),
    ):
        if texts:
            yield f"{title}:\n"
            yield from (f"- {_example(text)}" for text in texts)
            yield ""


def _example(text: str) -> str:
    return " / ".join(f"`{line}`" for line in text.strip().splitlines())


def known_gaps(book: Rulebook) -> str:
    """Return what the rules are known to get wrong, from their own cases."""
    lines: list[str] = []
    for rule in book.rules:
        for case in rule.tests:
            if case.known_gap:
                lines.append(f"- [{rule.id}](rules/{rule.id}.md), should be {case.expect}: {case.name}")
    for moment in sorted(book.moments, key=lambda moment: moment.id):
        for text in moment.examples.known_gap:
            lines.append(f"- [{moment.id}](rules/moments.md#{moment.id}), is not found in: {_example(text)}")
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
