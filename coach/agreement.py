"""How far marks agree with people's: pairs of marks in, figures out. Pure; the marks come from `coach.judged`.

The reviewer's mark is the measure. A ``cannot_tell`` of the tool is a disagreement; one of a reviewer says that there
is nothing to compare, and the pair is left out before it gets here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

from coach.scored import OUTCOMES, Finding, Outcome
from coach.statistics import Rate, wilson_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

# Efron, B. and Tibshirani, R. J. (1993), An Introduction to the Bootstrap, chapter 13: percentile intervals want a
# thousand resamples or more. The seed is fixed, so that the same marks give the same interval.
RESAMPLES = 2000
SEED = 1993
# Calls drawn at a time, over some resamples: a few megabytes.
DRAWN_AT_ONCE = 1_000_000
# Where more of a check's reviewer marks than this are of one outcome, chance alone agrees so often that kappa hangs on
# a few calls: Feinstein, A. R. and Cicchetti, D. V. (1990), High agreement but low kappa, J. Clin. Epidemiol. 43, 543.
LOPSIDED = 0.9

ONE_OUTCOME = "reviewers gave one outcome throughout, so agreement cannot be told from chance"
ALL_AGREE = "all {calls} marks agree, which resampling cannot vary; of other calls, {low:.0f}% or more would agree"
TOO_RARE = "reviewers gave one outcome in most resamples, so there is no interval"
ONE_SIDED = "{percent:.0f}% of the reviewers' marks are {outcome}: kappa hangs on the few others"


class Label(NamedTuple):
    """What a reviewer says of one check on one call: the outcome, and the turns that it rests on (may be empty)."""

    outcome: Outcome
    turns: tuple[int, ...] = ()


class Pair(NamedTuple):
    """One check on one call: the reviewer's mark and the tool's."""

    call_id: str
    label: Label
    finding: Finding

    @property
    def agrees(self) -> bool:
        """Whether both give the same outcome."""
        return self.label.outcome == self.finding.outcome


class Share(NamedTuple):
    """``part`` of ``of``."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; ``None`` of nothing."""
        return self.part / self.of if self.of else None


class Found(NamedTuple):
    """How one outcome is found: ``precision`` of the tool's marks, ``recall`` of the reviewers'."""

    precision: Share
    recall: Share


class Kappa(NamedTuple):
    """Cohen's kappa and its 95 % interval; ``note`` says why a figure is missing, or how to read it."""

    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckAgreement:
    """One check over all calls. ``confusion`` counts (reviewer's outcome, tool's outcome).

    ``evidence``: of the marks on which both agree and both name turns, those that rest on the same turn.
    ``pairs`` are in the order of call ids.
    """

    rule: str
    pairs: tuple[Pair, ...]
    confusion: Mapping[tuple[Outcome, Outcome], int]
    agreement: Rate
    kappa: Kappa
    met: Found
    missed: Found
    evidence: Share

    @property
    def agreed(self) -> int:
        """How many marks agree."""
        return sum(count for (people, tool), count in self.confusion.items() if people == tool)

    @property
    def outcomes(self) -> int:
        """How many outcomes the reviewers used."""
        return len({people for people, _ in self.confusion})

    @property
    def differing(self) -> tuple[Pair, ...]:
        """The pairs to settle."""
        return tuple(pair for pair in self.pairs if not pair.agrees)

    @property
    def elsewhere(self) -> tuple[Pair, ...]:
        """The pairs that agree on the outcome and rest on different turns."""
        return tuple(pair for pair in self.pairs if pair.agrees and rests_on_same_turn(pair) is False)


@dataclass(frozen=True, slots=True)
class Agreement:
    """All checks, and over them: ``mean`` kappa and the ``lowest``, of the checks that have one, and pooled agreement.

    ``calls`` is how many calls the marks come from, ``pooled`` the share of all marks that agree.
    """

    checks: tuple[CheckAgreement, ...]
    mean: Kappa
    lowest: CheckAgreement | None
    pooled: Share
    calls: int

    @property
    def in_mean(self) -> tuple[CheckAgreement, ...]:
        """The checks that the mean is over: those with more than one outcome."""
        return tuple(check for check in self.checks if check.kappa.value is not None)


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of pairs of marks; ``None`` where both sides gave one and the same mark throughout.

    Cohen, J. (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20,
    37-46: the agreement beyond that of chance, of all the agreement beyond chance that there could be.
    """
    total = len(pairs)
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(left[mark] * right[mark] for mark in left)
    agreed = sum(a == b for a, b in pairs)
    return None if chance == total**2 else (total * agreed - chance) / (total**2 - chance)


def rests_on_same_turn(pair: Pair) -> bool | None:
    """Tell whether both marks rest on a turn in common; ``None`` where one of them names none.

    A ``met`` rests on the turns quoted. A ``missed`` rests on the occasion, which is quoted, and on the stretch that
    was searched: a reviewer may name either the occasion or where the words were missing.
    """
    finding = pair.finding
    quoted = {quote.turn for quote in finding.evidence}
    if finding.outcome == "missed" and finding.searched:
        quoted.update(range(finding.searched[0], finding.searched[1] + 1))
    if not pair.label.turns or not quoted or finding.outcome not in ("met", "missed"):
        return None
    return not quoted.isdisjoint(pair.label.turns)


def agreement(pairs: Iterable[Pair], order: Sequence[str]) -> Agreement:
    """Return how far ``pairs`` agree, by check in the ``order`` of rule ids given, and over all checks.

    There must be at least one pair, and no two of the same call and check.
    """
    by_rule: dict[str, list[Pair]] = {rule: [] for rule in order}
    for pair in pairs:
        by_rule[pair.finding.rule].append(pair)
    sorted_pairs = {rule: sorted(found, key=lambda pair: pair.call_id) for rule, found in by_rule.items() if found}
    calls = sorted({pair.call_id for found in sorted_pairs.values() for pair in found})
    spread = _Resampled(list(sorted_pairs.values()), calls)
    checks = tuple(_check(rule, found, spread.check(n)) for n, (rule, found) in enumerate(sorted_pairs.items()))
    told = [check for check in checks if check.kappa.value is not None]
    values = [check.kappa.value for check in told if check.kappa.value is not None]
    mean = Kappa(None, note=ONE_OUTCOME)
    if values:
        low, high = spread.mean([n for n, check in enumerate(checks) if check.kappa.value is not None])
        mean = Kappa(fsum(values) / len(values), low, high, "" if low is not None else TOO_RARE)
    return Agreement(
        checks,
        mean,
        min(told, key=lambda check: check.kappa.value or 0.0, default=None),
        Share(sum(check.agreed for check in checks), sum(len(check.pairs) for check in checks)),
        len(calls),
    )


def _check(rule: str, pairs: Sequence[Pair], interval: tuple[float | None, float | None]) -> CheckAgreement:
    counts = Counter((pair.label.outcome, pair.finding.outcome) for pair in pairs)
    order = sorted(counts, key=lambda cell: (OUTCOMES.index(cell[0]), OUTCOMES.index(cell[1])))
    same = [rests_on_same_turn(pair) for pair in pairs if pair.agrees]
    agreed = wilson_count(sum(pair.agrees for pair in pairs), len(pairs))
    if agreed is None:
        raise ValueError(f"{rule} has no marks to compare")
    return CheckAgreement(
        rule,
        tuple(pairs),
        {cell: counts[cell] for cell in order},
        agreed,
        _kappa_of(counts, agreed, interval),
        _found(counts, "met"),
        _found(counts, "missed"),
        Share(same.count(True), len(same) - same.count(None)),
    )


def _kappa_of(
    counts: Counter[tuple[Outcome, Outcome]], agreed: Rate, interval: tuple[float | None, float | None]
) -> Kappa:
    """Return kappa with its interval and what to know of it.

    Where the reviewers gave one outcome, chance agrees exactly as often as the tool, whatever the tool says, so that
    kappa would be 0 or nothing: it is left out.
    """
    people: Counter[Outcome] = Counter()
    for (outcome, _), count in counts.items():
        people[outcome] += count
    value = kappa(list(counts.elements()))
    if len(people) < 2 or value is None:
        return Kappa(None, note=ONE_OUTCOME)
    if value == 1:
        return Kappa(value, *interval, ALL_AGREE.format(calls=people.total(), low=100 * agreed.low))
    if interval[0] is None:
        return Kappa(value, note=TOO_RARE)
    outcome, most = max(people.items(), key=lambda pair: pair[1])
    share = most / people.total()
    return Kappa(value, *interval, ONE_SIDED.format(percent=100 * share, outcome=outcome) if share > LOPSIDED else "")


def _found(counts: Mapping[tuple[Outcome, Outcome], int], outcome: Outcome) -> Found:
    right = counts.get((outcome, outcome), 0)
    tool = sum(count for (_, said), count in counts.items() if said == outcome)
    people = sum(count for (said, _), count in counts.items() if said == outcome)
    return Found(Share(right, tool), Share(right, people))


class _Resampled:
    """Kappas of each check in each resample of the calls: all marks of a call come along or none does."""

    def __init__(self, checks: Sequence[Sequence[Pair]], calls: Sequence[str]) -> None:
        import numpy as np

        place = {call_id: number for number, call_id in enumerate(calls)}
        cells = np.zeros((len(calls), len(checks), len(OUTCOMES), len(OUTCOMES)))
        for number, pairs in enumerate(checks):
            for pair in pairs:
                people, tool = OUTCOMES.index(pair.label.outcome), OUTCOMES.index(pair.finding.outcome)
                cells[place[pair.call_id], number, people, tool] = 1
        flat = cells.reshape(len(calls), -1)
        # Whole numbers, so the sums are exact on every machine.
        counts = np.concatenate([times @ flat for times in draws(len(calls))]).astype(np.int64)
        self._kappas = _kappas(counts.reshape(RESAMPLES, *cells.shape[1:]))

    def check(self, number: int) -> tuple[float | None, float | None]:
        """Return the 95 % interval of one check's kappa."""
        return percentiles(self._kappas[:, number])

    def mean(self, numbers: Sequence[int]) -> tuple[float | None, float | None]:
        """Return the 95 % interval of the mean kappa of some checks, of those that have one in a resample."""
        import numpy as np

        chosen = self._kappas[:, list(numbers)]
        some = chosen[~np.isnan(chosen).all(axis=1)]
        return percentiles(np.nanmean(some, axis=1), of=len(chosen))


def draws(calls: int) -> Iterator[NDArray[np.float64]]:
    """Yield how often each call is drawn, a row a resample, some rows at a time; the same numbers on every machine."""
    import numpy as np

    # RandomState is the generator whose stream NumPy promises not to change.
    random = np.random.RandomState(SEED)
    at_once = max(1, DRAWN_AT_ONCE // calls)
    for start in range(0, RESAMPLES, at_once):
        rows = min(at_once, RESAMPLES - start)
        chosen = (random.random_sample((rows, calls)) * calls).astype(np.int64)
        yield np.stack([np.bincount(row, minlength=calls) for row in chosen]).astype(np.float64)


def _kappas(counts: Counts) -> NDArray[np.float64]:
    """Return kappa for each table of counts (the last two axes); nan where the reviewers gave one outcome or none."""
    import numpy as np

    people, tool = counts.sum(axis=-1), counts.sum(axis=-2)
    total = people.sum(axis=-1)
    agreed = np.trace(counts, axis1=-2, axis2=-1)
    chance = (people * tool).sum(axis=-1)
    told = (people > 0).sum(axis=-1) > 1
    whole = np.where(told, total**2 - chance, 1)
    result: NDArray[np.float64] = np.where(told, (total * agreed - chance) / whole, np.nan)
    return result


def percentiles(values: NDArray[Any], of: int = 0) -> tuple[float | None, float | None]:
    """Return the 2.5th and 97.5th percentile of what is a number; nothing where that is less than half."""
    import numpy as np

    numbers = values[~np.isnan(values)]
    if 2 * len(numbers) < (of or len(values)):
        return None, None
    low, high = np.percentile(numbers, [2.5, 97.5])
    return float(low), float(high)
