"""Write examples/calls and examples/labels.jsonl from the calls written in benchmarks/examples_source.

``python benchmarks/examples.py`` writes them afresh; the same sources give the same bytes. See example_source.py for
how a call is written down, and examples/README.md for what the files are.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from example_source import Source, TimedWord, outcomes, sources, timed

HERE = Path(__file__).resolve().parent
BROADBAND, HOME = "Broadband Care", "Home Cover"
WORDS_IN_A_CUE = 11


class Person(NamedTuple):
    """An agent of the company in the examples."""

    id: str
    name: str
    team: str


AGENTS = {
    "ana": Person("a01", "Ana Kovac", BROADBAND),
    "ben": Person("a02", "Ben Turner", BROADBAND),
    "chloe": Person("a03", "Chloe Marsh", BROADBAND),
    "farid": Person("a04", "Farid Haddad", BROADBAND),
    "dev": Person("a05", "Dev Rao", HOME),
    "ewa": Person("a06", "Ewa Nowak", HOME),
    "grace": Person("a07", "Grace Obi", HOME),
}


def agent(source: Source) -> Person:
    """Return who took the call."""
    return AGENTS[source.head["agent"]]


def label(source: Source, who: str) -> str:
    """Return the label of a speaker in formats that have labels: as the head says, or the plain words."""
    names = source.head.get("labels", "Agent/Customer/Recording").split("/")
    return names["ACO".index(who)] if "ACO".index(who) < len(names) else "Recording"


def has_times(source: Source) -> bool:
    """Return whether the call is written out with times."""
    return source.head.get("times", "yes") == "yes"


def seconds(hundredths: int) -> float:
    """Return seconds."""
    return hundredths / 100


def native(source: Source) -> dict[str, Any]:
    """Return the call in the native form."""
    person = agent(source)
    record: dict[str, Any] = {
        "call_id": source.call_id,
        "agent": {"id": person.id, "name": person.name, "team": person.team},
        "started_at": source.head["at"] + ":00Z",
        "customer_type": source.head.get("type", "external"),
    }
    if "topic" in source.head:
        record["topic"] = source.head["topic"]
    record["turns"] = [
        native_turn(source, line.who, line.text, words) for line, words in zip(source.lines, timed(source), strict=True)
    ]
    return record


def native_turn(source: Source, who: str, text: str, words: Sequence[TimedWord]) -> dict[str, Any]:
    """Return one turn of the native form, with what times the call is to have."""
    roles = {"A": "agent", "C": "customer", "O": "other"}
    turn: dict[str, Any] = {"speaker": label(source, who)} if "labels" in source.head else {"role": roles[who]}
    turn["text"] = text
    if has_times(source):
        turn["start"], turn["end"] = seconds(words[0].start), seconds(words[-1].end)
    if source.head.get("words") == "yes":
        turn["words"] = [{"text": word.text, "start": seconds(word.start), "end": seconds(word.end)} for word in words]
    return turn


def as_json(calls: Sequence[Source]) -> str:
    """Return one call as a JSON object, a turn a line."""
    (only,) = calls
    record = native(only)
    turns = ",\n".join("  " + json.dumps(turn, ensure_ascii=False) for turn in record.pop("turns"))
    head = json.dumps(record, ensure_ascii=False, indent=1)[:-2]
    return f'{head},\n "turns": [\n{turns}\n ]\n}}\n'


def as_json_lines(calls: Sequence[Source]) -> str:
    """Return calls in the native form, one a line."""
    return "".join(json.dumps(native(call), ensure_ascii=False) + "\n" for call in calls)


def head_lines(source: Source) -> list[str]:
    """Return what a text file or a note says of the call before its first turn."""
    person = agent(source)
    return [
        f"Call ID: {source.call_id}",
        f"Agent: {person.name}",
        f"Agent ID: {person.id}",
        f"Team: {person.team}",
        f"Date: {source.head['at'].replace('T', ' ')}",
        f"Customer type: {source.head.get('type', 'external')}",
    ]


def as_text(calls: Sequence[Source]) -> str:
    """Return one call as plain text: a head, a blank line, a turn a line, with the starts where it has times."""
    (only,) = calls
    turns = []
    for line, words in zip(only.lines, timed(only), strict=True):
        at = f"[{clock(words[0].start)[:8]}] " if has_times(only) else ""
        turns.append(f"{at}{label(only, line.who)}: {line.text}")
    return "\n".join([*head_lines(only), "", *turns, ""])


def as_table(calls: Sequence[Source], separator: str) -> str:
    """Return calls as a table, a turn a row."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=separator, lineterminator="\n")
    times = has_times(calls[0])
    columns = ["call_id", "agent_id", "agent_name", "team", "started_at", "customer_type", "speaker"]
    table.writerow([*columns, *(["start", "end"] if times else []), "text"])
    for call in calls:
        person = agent(call)
        about = [call.call_id, *person, call.head["at"] + ":00Z", call.head.get("type", "external")]
        for line, words in zip(call.lines, timed(call), strict=True):
            span = [f"{seconds(words[0].start):.2f}", f"{seconds(words[-1].end):.2f}"] if times else []
            table.writerow([*about, label(call, line.who), *span, line.text])
    return out.getvalue()


def cues(source: Source) -> list[tuple[str, list[TimedWord]]]:
    """Return the call cut into captions: the speaker's label and a few words each."""
    found: list[tuple[str, list[TimedWord]]] = []
    for line, words in zip(source.lines, timed(source), strict=True):
        pieces = -(-len(words) // WORDS_IN_A_CUE)
        size = -(-len(words) // pieces)
        found += [(label(source, line.who), words[at : at + size]) for at in range(0, len(words), size)]
    starts = [words[0].start for _, words in found]
    if starts != sorted(starts):
        raise ValueError(f"{source.call_id}: captions are out of order; overlaps are too long for this format")
    return found


def clock(hundredths: int, point: str = ".") -> str:
    """Return ``HH:MM:SS.mmm``."""
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 100:02}{point}{rest % 100:02}0"


def as_webvtt(calls: Sequence[Source]) -> str:
    """Return one call as WebVTT with voice tags; notes carry what the format has no place for."""
    (only,) = calls
    blocks = ["WEBVTT", *(f"NOTE {line}" for line in head_lines(only))]
    for speaker, words in cues(only):
        text = " ".join(word.text for word in words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{clock(words[0].start)} --> {clock(words[-1].end)}\n<v {speaker}>{text}</v>")
    return "\n\n".join(blocks) + "\n"


def as_srt(calls: Sequence[Source]) -> str:
    """Return one call as SubRip; every cue starts with the speaker's label."""
    (only,) = calls
    return "\n".join(
        f"{number}\n{clock(words[0].start, ',')} --> {clock(words[-1].end, ',')}\n"
        f"{speaker}: {' '.join(word.text for word in words)}\n"
        for number, (speaker, words) in enumerate(cues(only), 1)
    )


WRITERS: dict[str, Callable[[Sequence[Source]], str]] = {
    ".json": as_json,
    ".jsonl": as_json_lines,
    ".txt": as_text,
    ".csv": lambda calls: as_table(calls, ","),
    ".tsv": lambda calls: as_table(calls, "\t"),
    ".vtt": as_webvtt,
    ".srt": as_srt,
}
NATIVE = (".json", ".jsonl")


def turn_numbers(source: Source) -> list[int]:
    """Return, for each line as written, the number of its turn as read.

    Outside the native form lines of one speaker in a row are one turn.
    """
    merged = suffix_of(source) not in NATIVE
    numbers: list[int] = []
    for at, line in enumerate(source.lines):
        same = merged and at > 0 and source.lines[at - 1].who == line.who
        numbers.append(numbers[-1] + (0 if same else 1) if numbers else 0)
    return numbers


def suffix_of(source: Source) -> str:
    """Return the ending of the call's file, without ``.gz``."""
    return Path(source.head["file"].removesuffix(".gz")).suffix


def labels_line(source: Source) -> str:
    """Return our reading of the call as a line of labels.jsonl."""
    numbers = turn_numbers(source)
    labels = {
        check: [outcome, sorted({numbers[turn] for turn in turns})]
        for check, (outcome, turns) in outcomes(source).items()
    }
    return json.dumps({"call_id": source.call_id, "labels": labels}) + "\n"


def write(folder: Path, calls: Iterable[Source]) -> int:
    """Write all files into ``folder`` and return how many calls they hold."""
    files: dict[str, list[Source]] = {}
    for call in calls:
        files.setdefault(call.head["file"], []).append(call)
    for name, held in sorted(files.items()):
        path = folder / "calls" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = WRITERS[suffix_of(held[0])](held).encode("utf-8")
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    every = sorted((call for held in files.values() for call in held), key=lambda call: call.call_id)
    (folder / "labels.jsonl").write_text("".join(map(labels_line, every)), encoding="utf-8", newline="\n")
    return len(every)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Write the example calls from their sources.")
    parser.add_argument("-o", "--output", type=Path, default=HERE.parent / "examples", help="folder to write to")
    count = write(parser.parse_args().output, sources(HERE / "examples_source"))
    print(f"{count} calls")


if __name__ == "__main__":
    main()
