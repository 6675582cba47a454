"""Pages in Markdown on what the tool listens for: one a rule, one of all moments, and their list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from coach.figures import FIGURES
from coach.markdown import markdown_text
from coach.rule_models import Case, Clause, Moment, Rule, Window
from coach.rulebook import Rulebook
from coach.scorecard import Scorecard

KINDS = {
    "says": "the agent says it, in a part of the call.",
    "replies": "an occasion is followed by what good service asks for.",
    "never": "words that must not fall.",
    "talk": "a figure of the timing stays within bounds.",
    "sentiment": "the customer's mood rises, or they say so.",
    "consistency": "an agent's calls with different kinds of customers score alike (over many calls).",
}


NO_FILES: Mapping[str, str] = {}


def pages(book: Rulebook, card: Scorecard, guide: str = "", files: Mapping[str, str] = NO_FILES) -> dict[str, str]:
    """Return every page by its file name.

    Args:
        book: the rules and moments.
        card: the scorecard that gives points for them.
        guide: the address of the guide to writing rules, if there is one.
        files: which file each rule and moment stands in; without it, its place in ``rules/``.
    """
    made = {"index.md": index_page(book, card), "moments.md": moments_page(book, guide, files)}
    return made | {f"{rule.id}.md": rule_page(rule, card, guide, files.get(rule.id, "")) for rule in book.rules}


def index_page(book: Rulebook, card: Scorecard) -> str:
    """Return the list of the rules in scorecard order."""
    lines = ["# The rules\n", _note("the rule files")]
    lines.append("A page for each rule; [what the moments in them mean](moments.md).\n")
    placed = [rule for section in card.sections for rule in section.rules]
    for section in card.sections:
        lines.append(f"## {markdown_text(section.name)}\n")
        for rule_id in section.rules:
            rule = book.rule(rule_id)
            if rule:
                critical = ", critical" if rule_id in card.auto_fail else ""
                lines.append(
                    f"- {_rule_link(rule_id)}: {markdown_text(rule.title)} "
                    f"({card.points_of(rule_id):g} points{critical})"
                )
        lines.append("")
    others = [rule for rule in book.rules if rule.id not in placed]
    if others:
        lines.append("## Informational: shown, without points\n")
        lines += [f"- {_rule_link(rule.id)}: {markdown_text(rule.title)}" for rule in others]
        lines.append("")
    return "\n".join(lines)


def rule_page(rule: Rule, card: Scorecard, guide: str = "", file: str = "") -> str:
    """Return the page of one rule; ``guide`` is the address of the guide, ``file`` where the rule stands."""
    points = card.points_of(rule.id)
    worth = f"{points:g} points in the section {markdown_text(card.section_of(rule.id))}" if points else "no points"
    if not points and rule.id not in card.auto_fail:
        worth += ": informational"
    if rule.id in card.auto_fail:
        worth += "; critical: a call that misses it fails, whatever its score"
    lines = [f"# {markdown_text(rule.title)}\n", _note(file or f"rules/{rule.id.replace('.', '/')}.yml")]
    lines.append(f"{code(rule.id)}, {worth}.\n")
    lines.append(f"A check of the kind {_linked(rule.check, guide, '#kinds-of-checks')}: {KINDS[rule.check]}\n")
    lines += ["## What it looks for\n", *_looked_for(rule), ""]
    lines += ["## Why\n", markdown_text(rule.source) + "\n"]
    lines += ["## When it does not apply\n", *_not_applicable(rule), ""]
    lines += ["## What to say about it\n", markdown_text(rule.coach) + "\n"]
    if rule.say_instead:
        lines.append(f"> {markdown_text(rule.say_instead)}\n")
    lines += ["## Cases\n", "These are tried by `coach rules test`.\n"]
    lines += [_case(case) for case in rule.tests if not case.known_gap]
    gaps = [_case(case) for case in rule.tests if case.known_gap]
    lines += ["## Known gaps\n", *(gaps or ["None is recorded.\n"])]
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
        yield f"- Compared: the agent's calls by {code(rule.by)}; scores less than {rule.gap:g} points apart are alike."
    if rule.rises is not None:
        yield f"- The mood rises by at least {rule.rises:g}, from -1 to 1."
    if rule.before:
        yield f"- Counts from {_length(rule.before)} before the occasion."
    if rule.expect:
        after = " after the occasion" if rule.follows_occasion else ""
        yield f"- Searched: {_length(rule.within)}{after if rule.within != Window() else ''}."


def _not_applicable(rule: Rule) -> Iterator[str]:
    if rule.when or rule.unless:
        yield markdown_text(rule.otherwise)
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
    return f"[{_id(name)}](moments.md#{quote(name)})"


def _rule_link(rule_id: str) -> str:
    return f"[{_id(rule_id)}]({quote(rule_id)}.md)"


def _length(window: Window) -> str:
    return "the whole call" if window == Window() else str(window)


def _bounds(most: float | None, least: float | None) -> str:
    said = [f"at most {most:g}" if most is not None else "", f"at least {least:g}" if least is not None else ""]
    return " and ".join(filter(None, said))


def _case(case: Case) -> str:
    text = "\n".join(map(_seen, case.lines))
    fence = "`" * max(3, _longest_ticks(text) + 1)
    return f"**{case.expect}**: {markdown_text(case.name)}\n\n{fence}text\n{text}\n{fence}\n"


def moments_page(book: Rulebook, guide: str = "", files: Mapping[str, str] = NO_FILES) -> str:
    """Return the page of all moments, with their examples; ``guide`` and ``files`` as for ``pages``."""
    lines = ["# Moments\n", _note("the files of the moments")]
    where = "the file named below each title" if files else "`rules/moments/*.yml`"
    lines.append(f"What each moment sounds like, by its own examples. The phrases stand in {where};")
    lines.append(f"{_linked('the guide to writing rules', guide)} explains them.\n")
    for moment in sorted(book.moments, key=lambda moment: moment.id):
        users = [rule.id for rule in book.rules if moment.id in rule.moments]
        lines += _moment(moment, users, files.get(moment.id, ""))
    return "\n".join(lines)


def _moment(moment: Moment, users: list[str], file: str) -> Iterator[str]:
    yield f"## {_id(moment.id)}\n"
    yield markdown_text(moment.title) + ".\n"
    if file:
        yield f"{code(file)}\n"
    if users:
        yield "Used by " + ", ".join(map(_rule_link, users)) + ".\n"
    if moment.include:
        yield "Includes " + ", ".join(map(_here, moment.include)) + ".\n"
    if moment.exclude:
        yield "Not where there is " + ", ".join(map(_here, moment.exclude)) + ".\n"
    for title, texts in (
        ("Is one", moment.examples.match),
        ("Is none", moment.examples.no_match),
        ("Is one, and is not found", moment.examples.known_gap),
    ):
        if texts:
            yield f"{title}:\n"
            yield from (f"- {example(text)}" for text in texts)
            yield ""


def _note(source: str) -> str:
    # Two dashes and a > would end the comment.
    said = _seen(source).replace("--", "- -").replace(">", "")
    return f"<!-- Made by `coach rules docs`; change {said} instead. -->\n"


def _linked(text: str, page: str, place: str = "") -> str:
    return f"[{text}]({page}{place})" if page else text


def example(text: str) -> str:
    """Return the lines of an example, each as code."""
    return " / ".join(map(code, text.strip().splitlines()))


def code(text: str) -> str:
    """Return ``text`` as code, whatever ticks it holds."""
    text = _seen(text)
    ticks = "`" * (_longest_ticks(text) + 1)
    space = " " if "`" in text else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _seen(text: str) -> str:
    """Return ``text`` with what acts on a terminal, or turns the order of letters round, as codes that are seen."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _longest_ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _here(name: str) -> str:
    return f"[{_id(name)}](#{quote(name)})"


def _id(name: str) -> str:
    """Return an id, which is the name of a file; a usual one needs no escaping, for _ within a word is itself."""
    return name if re.fullmatch(r"[\w.-]+", name) else markdown_text(name)
