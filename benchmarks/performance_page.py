"""The figures of docs/performance.md, made of what `make bench` has measured. Nothing is measured here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from accuracy_tables import table

Sections = Mapping[str, Mapping[str, Any]]
Made = Mapping[str, Any]

NAMES = {"repeated": "the same calls repeated", "distinct": "every turn different"}
# Of each measurement, in the order of the page.
CONDITIONS = (
    "processor", "cores", "other load", "system", "Python", "spacy", "vaderSentiment", "pyarrow", "duckdb",
    "coach", "compiled parts", "rules", "calls made of",
)  # fmt: skip
NOT_MEASURED = "Not measured yet.\n"


class Bar(NamedTuple):
    """What is asked of a figure, and the figure."""

    what: str
    bar: str
    found: str
    met: bool


class Range(NamedTuple):
    """A figure over the rounds: that of the medians, the lowest and the highest of a round."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def slots(measured: Mapping[str, Any]) -> dict[str, str]:
    """Return what goes between the markers of the page."""
    sections: Sections = measured["sections"]
    makers: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "speed": speed_table,
        "memory": memory_table,
        "startup": startup_table,
        "report": report_sentence,
        "restart": restart_sentence,
    }
    filled = {name: make(sections[name]) if name in sections else NOT_MEASURED for name, make in makers.items()}
    return {"machine": machine_table(measured), "bars": bars_table(sections), **filled}


def bars_table(sections: Sections) -> str:
    """Return the bars beside what was measured."""
    rows = [[bar.what, bar.bar, bar.found, "yes" if bar.met else "**no**"] for bar in bars(sections)]
    return table(["what", "bar", "measured", "met"], rows) + "\n" if rows else NOT_MEASURED


def bars(sections: Sections) -> Iterator[Bar]:
    """Yield the bars of the sections that were measured."""
    if "speed" in sections:
        yield from speed_bars(sections["speed"])
    if "memory" in sections:
        yield from memory_bars(sections["memory"])
    if "restart" in sections:
        found = sections["restart"]
        what = f"SIGKILL at random moments, then a finishing run; {found['calls']:,} calls"
        yield Bar(what, "equal to an undisturbed run's", "equal" if found["equal"] else "different", found["equal"])
    if "report" in sections:
        found = sections["report"]
        what = f"report for {found['calls']:,} calls, {found['agents']} agents, no call pages"
        small = f"{found['seconds']:.1f} s, {found['megabytes']:,.0f} MB"
        met = found["seconds"] < 60 and found["megabytes"] < 1000
        yield Bar(what, "under 60 s, under 1,000 MB", small, met)
    if "startup" in sections:
        found = sections["startup"]
        for kind, named in (("warm", "warm"), ("empty", "with an empty cache")):
            seconds = median(found[kind])
            yield Bar(f"start-up to first call scored, {named}", "under 2.5 s", f"{seconds:.2f} s", seconds < 2.5)


def speed_bars(found: Mapping[str, Any]) -> Iterator[Bar]:
    """Yield the bars that are ratios of speed."""
    for variant, named in NAMES.items():
        runs = found[variant]
        calls = f"{runs['made']['calls']:,} calls"
        ratio = against_baseline(runs)
        what = f"whole tool, one core, against bare tokenizer + VADER; {calls}, {named}"
        yield Bar(what, "≥ 0.5", str(ratio), ratio.value >= 0.5)
        if "two" in runs:
            faster = of_rounds([one[0] for one in runs["one"]], [two[0] for two in runs["two"]])
            yield Bar(f"two processes against one; {calls}, {named}", "≥ 1.8", str(faster), faster.value >= 1.8)


def memory_bars(found: Mapping[str, Any]) -> Iterator[Bar]:
    """Yield the bars on memory and on a second run."""
    for variant, named in NAMES.items():
        peaks = {int(calls): peak for calls, peak in found[variant]["peaks"].items()}
        few, many = min(peaks), max(peaks)
        ratio = peaks[many] / peaks[few]
        what = f"peak memory per process, {many:,} calls against {few:,}; {named}"
        met = ratio <= 1.2 and peaks[many] < 500
        yield Bar(what, "≤ 1.2 and under 500 MB", f"{ratio:.2f} and {peaks[many]:.0f} MB", met)
        share = found[variant]["second"] / found[variant]["first"]
        what = f"second run over {many:,} unchanged calls; {named}"
        yield Bar(what, "≤ 5 % of the first", f"{100 * share:.1f} %", share <= 0.05)


def against_baseline(runs: Mapping[str, Any], which: int = 0) -> Range:
    """Return the speed of the whole tool as a share of the baseline's; ``which``: 0 by the clock, 1 by processor."""
    return of_rounds(baseline(runs, which), [one[which] for one in runs["one"]])


def once_started(runs: Mapping[str, Any]) -> Range:
    """Return the same by processor time, without the start-up of the tool: what many more calls come to."""
    return of_rounds(
        baseline(runs, 1), [one[1] - start[1] for one, start in zip(runs["one"], runs["start"], strict=True)]
    )


def baseline(runs: Mapping[str, Any], which: int = 0) -> list[float]:
    """Return the seconds of tokenizer and VADER together, a round each."""
    return [first[which] + second[which] for first, second in zip(runs["tokenizer"], runs["vader"], strict=True)]


def of_rounds(above: Sequence[float], below: Sequence[float]) -> Range:
    """Return the ratio of the medians, and the lowest and highest ratio of a round."""
    ratios = [first / second for first, second in zip(above, below, strict=True)]
    return Range(median(above) / median(below), min(ratios), max(ratios))


def speed_table(found: Mapping[str, Any]) -> str:
    """Return words per second of each part, both kinds of calls side by side."""
    kinds = [(found[variant], found[variant]["made"]) for variant in NAMES]
    most = found["cores"]
    parts: list[tuple[str, Callable[[Mapping[str, Any]], float]]] = [
        ('bare tokenizer, `spacy.blank("en")`', lambda runs: typical(runs, "tokenizer")),
        ("tokenizer, and VADER on the customer's turns", lambda runs: median(baseline(runs))),
        ("whole tool, one core", lambda runs: typical(runs, "one")),
        ("whole tool, one core, without start-up", lambda runs: typical(runs, "one") - typical(runs, "start")),
    ]
    if "two" in kinds[0][0]:
        parts.append(("whole tool, two processes on two cores", lambda runs: typical(runs, "two")))
    if "all" in kinds[0][0]:
        parts.append((f"whole tool, all {most} cores", lambda runs: typical(runs, "all")))
    rows = [[name, *(f"{per_second(made, seconds(runs))}" for runs, made in kinds)] for name, seconds in parts]
    rows.append(["start-up, in seconds", *(f"{typical(runs, 'start'):.2f}" for runs, _ in kinds)])
    rows.append(["whole tool against tokenizer + VADER", *(str(against_baseline(runs)) for runs, _ in kinds)])
    rows.append(["the same by processor time", *(str(against_baseline(runs, 1)) for runs, _ in kinds)])
    rows.append(["the same by processor time, without start-up", *(str(once_started(runs)) for runs, _ in kinds)])
    rounds = len(kinds[0][0]["one"])
    said = " ".join(calls_sentence(variant, found[variant]["made"]) for variant in NAMES)
    over = (
        "one round" if rounds == 1 else f"the median of {rounds} rounds, with the lowest and highest ratio of a round"
    )
    return f"{said}\n\n{table(['words per second', *NAMES.values()], rows)}\n\nEach figure is {over}.\n"


def typical(runs: Mapping[str, Any], name: str) -> float:
    """Return the median of the seconds by the clock."""
    return median([float(one[0]) for one in runs[name]])


def per_second(made: Made, seconds: float) -> str:
    """Return words per second to three digits."""
    rate = made["words"] / seconds
    digits = max(0, len(str(int(rate))) - 3)
    return f"{round(rate, -digits):,.0f}"


def calls_sentence(variant: str, made: Made) -> str:
    """Return what the calls of a kind are."""
    each = made["words"] / made["calls"]
    return (
        f"{NAMES[variant].capitalize()}: {made['calls']:,} calls, {each:.0f} words a call"
        f" ({100 * made['customer_words'] / made['words']:.0f} % the customer's);"
        f" {100 * made['new_turns']:.0f} % of the turns of four words or more are said for the first time."
    )


def memory_table(found: Mapping[str, Any]) -> str:
    """Return peak memory by the number of calls, and what a second run takes."""
    counts = sorted(map(int, found["repeated"]["peaks"]))
    rows = [
        [f"peak MB, {count:,} calls", *(f"{found[kind]['peaks'][str(count)]:.0f}" for kind in NAMES)]
        for count in counts
    ]
    rows.append([f"seconds of the first run, {counts[-1]:,} calls", *(f"{found[kind]['first']:.1f}" for kind in NAMES)])
    rows.append(["seconds of the second run, nothing changed", *(f"{found[kind]['second']:.1f}" for kind in NAMES)])
    rows.append(["peak MB of the second run", *(f"{found[kind]['second_peak']:.0f}" for kind in NAMES)])
    return f"With `--jobs {found['jobs']}`.\n\n{table(['', *NAMES.values()], rows)}\n"


def startup_table(found: Mapping[str, Any]) -> str:
    """Return the seconds until the first call is scored."""
    named = {"warm": "rules loaded before", "empty": "with an empty cache"}
    rows = [
        [what, f"{median(found[kind]):.2f}", f"{min(found[kind]):.2f} to {max(found[kind]):.2f}"]
        for kind, what in named.items()
    ]
    return f"{table(['', 'seconds, median', 'lowest to highest'], rows)}\n"


def report_sentence(found: Mapping[str, Any]) -> str:
    """Return what the report took."""
    return (
        f"{found['calls']:,} calls of {found['agents']} agents: {found['seconds']:.1f} s,"
        f" {found['megabytes']:,.0f} MB at the peak, {found['pages']:,} pages.\n"
    )


def restart_sentence(found: Mapping[str, Any]) -> str:
    """Return what was said last of the killed runs."""
    return f"{found['calls']:,} calls, `python benchmarks/restart.py`: {found['verdict']}\n"


def machine_table(measured: Mapping[str, Any]) -> str:
    """Return the machine, versions and rules that all sections were measured with; others are named one by one."""
    sections: Sections = measured["sections"]
    if not sections:
        return NOT_MEASURED
    by_conditions: dict[tuple[str, ...], list[str]] = {}
    for name, found in sections.items():
        by_conditions.setdefault(tuple(found["conditions"].get(what, "") for what in CONDITIONS), []).append(name)
    parts = []
    for values, names in by_conditions.items():
        which = f"Sections {', '.join(names)}:\n\n" if len(by_conditions) > 1 else ""
        rows = [[what, value] for what, value in zip(CONDITIONS, values, strict=True) if value]
        parts.append(which + table(["", ""], rows))
    return "\n\n".join(parts) + "\n"
