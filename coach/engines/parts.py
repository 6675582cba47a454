"""Scoring one batch into a part of the dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.compiled import nothing_collected
from coach.engines.batches import Batch, Item
from coach.engines.marking import Report, Scorer, defect, report_of, scored_calls
from coach.errors import CoachError
from coach.readers.rejected import Rejected
from coach.results_parts import Store, write_part
from coach.results_schema import Entry, tables_of
from coach.scored import Scored


@dataclass(frozen=True, slots=True)
class IntoParts:
    """Scores a batch into a part of the dataset at ``address``."""

    address: str

    # As with lines of JSON: there is nothing to collect.
    @nothing_collected()
    def __call__(self, scorer: Scorer, batch: Batch) -> Report:
        """Write the part, unless there is nothing to write.

        Raises:
            CoachError: the part cannot be written, or a rule is wrong.
        """
        found, rejected = scored_calls(scorer, batch)
        entries = [_entry(item, scored) for item, scored in found]
        good = entries
        if entries:
            store = Store(self.address)
            try:
                write_part(store, entries)
            except CoachError:
                raise
            except Exception:
                # One call with a value that Parquet cannot hold must not cost the batch.
                good, unfit = _sorted_out(entries)
                rejected += unfit
                if good:
                    write_part(store, good)
        return report_of(batch, [entry.scored for entry in good], rejected)


def _sorted_out(entries: Sequence[Entry]) -> tuple[list[Entry], list[Rejected]]:
    """Return the entries that can be written, and the others as rejected."""
    good: list[Entry] = []
    rejected: list[Rejected] = []
    for entry in entries:
        try:
            tables_of([entry], "")
            good.append(entry)
        except Exception as error:
            rejected.append(defect(entry.scored.call, error))
    return good, rejected


def _entry(item: Item, scored: Scored) -> Entry:
    if item.claim is None:
        raise ValueError("a call goes into a dataset only with a claim from its ledger")
    return Entry(item.claim.key, item.claim.revision, item.claim.content, scored)
