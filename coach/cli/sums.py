"""How a run went, in words for a person, and as the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coach.cli.failing import GATE_FAILED, SOME_REJECTED

if TYPE_CHECKING:
    from coach.engines.batches import Summary


def summed_up(summary: Summary) -> list[str]:
    """Return the lines that sum up a run for a person."""
    counts = [f"{counted(summary.scored, 'call')} scored"]
    if summary.unchanged:
        counts.append(f"{summary.unchanged:,} unchanged since an earlier run")
    if summary.repeated:
        counts.append(f"{summary.repeated:,} met twice (same id, same content) and counted once")
    if summary.rejected:
        counts.append(f"{summary.rejected:,} not read")
    return [", ".join(counts) + ".", *waiting_line(summary)]


def waiting_line(summary: Summary) -> list[str]:
    """Return a line about calls that nobody can score, if there are any."""
    if not summary.waiting:
        return []
    wait = "waits" if summary.waiting == 1 else "wait"
    return [
        f"{counted(summary.waiting, 'call')} {wait} for a person, without a score: who is the agent cannot be told."
        "\n  `coach inspect PATH` shows the speakers; --agent-label LABEL names the agent's."
    ]


def counted(number: int, thing: str) -> str:
    """Return ``1 call``, ``2 calls``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def exit_code(summary: Summary, fail_under: float | None = None) -> int:
    """Return the exit code of a run: a failed gate (said on standard error) comes before rejected transcripts."""
    if fail_under is not None:
        mean = summary.mean
        if mean is None:
            click.echo(f"Gate failed: no call has a score to hold against --fail-under {fail_under:g}.", err=True)
            return GATE_FAILED
        if mean < fail_under:
            click.echo(f"Gate failed: the mean score, {mean:.2f}, is under {fail_under:g}.", err=True)
            return GATE_FAILED
    return SOME_REJECTED if summary.rejected else 0
