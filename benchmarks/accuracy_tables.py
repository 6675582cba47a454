"""Tables of docs/accuracy.md that several of its parts share."""

from __future__ import annotations

from collections.abc import Sequence

from coach.agreement import Agreement, CheckAgreement, Kappa


def summary(figures: Agreement) -> str:
    """Return mean and lowest kappa in a sentence."""
    mean, interval, lowest, same = overall(figures)
    return f"{figures.calls} calls: mean kappa {mean} (95 % {interval}), lowest {lowest}, same mark {same}."


def overall(figures: Agreement) -> list[str]:
    """Return mean kappa, its interval, the lowest check and the share of equal marks, as cells of a row."""
    lowest = figures.lowest
    named = f"{lowest.rule.rsplit('.', 1)[-1]} {two(lowest.kappa.value)}" if lowest else "–"
    same = f"{100 * (figures.pooled.value or 0):.1f} %"
    return [two(figures.mean.value), between(figures.mean), named, same]


def checks_table(figures: Agreement) -> str:
    """Return a row for each check: kappa, agreement, precision and recall, and where the two differ."""
    head = [
        "check",
        "calls",
        "kappa",
        "95 %",
        "same mark",
        "met P / R",
        "missed P / R",
        "where they differ, people→tool",
    ]
    return table(head, [_check_row(check) for check in figures.checks])


def _check_row(check: CheckAgreement) -> list[str]:
    off = sorted(
        ((count, cell) for cell, count in check.confusion.items() if cell[0] != cell[1]), key=lambda one: -one[0]
    )
    return [
        check.rule.rsplit(".", 1)[-1],
        str(len(check.pairs)),
        two(check.kappa.value),
        between(check.kappa),
        f"{100 * check.agreement.value:.1f} %",
        *(f"{two(found.precision.value)} / {two(found.recall.value)}" for found in (check.met, check.missed)),
        ", ".join(f"{people}→{tool} {count}" for count, (people, tool) in off),
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    ruled = ["|".join(["", *("---" for _ in head), ""])]
    return "\n".join([_row(head), *ruled, *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def between(kappa: Kappa) -> str:
    """Return the interval of a kappa, or a dash."""
    return "–" if kappa.low is None or kappa.high is None else f"{two(kappa.low)} to {two(kappa.high)}"


def two(value: float | None) -> str:
    """Return a figure with two digits, or a dash."""
    return "–" if value is None else f"{round(value, 2) + 0.0:.2f}"


def three(value: float) -> str:
    """Return a figure with three digits."""
    return f"{value:.3f}"
