"""Scoring without a dataset: what is said of each call, in the order of the calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from coach.call import Call
from coach.engines.batches import Batch, batches
from coach.engines.marking import Engine, IntoLines, MakeScorer, Marker, Report
from coach.engines.processes import Processes
from coach.readers.rejected import Rejected


def score_lines(
    calls: Iterable[Call | Rejected],
    make_scorer: MakeScorer,
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
) -> Iterator[Report]:
    """Yield reports whose ``lines`` are the scored calls as JSON, in the order of ``calls``."""
    yield from reports(calls, make_scorer, IntoLines(), jobs=jobs, engine=engine)


def reports(
    calls: Iterable[Call | Rejected],
    make_marker: Callable[[], Marker],
    mark: Callable[[Marker, Batch], Report],
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
) -> Iterator[Report]:
    """Yield what ``mark`` says of each batch of ``calls``, in their order; every process makes a marker for it."""
    with closing(Processes(jobs)) as processes:
        if engine is None:
            processes.start(make_marker, mark)
        yield from (engine or processes)(batches(calls, None), make_marker(), make_marker, mark)
