"""Cutting a stream of calls into batches, and the sums that a run keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from coach.call import Call
from coach.engines.ledger import Claim, Ledger
from coach.readers.passed import Passed
from coach.readers.rejected import Rejected

# A batch is closed at whichever comes first. Batches of this size take a fraction of a second to score, a few
# tens of megabytes while they are scored, and make a few hundred parts of 100,000 calls.
BATCH_CALLS = 256
BATCH_WEIGHT = 400_000
# What a turn and a timed word cost in memory, in characters of text.
TURN_WEIGHT = 40
WORD_WEIGHT = 20
text_of, words_of = attrgetter("text"), attrgetter("words")

NOT_UNICODE = "its text is not valid Unicode: {}"
REWRITE = "Write the transcript anew as UTF-8, without lone surrogates."


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run went, or part of it.

    ``scored``: calls scored in this run. ``unchanged``: calls whose marks were there already. ``repeated``:
    the same call met again in the same run. ``waiting``: calls, scored or unchanged, of which nobody can say
    who the agent is. ``marked``: calls that have a score; ``total`` is the sum of those.
    """

    scored: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: int = 0
    waiting: int = 0
    marked: int = 0
    total: float = 0.0

    @property
    def mean(self) -> float | None:
        """The mean score, 0 to 100, of the calls that have one, scored now or before."""
        return self.total / self.marked if self.marked else None

    @property
    def read(self) -> int:
        """How many calls and broken transcripts came by."""
        return self.scored + self.unchanged + self.repeated + self.rejected

    def plus(self, other: Summary) -> Summary:
        """Return the sums over both."""
        return Summary(
            self.scored + other.scored,
            self.unchanged + other.unchanged,
            self.repeated + other.repeated,
            self.rejected + other.rejected,
            self.waiting + other.waiting,
            self.marked + other.marked,
            self.total + other.total,
        )


class Item(NamedTuple):
    """A call to score and its place in the dataset; ``claim`` is ``None`` where there is no dataset."""

    call: Call
    claim: Claim | None


class Batch(NamedTuple):
    """Calls to score together, and what came by with them: calls that need no scoring, broken transcripts."""

    items: tuple[Item, ...]
    done: Summary
    rejected: tuple[Rejected, ...]


def batches(
    calls: Iterable[Call | Rejected | Passed],
    ledger: Ledger | None,
    on_passed: Callable[[Passed], object] = lambda passed: None,
) -> Iterator[Batch]:
    """Yield ``calls`` in batches, in their order; ``on_passed`` is given the inputs that came to their end.

    Where a batch ends depends on the input alone, not on what the ledger knows: a run that was killed is
    finished with the very parts that it would have had.
    """
    batch = _Open(ledger)
    for call in calls:
        if isinstance(call, Passed):
            on_passed(call)
            continue
        batch.add(call)
        if batch.is_full:
            # Nothing here may hold on to what is given away: it is large.
            del call
            yield batch.taken()
    if batch.size:
        yield batch.taken()


class _Open:
    """A batch that is being filled."""

    def __init__(self, ledger: Ledger | None) -> None:
        self.ledger = ledger
        self._empty()

    def _empty(self) -> None:
        self.size = 0
        self.weight = 0
        self.items: list[Item] = []
        self.done = Summary()
        self.rejected: list[Rejected] = []

    @property
    def is_full(self) -> bool:
        return self.size >= BATCH_CALLS or self.weight >= BATCH_WEIGHT

    def add(self, call: Call | Rejected) -> None:
        self.size += 1
        if isinstance(call, Rejected):
            self._reject(call)
            return
        self.weight += weight(call)
        if self.ledger is None:
            self.items.append(Item(call, None))
            return
        try:
            claimed = self.ledger.claim(call)
        except (TypeError, UnicodeEncodeError) as error:
            self._reject(Rejected(call.source, "", NOT_UNICODE.format(error), REWRITE))
            return
        if claimed.to_score:
            self.items.append(Item(call, claimed))
        else:
            self.done = self.done.plus(_done(claimed))

    def _reject(self, item: Rejected) -> None:
        self.rejected.append(item)
        if self.ledger is not None:
            self.ledger.reject(item)

    def taken(self) -> Batch:
        """Return what is in it, and begin anew."""
        batch = Batch(tuple(self.items), self.done, tuple(self.rejected))
        self._empty()
        return batch


def weight(call: Call) -> int:
    """Return about how much memory a call takes, in characters of text."""
    turns = call.turns
    words = sum(map(len, map(words_of, turns)))
    return sum(map(len, map(text_of, turns))) + TURN_WEIGHT * len(turns) + WORD_WEIGHT * words


def _done(claim: Claim) -> Summary:
    if claim.state == "repeated":
        return Summary(repeated=1)
    return Summary(unchanged=1, waiting=int(claim.waiting), marked=int(claim.score is not None), total=claim.score or 0)
