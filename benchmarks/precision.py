"""How often what a moment finds in real calls is right, by the judgement of a reader.

    python benchmarks/precision.py sample MOMENT [--calls FOLDER] [--most 100]
    python benchmarks/precision.py judge MOMENT FILE      # FILE: lines of "number y" or "number n"
    python benchmarks/precision.py table [--calls FOLDER]

``sample`` lists places where the moment is found, evenly picked over all of them, on the side by which rules name it.
The calls are no part of this project, so only places are kept (benchmarks/precision/MOMENT.tsv: call, turn, start and
end in characters, y or n), and no text. A judgement holds for a place as long as what is found there overlaps it.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from coach.call import Call
from coach.readers import Rejected, read
from coach.rulebook import Rulebook
from coach.scoring import Scorer
from coach.statistics import wilson_count

JUDGED = Path(__file__).resolve().parent / "precision"
SETS = ("operator.jsonl", "telehealth.jsonl")
# As many as one person reads with care at one sitting.
MOST = 100
CONTEXT = 2


class Place(NamedTuple):
    """Where a moment stands; ``start`` and ``end`` are characters of the turn's text."""

    call: str
    turn: int
    start: int
    end: int


class Precision(NamedTuple):
    """Of one moment: how many places it has in the calls, how many of the picked ones were judged, and right."""

    places: int
    picked: int
    judged: int
    right: int


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["sample", "judge", "table"])
    parser.add_argument("moment", nargs="?")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--calls", type=Path, default=Path("../shared/calls"))
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--side", choices=["agent", "customer", "any"])
    parser.add_argument("--unjudged", action="store_true", help="list only places without a judgement")
    asked = parser.parse_args()
    if asked.what == "judge":
        judge(asked.moment, asked.file)
        return
    scorer = Scorer.load()
    calls = read_calls(asked.calls)
    if asked.what == "table":
        names = used_by_service(scorer.rulebook)
        for name, figures in table(names, calls, scorer).items():
            print(f"{name:28} {figures.places:5} places, {figures.picked:3} picked, {shown(figures)}")
        return
    sides = {asked.side} if asked.side else sides_of(asked.moment, scorer.rulebook)
    places = picked(found([asked.moment], calls, scorer, {asked.moment: sides})[asked.moment], asked.most)
    known = judgements(asked.moment)
    _listing(asked.moment).write_text(json.dumps(places))
    by_id = {call.call_id: call for call in calls}
    for number, place in enumerate(places):
        verdict = verdict_on(place, known)
        if not (asked.unjudged and verdict):
            print("\n".join(_shown(number, place, by_id[place.call], verdict)))


def read_calls(folder: Path) -> list[Call]:
    """Return the calls of the sets of ``folder``."""
    return [call for call in read([str(folder / name) for name in SETS]) if not isinstance(call, Rejected)]


def found(
    names: Sequence[str], calls: Sequence[Call], scorer: Scorer, sides: Mapping[str, set[str]]
) -> dict[str, list[Place]]:
    """Return where each of the moments ``names`` stands, said by one of its ``sides``, in the order of the calls."""
    places: dict[str, list[Place]] = {name: [] for name in names}
    for call in calls:
        heard = scorer.hear(call)
        turns = heard.spoken.call.turns
        for name in names:
            for hit in heard.moments.get(name, ()):
                if "any" in sides[name] or turns[hit.turn].role in sides[name]:
                    places[name].append(Place(call.call_id, *hit))
    return places


def picked(places: Sequence[Place], most: int = MOST) -> list[Place]:
    """Return ``most`` of ``places``, evenly picked."""
    if len(places) <= most:
        return list(places)
    return [places[number * len(places) // most] for number in range(most)]


def used_by_service(book: Rulebook) -> list[str]:
    """Return the moments that the rules of rules/service name."""
    return sorted({name for rule in book.rules if rule.id.startswith("service.") for name in rule.moments})


def sides_of(name: str, book: Rulebook) -> set[str]:
    """Return the sides by which rules name the moment, ``any`` where none does."""
    sides: set[str] = set()
    for rule in book.rules:
        clauses = [*rule.when, *rule.unless, *(clause for clause in (rule.expect, rule.undone_by) if clause)]
        for clause in clauses:
            sides |= {side for side in ("agent", "customer", "any") if name in getattr(clause, side)}
    return sides or {"any"}


def table(names: Sequence[str], calls: Sequence[Call], scorer: Scorer) -> dict[str, Precision]:
    """Return the figures of each moment, over the places that would be picked today."""
    places = found(names, calls, scorer, {name: sides_of(name, scorer.rulebook) for name in names})
    figures: dict[str, Precision] = {}
    for name in names:
        known = judgements(name)
        chosen = picked(places[name])
        verdicts = [verdict for place in chosen if (verdict := verdict_on(place, known))]
        figures[name] = Precision(len(places[name]), len(chosen), len(verdicts), verdicts.count("y"))
    return figures


def shown(figures: Precision) -> str:
    """Return the share that is right, with its 95 % interval."""
    rate = wilson_count(figures.right, figures.judged)
    if rate is None:
        return "none judged"
    return f"{figures.judged:3} judged, {rate.value:.2f} right ({rate.low:.2f} to {rate.high:.2f})"


def judgements(name: str) -> dict[Place, str]:
    """Return what readers said of places of the moment."""
    path = JUDGED / f"{name}.tsv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            Place(call, int(turn), int(start), int(end)): verdict
            for call, turn, start, end, verdict in csv.reader(file, delimiter="\t")
        }


def verdict_on(place: Place, known: Mapping[Place, str]) -> str:
    """Return ``y`` or ``n`` for ``place``, or nothing where no judged place overlaps it."""
    if place in known:
        return known[place]
    near = (
        verdict
        for other, verdict in known.items()
        if other[:2] == place[:2] and other.start < place.end and place.start < other.end
    )
    return next(near, "")


def judge(name: str, file: Path) -> None:
    """Keep the judgements of ``file`` on the places that ``sample`` listed last."""
    places = [Place(*place) for place in json.loads(_listing(name).read_text())]
    known = judgements(name)
    for line in filter(None, map(str.strip, file.read_text("utf-8").splitlines())):
        number, verdict = line.split()[:2]
        if verdict not in ("y", "n"):
            raise SystemExit(f"{file}: {line!r} should be a number and y or n")
        known[places[int(number)]] = verdict
    JUDGED.mkdir(exist_ok=True)
    with (JUDGED / f"{name}.tsv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerows((*place, verdict) for place, verdict in sorted(known.items()))
    print(f"{name}: {len(known)} places judged")


def _listing(name: str) -> Path:
    return Path(tempfile.gettempdir()) / f"coach-precision-{name}.json"


def _shown(number: int, place: Place, call: Call, verdict: str) -> Iterator[str]:
    yield f"--- {number}  {place.call} turn {place.turn} {verdict}"
    for index in range(max(place.turn - CONTEXT, 0), min(place.turn + CONTEXT, len(call.turns) - 1) + 1):
        turn = call.turns[index]
        text = turn.text
        if index == place.turn:
            text = f"{text[: place.start]}>>{text[place.start : place.end]}<<{text[place.end :]}"
        yield f"  {turn.role[:1]}: {text[-600:] if len(text) > 600 and index < place.turn else text[:1200]}"


if __name__ == "__main__":
    main()
