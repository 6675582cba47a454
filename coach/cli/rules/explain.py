"""``coach rules explain``: why a rule came out as it did on one call."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import tells_errors
from coach.cli.progress import printable
from coach.cli.reading import reading_options
from coach.cli.rules.shared import rules_option
from coach.cli.scoring import pipeline_option
from coach.cli.sums import counted
from coach.errors import TranscriptError, UsageError

if TYPE_CHECKING:
    from coach.call import Call
    from coach.explaining.explanation import Explanation
    from coach.explaining.steps import Step
    from coach.readers import ReadOptions

WIDTH = 80
IDS_SHOWN = 20
INDENT = "   "
UNDER = "- "


@click.command()
@click.argument("rule_id", metavar="ID")
@click.argument("path", metavar="CALL")
@click.option("--call", "call_id", metavar="CALL_ID", help="Which call, where the file CALL holds several.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead.")
@rules_option
@pipeline_option
@reading_options
@tells_errors
def explain(
    rule_id: str,
    path: str,
    call_id: str | None,
    as_json: bool,
    folders: tuple[Path, ...],
    pipeline: str | None,
    reading: ReadOptions,
) -> None:
    """Explain step by step why a rule came out as it did on one call, or whether a moment is in it.

    ID is a rule or a moment. CALL is a transcript in any format that coach score reads; where a file holds several
    calls, --call names one.

    \b
    Examples:
      coach rules explain core.apology call.vtt
      coach rules explain core.greeting march.jsonl --call c-1042
      coach rules explain apology call.txt
    """
    from coach.explaining.explanation import moment_explained, rule_explained
    from coach.scoring import Scorer

    call = one_call(path, call_id, reading)
    scorer = Scorer.load(folders, pipeline)
    rule = scorer.rulebook.rule(rule_id)
    moment = next((moment for moment in scorer.rulebook.moments if moment.id == rule_id), None)
    if rule:
        explanation = rule_explained(scorer, rule, call)
    elif moment:
        explanation = moment_explained(scorer, moment, call)
    else:
        known = [rule.id for rule in scorer.rulebook.rules] + [moment.id for moment in scorer.rulebook.moments]
        raise UsageError(f"there is no rule or moment {rule_id!r}", remedy=_near_id(rule_id, known))
    if as_json:
        import orjson

        click.echo(orjson.dumps(explanation.to_dict()).decode())
        return
    for line in page(explanation):
        click.echo(line)


def one_call(path: str, call_id: str | None, reading: ReadOptions) -> Call:
    """Return the call in ``path``; the one with ``call_id``, where that is given.

    Raises:
        UsageError: there is no call, none with that id, or there are several and none is named.
        TranscriptError: the call cannot be read.
    """
    from coach.call import Call
    from coach.readers import read

    unread: list[TranscriptError] = []

    def calls() -> Iterator[Call]:
        for item in read([path], reading):
            if isinstance(item, Call):
                yield item
            else:
                unread.append(TranscriptError(item.cause, where=item.source, place=item.place, remedy=item.remedy))

    if call_id is not None:
        others: list[str] = []
        for call in calls():
            if call.call_id == call_id:
                return call
            others.append(call.call_id)
        raise UsageError(
            f"there is no call {call_id!r}",
            where=path,
            remedy=_near_id(call_id, others, _some("It holds:", others) if others else "No call in it can be read."),
        )
    found = list(islice(calls(), IDS_SHOWN + 1))
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            "there are several calls",
            where=path,
            remedy=_some("Name one with --call:", [call.call_id for call in found]),
        )
    if unread:
        raise unread[0]
    raise UsageError(
        "there is no transcript in it", where=path, remedy="`coach inspect PATH` shows what is read of a file."
    )


def page(explanation: Explanation) -> Iterator[str]:
    """Yield the lines of an explanation for a terminal of 80 columns."""
    from coach.cli.call_page import roles_in_words

    call = explanation.call
    yield from _filled(explanation.title)
    yield "=" * min(len(explanation.title), WIDTH)
    yield from _field("id", explanation.id)
    yield from _field("call", f"{call.call_id}, {counted(len(call.turns), 'turn')} (numbered from 0)")
    yield from _field("asks", explanation.asks)
    if explanation.card:
        yield from _field("card", explanation.card)
    labelled = any(turn.speaker is not None for turn in call.turns)
    yield from _field("roles", roles_in_words(call.roles, is_labelled=labelled))
    for warning in call.warnings:
        yield from _field("warning", warning)
    for number, step in enumerate(explanation.steps, 1):
        yield ""
        yield from _step_lines(number, step)
    finding = explanation.finding
    if finding:
        earned = f" ({finding.points:g} of {finding.possible:g} points)" if finding.possible else ""
        yield ""
        yield from _filled(f"Outcome: {finding.outcome.replace('_', ' ')}{earned}. {finding.reason}")
    if any(step.looked for step in explanation.steps):
        yield ""
        yield from _filled("Behind a title stands its id in brackets: `coach rules show ID` shows the phrases.")


def _step_lines(number: int, step: Step) -> Iterator[str]:
    yield from _filled(f"{number}. {step.question} {step.answer}".rstrip(), INDENT)
    for line in step.lines:
        if line.startswith(UNDER):
            yield from _filled(f"{INDENT}  {line}", INDENT + "    ")
        else:
            yield from _filled(INDENT + line, INDENT)


def _field(name: str, text: str) -> Iterator[str]:
    return _filled(f"{name + ':':9}{text}", " " * 9)


def _filled(text: str, indent: str = "") -> Iterator[str]:
    yield from textwrap.wrap(printable(text), WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _some(lead: str, ids: list[str]) -> str:
    """Return ``lead`` and the first of ``ids``, in lines that fit under the two spaces before a remedy."""
    listed = ", ".join(map(printable, ids[:IDS_SHOWN])) + (", ..." if len(ids) > IDS_SHOWN else ".")
    lines = textwrap.wrap(f"{lead} {listed}", WIDTH - 2, break_on_hyphens=False, break_long_words=False)
    return "\n  ".join(lines)


def _near_id(wanted: str, known: list[str], otherwise: str = "'coach rules list' shows the rules.") -> str:
    from difflib import get_close_matches

    close = get_close_matches(wanted, known, n=3, cutoff=0.4)
    return f"Did you mean {' or '.join(close)}?" if close else otherwise
