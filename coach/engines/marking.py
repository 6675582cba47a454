"""Scoring one batch, wherever that happens, and telling what came of it; into lines of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

import orjson

from coach.call import Call
from coach.compiled import nothing_collected
from coach.engines.batches import Batch, Item, Summary
from coach.errors import CoachError, TranscriptError
from coach.readers.rejected import Rejected
from coach.scored import RuleCard, Scored, StoredCard

# Calls that go through each stage of scoring together: more do not take less time, but more memory.
AT_A_TIME = 64
DEFECT = "this call could not be scored ({}: {})"
REPORT_IT = "This is a defect of coach, not of the transcript: report it with this message. The other calls are scored."


class ScorecardHead(Protocol):
    """What is told of a scorecard: ``coach.scorecard.Scorecard``, or a stand-in."""

    name: str
    version: str
    pass_mark: float


class Scorer(Protocol):
    """What marks calls: ``coach.scoring.Scorer``, or a stand-in."""

    @property
    def scorecard(self) -> ScorecardHead:
        """The scorecard of every call that no other is for."""

    @property
    def stamp(self) -> Mapping[str, str]:
        """The versions that marks are stamped with: ``coach`` and ``rules``."""

    def rule_cards(self) -> Sequence[RuleCard]:
        """Return what reports need to know of the rules."""

    def other_scorecards(self) -> Mapping[str, StoredCard]:
        """Return what reports need to know of the scorecards beside the default one, by id."""

    def score(self, call: Call) -> Scored:
        """Return the call with its marks."""

    def score_all(self, calls: Sequence[Call]) -> list[Scored]:
        """Return the calls with their marks: as ``score`` does, in less time."""


class Report(NamedTuple):
    """What comes back of a batch: the sums, what could not be scored, and lines where these were asked for."""

    summary: Summary
    rejected: tuple[Rejected, ...] = ()
    lines: bytes = b""


Marker = TypeVar("Marker")
Marks = TypeVar("Marks")
MakeScorer = Callable[[], Scorer]


class Engine(Protocol):
    """What shares batches out: the processes of this machine, or the workers of a cluster."""

    def __call__(
        self,
        work: Iterator[Batch],
        marker: Marker,
        make_marker: Callable[[], Marker],
        mark: Callable[[Marker, Batch], Report],
    ) -> Iterator[Report]:
        """Yield what ``mark`` says of each batch, in the order of the batches, with only a few of them in memory.

        ``marker`` is for this process; others make their own by ``make_marker``, once.
        """


@dataclass(frozen=True, slots=True)
class IntoLines:
    """Scores a batch into the contract's JSON, one object a line, in the order of the calls."""

    # What a batch makes goes with it, and holds no circles: looking for some costs much time.
    @nothing_collected()
    def __call__(self, scorer: Scorer, batch: Batch) -> Report:
        """Return a report that holds the lines."""
        found, rejected = scored_calls(scorer, batch)
        good: list[Scored] = []
        lines: list[bytes] = []
        for item, scored in found:
            try:
                lines.append(orjson.dumps(scored.to_dict()))
                good.append(scored)
            except Exception as error:
                rejected.append(defect(item.call, error))
        return report_of(batch, good, rejected)._replace(lines=b"".join(line + b"\n" for line in lines))


def scored_calls(scorer: Scorer, batch: Batch) -> tuple[list[tuple[Item, Scored]], list[Rejected]]:
    """Return the calls of a batch with their marks, and the calls that cannot be scored.

    Raises:
        CoachError: a rule is wrong, or a pipeline is missing, and so it would be for every call.
    """
    good: list[tuple[Item, Scored]] = []
    rejected: list[Rejected] = []
    for first in range(0, len(batch.items), AT_A_TIME):
        items = batch.items[first : first + AT_A_TIME]
        try:
            good += zip(items, scorer.score_all([item.call for item in items]), strict=True)
        except Exception:
            # One by one, it turns out which of them it is.
            found, failed = marked(scorer.score, batch._replace(items=items))
            good += found
            rejected += failed
    return good, rejected


def marked(score: Callable[[Call], Marks], batch: Batch) -> tuple[list[tuple[Item, Marks]], list[Rejected]]:
    """Return what ``score`` makes of each call of a batch, and the calls that it cannot be asked about.

    Raises:
        CoachError: a rule is wrong, or a pipeline is missing, and so it would be for every call.
    """
    good: list[tuple[Item, Marks]] = []
    rejected: list[Rejected] = []
    for item in batch.items:
        try:
            good.append((item, score(item.call)))
        except TranscriptError as error:
            rejected.append(Rejected(item.call.source or item.call.call_id, error.place, error.what, error.remedy))
        except CoachError:
            raise
        except Exception as error:
            rejected.append(defect(item.call, error))
    return good, rejected


def defect(call: Call, error: Exception) -> Rejected:
    """Return ``call`` as rejected because of a defect of ours."""
    return Rejected(call.source or call.call_id, "", DEFECT.format(type(error).__name__, error), REPORT_IT)


def report_of(batch: Batch, scored: Sequence[Scored], rejected: Sequence[Rejected]) -> Report:
    """Return the report of a batch of which ``scored`` were scored and ``rejected`` could not be."""
    everything = (*batch.rejected, *rejected)
    scores = [call.score for call in scored if call.score is not None]
    summary = Summary(
        scored=len(scored),
        rejected=sum(one.places for one in everything),
        waiting=sum(call.roles.how == "unknown" for call in scored),
        marked=len(scores),
        total=sum(scores),
    )
    return Report(batch.done.plus(summary), everything)
