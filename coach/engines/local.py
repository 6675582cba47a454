"""Scoring on this machine: in this process, or on several that each load the rules once.

Calls are cut into batches before anything is shared out, and a batch makes one part of the dataset: the
same input makes the same files, whatever the number of processes and however often a run was killed and
started again. Only a few batches are in memory at a time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain, islice
from typing import Any

from coach.call import Call
from coach.engines.batches import Summary, batches
from coach.engines.inputs import InputMemory
from coach.engines.ledger import KNOWN_CALLS, Ledger
from coach.engines.marking import Engine, MakeScorer, Report
from coach.engines.parts import IntoParts
from coach.engines.processes import Processes
from coach.readers.passed import Passed
from coach.readers.rejected import Rejected
from coach.results import Dataset, make_dataset
from coach.results_lock import writing
from coach.results_parts import Store, write_rejected

# Rejected transcripts in one part.
REJECTED_ROWS = 1000


def score_all(
    calls: Iterable[Call | Rejected | Passed],
    make_scorer: MakeScorer,
    address: str,
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
    rescore: bool = False,
    memory: InputMemory | None = None,
    on_progress: Callable[[Summary], None] = lambda summary: None,
    on_rejected: Callable[[Rejected], None] = lambda rejected: None,
) -> Summary:
    """Score ``calls`` into the results dataset at ``address``, and return how it went.

    ``make_scorer`` must be picklable where more than one process works. ``jobs``: how many processes;
    ``None`` is one for a small input, else one for each core. ``engine``: what shares the work out in place of
    these processes. ``rescore``: score again what is scored already. ``memory``: what ``calls`` are read with, so that
    inputs that did not change are not read.

    Raises:
        CoachError: the dataset cannot be read or written, another run writes into it, or a rule is wrong. What is
            written so far stays. So does whatever ``calls`` raise before the first of them, and then nothing is
            written.
    """
    memory = memory or InputMemory(address, "")
    with closing(Processes(jobs)) as processes:
        if engine is None and not memory.is_there:
            processes.start(make_scorer, IntoParts(address))
        scorer = make_scorer()
        rules = scorer.stamp.get("rules", "")
        if not rescore:
            memory.trust(rules)
        calls = _begun(calls)
        with closing(memory), writing(Store(address)):
            card = scorer.scorecard
            head = {"name": card.name, "version": card.version, "pass_mark": card.pass_mark}
            store = make_dataset(address, scorer.stamp, scorer.rule_cards(), head, scorer.other_scorecards())
            ledger = Ledger(_known(address), rules, rescore=rescore, seen=memory.keys(), notes_inputs=memory.notes)
            with closing(ledger):
                work = batches(calls, ledger, functools.partial(memory.note, ledger))
                reports = (engine or processes)(work, scorer, make_scorer, IntoParts(address))
                summary = _gathered(reports, store, memory.summary, on_progress, on_rejected)
                memory.keep(ledger)
    return summary


def _gathered(
    reports: Iterable[Report],
    store: Store,
    summary: Summary,
    on_progress: Callable[[Summary], None],
    on_rejected: Callable[[Rejected], None],
) -> Summary:
    """Take in all ``reports``, write what was rejected, and return ``summary`` with theirs."""
    unread: list[Rejected] = []
    parts: set[str] = set()
    on_progress(summary)
    for report in reports:
        summary = summary.plus(report.summary)
        for rejected in report.rejected:
            on_rejected(rejected)
        unread.extend(report.rejected)
        while len(unread) >= REJECTED_ROWS:
            parts.add(write_rejected(store, unread[:REJECTED_ROWS]))
            del unread[:REJECTED_ROWS]
        on_progress(summary)
    if unread:
        parts.add(write_rejected(store, unread))
    # `rejected` is what the last finished run could not read; the parts of earlier runs go.
    for part in set(store.parts("rejected")) - parts:
        store.remove("rejected", f"part-{part}.parquet")
    store.sweep()
    return summary


def _begun(calls: Iterable[Call | Rejected | Passed]) -> Iterator[Call | Rejected | Passed]:
    """Return ``calls`` with the first of them taken."""
    rest = iter(calls)
    return chain(list(islice(rest, 1)), rest)


def _known(address: str) -> Iterator[dict[str, Any]]:
    """Yield the calls of the dataset."""
    if not Store(address).parts("calls"):
        # To open it takes longer than to see that there is nothing in it.
        return
    with Dataset.open(address) as dataset:
        yield from dataset.rows(KNOWN_CALLS)
