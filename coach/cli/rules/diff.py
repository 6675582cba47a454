"""``coach rules diff``: which calls and agents change, before anyone publishes a rule."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import click

from coach.cli.failing import GATE_FAILED, SOME_REJECTED, tells_errors
from coach.cli.named import is_results
from coach.cli.numbers import Count
from coach.cli.progress import Bar, ends_cleanly
from coach.cli.reading import reading_options
from coach.cli.scoring import ScoringOptions, pipeline_option, quiet_option, some, to_score
from coach.cli.unread import Unread
from coach.errors import UsageError

if TYPE_CHECKING:
    from coach.authoring.changes import RuleChanges
    from coach.authoring.difference import RuleDiff
    from coach.authoring.side_by_side import SideBySide
    from coach.call import Call
    from coach.readers import ReadOptions, Rejected

BUILT_IN = "built-in"


@click.command()
@click.argument("old")
@click.argument("new")
@click.argument("paths", nargs=-1, metavar="RESULTS|PATHS...")
@click.option("--calls", "most", type=Count(0), default=10, metavar="N", help="Calls to show, those that change most.")
@click.option("--agents", type=Count(0), default=20, metavar="N", help="Agents to show, those who change most.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as one JSON object to standard output instead.")
@click.option("--fail-if-changed", is_flag=True, help="Exit with 1 if a mark or the score of any call changes.")
@pipeline_option
@click.option("--jobs", type=Count(1), metavar="N", help="Processes that score; by default one for each core.")
@quiet_option
@reading_options
@tells_errors
def diff(
    old: str,
    new: str,
    paths: tuple[str, ...],
    most: int,
    agents: int,
    as_json: bool,
    fail_if_changed: bool,
    pipeline: str | None,
    jobs: int | None,
    quiet: bool,
    reading: ReadOptions,
) -> None:
    """Show which calls and agents change with a change of rules.

    OLD and NEW are rule folders on top of the built-in ones, as with --rules; several, one on top of the other, are
    joined by commas; built-in stands for the built-in rules alone. PATHS are transcripts, or a results folder, whose
    calls are marked anew by both (the results stay as they are).

    Exit codes: 0 compared; 1 something changes and --fail-if-changed is given; 2 wrong usage; 3 some transcripts,
    or all, could not be read (the others are compared). Where both 1 and 3 apply, it is 1.

    \b
    Examples:
      coach rules diff built-in our-rules calls/
      coach rules diff our-rules our-rules,pilot results --calls 30
      coach rules diff our-rules-2025 our-rules results --json > diff.json
    """
    if not paths:
        raise UsageError("no calls named", remedy="Name results or transcripts: coach rules diff built-in ours results")
    from coach.authoring.side_by_side import SideBySide, changes

    before, after = folders_of(old), folders_of(new)
    differing = changes(before, after, pipeline)
    found = _Found(most)
    if differing.decide:
        found.compare(paths, partial(SideBySide, before, after, pipeline), reading, jobs, quiet=quiet or as_json)
    else:
        found.look(paths, reading)
    if as_json:
        _write_json(old, new, differing, found)
    elif not quiet:
        from coach.cli.rules.diff_lines import lines_of

        for line in lines_of(old, new, differing, found.diff if differing.decide else None, agents):
            click.echo(line)
    if fail_if_changed and found.diff.changed:
        click.echo("Gate failed: marks or scores change (--fail-if-changed).", err=True)
        sys.exit(GATE_FAILED)
    sys.exit(SOME_REJECTED if found.rejected or (differing.decide and not found.diff.overall.calls) else 0)


class _Found:
    """What has been found so far: the figures, and how many transcripts could not be used."""

    def __init__(self, most: int) -> None:
        from coach.authoring.difference import RuleDiff

        self.diff: RuleDiff = RuleDiff(most)
        self.rejected = 0

    def look(self, paths: tuple[str, ...], reading: ReadOptions) -> None:
        """Say which of ``paths`` hold no call, though no call is needed: who named them meant something there."""
        unread = Unread()
        for path in paths:
            with ExitStack() as stack:
                first = next(some(_calls((path,), reading, True, stack), (path,)))
            if _is_rejected(first):
                unread.add(first)
        unread.finish()
        self.rejected = unread.places

    def compare(
        self, paths: tuple[str, ...], make: partial[SideBySide], reading: ReadOptions, jobs: int | None, *, quiet: bool
    ) -> None:
        """Mark the calls under ``paths`` by both, and sum up what changes."""
        import orjson

        from coach.authoring.compared_call import compared_from
        from coach.engines.comparing import IntoDifferences
        from coach.engines.lines import reports

        done = 0
        with ExitStack() as stack, Bar("Comparing", quiet=quiet) as bar:
            stack.enter_context(ends_cleanly(lambda: "Nothing is written."))
            unread = Unread(bar.say)
            calls = some(_calls(paths, reading, quiet, stack), paths)
            for report in reports(calls, make, IntoDifferences(), jobs=jobs):
                for line in report.lines.splitlines():
                    self.diff.add(compared_from(orjson.loads(line)))
                for rejected in report.rejected:
                    unread.add(rejected)
                done += report.summary.read
                bar.update(done, note=f"{done:,} calls")
            unread.finish()
            self.rejected = unread.places


def folders_of(side: str) -> list[Path]:
    """Return the rule folders that ``side`` names, those on top last; none for ``built-in``.

    Raises:
        UsageError: one of them is not there.
    """
    names = [side] if os.path.isdir(side) else [name.strip() for name in side.split(",")]
    for name in names:
        if name != BUILT_IN and not os.path.isdir(name):
            near = get_close_matches(name, [BUILT_IN])
            meant = f"Did you mean {BUILT_IN}?" if near else f"Name a folder, or {BUILT_IN}; join several by commas."
            raise UsageError(f"there is no rule folder {name!r}", remedy=meant)
    return [Path(name) for name in names if name != BUILT_IN]


def _calls(paths: tuple[str, ...], reading: ReadOptions, quiet: bool, stack: ExitStack) -> Iterator[Call | Rejected]:
    """Yield the calls of results, then those of transcripts."""
    scoring = ScoringOptions(quiet=quiet)
    transcripts = tuple(path for path in paths if not is_results(path))
    for path in paths:
        if is_results(path):
            from coach.authoring.stored_calls import stored_calls
            from coach.results import Dataset

            dataset = stack.enter_context(Dataset.open(path))
            yield from stored_calls(dataset, lambda files: _read(files, reading))
    if transcripts:
        yield from to_score(transcripts, reading, scoring)


def _read(paths: Iterable[str], reading: ReadOptions) -> Iterator[Call | Rejected]:
    from coach.readers import read

    return read(list(paths), reading)


def _is_rejected(item: Call | Rejected) -> TypeGuard[Rejected]:
    from coach.readers import Rejected

    return isinstance(item, Rejected)


def _write_json(old: str, new: str, differing: RuleChanges, found: _Found) -> None:
    import orjson

    told: dict[str, Any] = {
        "old": old,
        "new": new,
        "changed": found.diff.changed,
        "rejected": found.rejected,
        "differences": {"decide": differing.decide, **differing.to_dict()},
        **found.diff.to_dict(),
    }
    sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()
