"""Make any number of believable calls for measurements of speed and memory.

    python benchmarks/generate.py --calls 20000 --seed 7 -o big.jsonl
    python benchmarks/generate.py --calls 500 --format webvtt -o calls/

The same arguments give the same bytes on every machine and Python version: the only chance is that of a seeded
``random.Random``, of which only ``random()`` is used (its sequence is guaranteed to stay the same). Calls are written
as they are made, so memory stays flat. ``native`` and ``csv`` write one file (``-o -`` for standard output); ``text``
and ``webvtt`` hold one call a file, so ``-o`` is a folder.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

from generated_calls import Agent, MadeCall, agents_of, calls_of, json_line

HEAD_COLUMNS = "call_id,agent_id,agent_name,team,started_at,customer_type,role"
CALLS_IN_A_FOLDER = 1000
# The phrases hold no quote, backslash or line break (a test sees to it), so text needs no more than a pair of quotes.
LABELS = {"agent": "Agent", "customer": "Customer"}


def csv_rows(call: MadeCall) -> str:
    """Return the call as rows, a turn each."""
    who: Agent = call.agent
    head = f"{call.call_id},{who.id},{who.name},{who.team},{call.started_at},{call.customer_type}"
    return "".join(
        f'{head},{turn.role},"{turn.text}"\n'
        if turn.start is None
        else f'{head},{turn.role},{turn.start / 100},{turn.end / 100},"{turn.text}"\n'
        for turn in call.turns
    )


def head_lines(call: MadeCall) -> str:
    """Return what a text file says before the first turn."""
    who = call.agent
    return (
        f"Call ID: {call.call_id}\nAgent: {who.name}\nAgent ID: {who.id}\nTeam: {who.team}\n"
        f"Date: {call.started_at}\nCustomer type: {call.customer_type}\n"
    )


def text_file(call: MadeCall) -> str:
    """Return the call as plain text."""
    turns = "".join(
        f"{LABELS[turn.role]}: {turn.text}\n"
        if turn.start is None
        else f"[{clock(turn.start)[:8]}] {LABELS[turn.role]}: {turn.text}\n"
        for turn in call.turns
    )
    return f"{head_lines(call)}\n{turns}"


def webvtt_file(call: MadeCall) -> str:
    """Return the call as WebVTT, a cue a turn; it has to have times."""
    cues = "".join(
        f"\n{clock(turn.start)} --> {clock(turn.end)}\n<v {LABELS[turn.role]}>{turn.text}</v>\n"
        for turn in call.turns
        if turn.start is not None
    )
    notes = "".join(f"\nNOTE {line}\n" for line in head_lines(call).splitlines())
    return f"WEBVTT\n{notes}{cues}"


def clock(hundredths: int) -> str:
    """Return ``HH:MM:SS.mmm``."""
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}0"


def lines_of(calls: Iterable[MadeCall], form: str, times: bool) -> Iterator[str]:
    """Yield what one file holds, a call at a time."""
    if form == "csv":
        yield HEAD_COLUMNS + (",start,end,text\n" if times else ",text\n")
    for call in calls:
        yield csv_rows(call) if form == "csv" else json_line(call)


def write_one_file(calls: Iterable[MadeCall], form: str, times: bool, output: str) -> None:
    """Write all calls to one file or to standard output."""
    with nullcontext(sys.stdout) if output == "-" else open(output, "w", encoding="utf-8", newline="\n") as out:
        out.writelines(lines_of(calls, form, times))


def write_files(calls: Iterable[MadeCall], form: str, folder: Path) -> None:
    """Write a file a call, a thousand to a folder."""
    suffix, contents = (".txt", text_file) if form == "text" else (".vtt", webvtt_file)
    for number, call in enumerate(calls):
        within = folder / f"{number // CALLS_IN_A_FOLDER:04}"
        if number % CALLS_IN_A_FOLDER == 0:
            within.mkdir(parents=True, exist_ok=True)
        (within / f"{call.call_id}{suffix}").write_text(contents(call), encoding="utf-8", newline="\n")


def at_least_one(written: str) -> int:
    """Return the number; argparse turns the error into a message."""
    number = int(written)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description="Make believable calls; the same arguments give the same bytes.")
    parser.add_argument("--calls", type=at_least_one, default=1000, help="how many (1000)")
    parser.add_argument("--seed", type=int, default=1, help="any whole number (1)")
    parser.add_argument("--agents", type=at_least_one, default=200, help="how many agents share the calls (200)")
    parser.add_argument("--weeks", type=at_least_one, default=12, help="how many weeks the calls spread over (12)")
    parser.add_argument("--first-day", type=datetime.date.fromisoformat, default=datetime.date(2026, 1, 5),
                        help="first day of the first week (2026-01-05)")  # fmt: skip
    parser.add_argument("--format", choices=["native", "csv", "text", "webvtt"], default="native")
    parser.add_argument("--times", action=argparse.BooleanOptionalAction, default=True, help="with times or without")
    parser.add_argument("-o", "--output", required=True, help="a file or -, for text and webvtt a folder")
    asked = parser.parse_args()
    if asked.format == "webvtt" and not asked.times:
        parser.error("WebVTT cannot be written without times")
    return asked


def main() -> None:
    """Run the command."""
    asked = arguments()
    staff = agents_of(asked.agents, asked.seed)
    calls = calls_of(staff, asked.calls, asked.seed, asked.weeks, asked.first_day, times=asked.times)
    if asked.format in ("native", "csv"):
        write_one_file(calls, asked.format, asked.times, asked.output)
    else:
        write_files(calls, asked.format, Path(asked.output))


if __name__ == "__main__":
    main()
