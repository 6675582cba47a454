"""What the commands that score have in common: their options, and the run itself."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain, dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from coach.cli.meter import Meter
from coach.cli.numbers import Count
from coach.cli.progress import Bar, ends_cleanly, printable
from coach.cli.reading import say_left_out, say_passed_over, say_unmet
from coach.cli.sums import counted
from coach.cli.unread import Unread
from coach.engines import MOST_JOBS
from coach.errors import UsageError

if TYPE_CHECKING:
    from coach.call import Call
    from coach.engines.batches import Summary
    from coach.engines.marking import Engine, MakeScorer
    from coach.readers import LeftOut, Passed, ReadOptions, Rejected

Command = TypeVar("Command", bound=Callable[..., Any])
Item = TypeVar("Item")

KEPT = "What is scored so far is kept in {}: the same command finishes the rest."


@dataclass(frozen=True, slots=True)
class ScoringOptions:
    """How to score: rule folders, spaCy pipeline, processes, whether to be quiet, the scorecard of every call.

    ``cluster``: the address of the cluster that scores in place of processes of this machine.
    """

    rules: tuple[Path, ...] = ()
    pipeline: str | None = None
    jobs: int | None = None
    quiet: bool = False
    scorecard: str | None = None
    cluster: str | None = None

    def scorer_maker(self) -> MakeScorer:
        """Return what makes a scorer, here or in another process; say which built-in files the user's replace."""
        from coach.datafiles import rules_folder
        from coach.rulebook import stacked
        from coach.scoring import Scorer

        files, replaced = stacked([rules_folder(), *self.rules])
        for name in replaced if not self.quiet else ():
            click.echo(f"{files[name]} replaces the built-in {name}.", err=True)
        if self.cluster is not None:
            from coach.engines.cluster_rules import CarriedRules

            return CarriedRules(self.rules, self.pipeline, self.scorecard)
        load = functools.partial(Scorer.load, self.rules, self.pipeline, self.scorecard)
        if self.pipeline is not None:
            # A trained pipeline may have threads.
            return load
        from coach.engines.inherited import Inheritable

        return Inheritable(load)

    def engine(self, say: Callable[[str], None]) -> AbstractContextManager[Engine | None]:
        """Return what shares the work out, once it is entered: ``None`` stands for processes of this machine.

        ``say`` is given what a person should know while it gets ready.
        """
        if self.cluster is None:
            return contextlib.nullcontext()
        if self.jobs is not None:
            raise UsageError(
                "--jobs and --cluster do not go together",
                remedy="--jobs N is for processes of this machine; a cluster uses the workers that it has.",
            )
        from coach.engines.cluster import Cluster

        return Cluster(self.cluster, say=say, pipeline=self.pipeline)


rules_option = click.option(
    "--rules",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of rules to add to the built-in ones, or to replace those of the same id. Repeatable.",
)
pipeline_option = click.option(
    "--pipeline", metavar="NAME", help="An installed spaCy pipeline, for rules that need one."
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Say nothing but what went wrong.")


def scoring_options(command: Command) -> Command:
    """Decorate a command with the options that say how to score; it is given ``scoring``."""

    @rules_option
    @click.option(
        "--scorecard", metavar="ID", help="Score every call by this card; `coach scorecards show` lists them."
    )
    @pipeline_option
    @click.option(
        "--jobs",
        type=Count(1, MOST_JOBS),
        metavar="N",
        help="Processes that score. By default one for up to about 1,500 calls, else one for each core. "
        "The results are the same.",
    )
    @click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Score on the workers of a Dask scheduler, such as tcp://host:8786; local:4 starts four here. "
        "The results are the same.",
    )
    @quiet_option
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        rules: tuple[Path, ...],
        scorecard: str | None,
        pipeline: str | None,
        jobs: int | None,
        cluster: str | None,
        quiet: bool,
        **kwargs: Any,
    ) -> Any:
        return command(*args, scoring=ScoringOptions(rules, pipeline, jobs, quiet, scorecard, cluster), **kwargs)

    return cast(Command, wrapped)


def marking_options(command: Command) -> Command:
    """Decorate a command that scores few calls, in one process, with the options that say how; as `scoring_options`."""

    @rules_option
    @pipeline_option
    @quiet_option
    @functools.wraps(command)
    def wrapped(*args: Any, rules: tuple[Path, ...], pipeline: str | None, quiet: bool, **kwargs: Any) -> Any:
        return command(*args, scoring=ScoringOptions(rules, pipeline, 1, quiet), **kwargs)

    return cast(Command, wrapped)


def score_into(
    results: str,
    paths: tuple[str, ...],
    reading: ReadOptions,
    scoring: ScoringOptions,
    *,
    rescore: bool,
) -> Summary:
    """Score what is under ``paths`` into the results at ``results``, and list what is rejected.

    Nothing in the folder ``results`` is read: a folder of transcripts may hold our own output. Our pages need no such
    care, for a page is never taken for a transcript.

    Raises:
        UsageError: there is nothing to score; nothing is written then.
    """
    from coach.engines.inputs import InputMemory, way_of_reading
    from coach.engines.local import score_all

    memory = InputMemory(results, way_of_reading(reading))
    meter = Meter(memory)
    calls = outside(results, to_score_with(meter, paths, reading, scoring))
    with ends_cleanly(lambda: KEPT.format(results)), Bar("Scoring", quiet=scoring.quiet) as bar:
        bar.update(0, note="loading the rules")
        unread = Unread(bar.say)
        with scoring.engine(bar.say) as engine:
            summary = score_all(
                _some_to_come(calls, paths),
                scoring.scorer_maker(),
                results,
                jobs=scoring.jobs,
                engine=engine,
                rescore=rescore,
                memory=memory,
                on_progress=lambda summary: bar.show(*meter.progress(summary)),
                on_rejected=unread.add,
            )
        unread.finish()
    return summary


def to_score(paths: tuple[str, ...], reading: ReadOptions, scoring: ScoringOptions) -> Iterator[Call | Rejected]:
    """Yield what is under ``paths``; say what is passed over, what is left out, where the agent named is nobody.

    Raises:
        UsageError: a path does not exist; raised at once.
    """
    from coach.readers import Passed
    from coach.readers.passed import NO_MEMORY

    calls = to_score_with(Meter(NO_MEMORY), paths, reading, scoring)
    return (call for call in calls if not isinstance(call, Passed))


def to_score_with(
    meter: Meter, paths: tuple[str, ...], reading: ReadOptions, scoring: ScoringOptions
) -> Iterator[Call | Rejected | Passed]:
    """Yield as ``to_score`` does, with a ``Passed`` after each input; only what the memory of ``meter`` does not know.

    Raises:
        UsageError: a path does not exist; raised at once.
    """
    from coach.readers import read_with

    if not scoring.quiet:
        say_passed_over(paths, reading)
    left_out: list[LeftOut] = []
    calls = read_with(meter, paths, reading, left_out.append)
    return _told(calls, left_out, meter, reading, scoring)


def _told(
    items: Iterator[Call | Rejected | Passed],
    left_out: list[LeftOut],
    meter: Meter,
    reading: ReadOptions,
    scoring: ScoringOptions,
) -> Iterator[Call | Rejected | Passed]:
    """Yield ``items``, and say at their end what was left out, and where the agent named is nobody."""
    from coach.call import Call
    from coach.readers import Passed
    from coach.readers.roster import is_met
    from coach.roles import names_nobody

    calls = met = without = 0
    for item in items:
        if isinstance(item, Call):
            calls += 1
            met += bool(reading.roster and is_met(item, reading.roster))
            without += names_nobody(item)
        if not isinstance(item, Passed):
            meter.taken += 1
        yield item
    if not scoring.quiet:
        say_left_out(left_out)
        say_unmet(calls, met, reading)
    if without:
        named = [f'--agent-label "{printable(label)}"' for label in reading.agent_labels]
        named += [f'--agent-channel "{printable(reading.agent_channel)}"'] if reading.agent_channel else []
        click.echo(
            f"{' and '.join(named)} {'fits' if len(named) == 1 else 'fit'} nobody in {counted(without, 'call')}, "
            "read as if it were not given.\n  `coach inspect PATH` shows the speakers.",
            err=True,
        )


def some(calls: Iterator[Item], paths: tuple[str, ...]) -> Iterator[Item]:
    """Return ``calls`` if there is one.

    Raises:
        UsageError: there is none.
    """
    first = next(calls, None)
    if first is None:
        raise UsageError(
            "there is no transcript in what you named",
            where=", ".join(paths),
            remedy="Name files, folders or patterns that hold transcripts; `coach inspect PATH` shows what is read.",
        )
    return chain((first,), calls)


def _some_to_come(
    calls: Iterator[Call | Rejected | Passed], paths: tuple[str, ...]
) -> Iterator[Call | Rejected | Passed]:
    """Yield ``calls``; what is not known of an input in which there was nothing is no call.

    Raises:
        UsageError: there is none.
    """
    from coach.readers import Passed

    yield from some(dropwhile(lambda item: isinstance(item, Passed) and not item.is_recalled, calls), paths)


def outside(folder: str, items: Iterable[Call | Rejected | Passed]) -> Iterator[Call | Rejected | Passed]:
    """Yield what did not come from within ``folder``."""
    from coach.readers import Passed

    inside = os.path.join(os.path.abspath(folder), "")
    for item in items:
        if isinstance(item, Passed) or not os.path.abspath(item.source).startswith(inside):
            yield item
