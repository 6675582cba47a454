"""Marking a batch of calls by two rule sets: lines of JSON that say what differs of each."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from coach.authoring.compared_call import compared
from coach.authoring.side_by_side import SideBySide
from coach.call import Call
from coach.engines.batches import Batch, Summary
from coach.engines.marking import Report, marked


@dataclass(frozen=True, slots=True)
class IntoDifferences:
    """Marks a batch by both rule sets."""

    def __call__(self, sides: SideBySide, batch: Batch) -> Report:
        """Return a report whose lines are ``ComparedCall.to_dict``, one a call, in the order of the calls.

        Raises:
            CoachError: a rule is wrong.
        """

        def line(call: Call) -> bytes:
            return orjson.dumps(compared(*sides.score(call)).to_dict(), option=orjson.OPT_APPEND_NEWLINE)

        lines, rejected = marked(line, batch)
        everything = (*batch.rejected, *rejected)
        summary = Summary(scored=len(lines), rejected=sum(one.places for one in everything))
        return Report(batch.done.plus(summary), everything, b"".join(line for _, line in lines))
