"""How sure a rate is: intervals that stay honest with few calls. Pure arithmetic, no dependencies.

Rates are between 0 and 1. Every interval here is a 95 % interval, unless ``z`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

# The two-sided 95 % point of the normal distribution.
Z = 1.959963984540054


class Rate(NamedTuple):
    """A rate with its 95 % interval; ``n`` is the number of trials that the interval stands on."""

    value: float
    low: float
    high: float
    n: float


class Difference(NamedTuple):
    """The later rate less the earlier one, with its 95 % interval."""

    value: float
    low: float
    high: float


def z_of(level: float, comparisons: int = 1) -> float:
    """Return the two-sided point of the normal distribution for intervals that hold at ``level``, all together.

    Bonferroni's inequality: of several intervals each is made to fail so much more rarely.
    """
    return NormalDist().inv_cdf(1 - (1 - level) / 2 / comparisons)


def wilson(rate: float, trials: float, z: float = Z) -> Rate | None:
    """Return ``rate`` with its Wilson score interval, or ``None`` where there was no trial; ``z`` sets its level.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, Journal of
    the American Statistical Association 22, 209-212. Unlike the textbook interval it never leaves 0 to 1 and
    is not zero wide when all or none of a few trials succeed.
    """
    if trials <= 0:
        return None
    square = z * z / trials
    centre = (rate + square / 2) / (1 + square)
    half = z * sqrt(rate * (1 - rate) / trials + square / (4 * trials)) / (1 + square)
    # At 0 and 1 the bound equals the rate; rounding must not push it past.
    return Rate(rate, max(0.0, min(rate, centre - half)), min(1.0, max(rate, centre + half)), trials)


def wilson_count(successes: int, trials: int) -> Rate | None:
    """Return the rate of ``successes`` in ``trials`` with its Wilson interval."""
    return wilson(successes / trials, trials) if trials else None


class Scores(NamedTuple):
    """The scores of several calls, 0 to 1, added up: all that their mean and its interval need.

    ``calls`` is how many there are, ``total`` the sum of the scores, ``squares`` the sum of their squares, and
    ``marks`` the number of met and missed marks that they stand on.
    """

    calls: int = 0
    total: float = 0.0
    squares: float = 0.0
    marks: int = 0

    def plus(self, other: Scores) -> Scores:
        """Return the scores of both."""
        return Scores(
            self.calls + other.calls,
            self.total + other.total,
            self.squares + other.squares,
            self.marks + other.marks,
        )


def scores_of(scores: Sequence[float], marks: int) -> Scores:
    """Return ``scores``, each 0 to 1, added up; they stand on so many ``marks`` together."""
    return Scores(len(scores), sum(scores), sum(score * score for score in scores), marks)


def mean_score(scores: Scores, z: float = Z) -> Rate | None:
    """Return the mean of call scores (0 to 1) with its Wilson interval, or ``None`` where there is no score.

    A score is a rate of points, so Wilson's interval applies, but with how many trials? All the met and missed
    marks would be too many, because the marks of one call go together: a bad connection spoils several. The number
    of calls would be too few. So the number is the one that the calls' own spread supports, rate (1 - rate) over the
    variance of the mean, kept between the number of calls and that of marks: the effective sample size of Korn and
    Graubard (1998), Survey Methodology 24, 193-201.
    """
    if not scores.calls:
        return None
    # Adding up twenty scores of 0.8 may pass 1 by rounding elsewhere; a rate never does.
    mean = min(1.0, max(0.0, scores.total / scores.calls))
    return wilson(mean, _effective_trials(scores, mean, max(scores.marks, scores.calls)), z)


def _effective_trials(scores: Scores, mean: float, most: int) -> float:
    calls = scores.calls
    if calls < 2:
        return calls
    # Equal scores have no spread; rounding must not make one below nothing.
    spread = max(0.0, scores.squares - scores.total * scores.total / calls)
    variance_of_mean = spread / (calls - 1) / calls
    if variance_of_mean * most <= mean * (1 - mean):
        return most
    return max(calls, mean * (1 - mean) / variance_of_mean)


def difference(earlier: Rate, later: Rate) -> Difference:
    """Return ``later`` less ``earlier`` with the interval made of both Wilson intervals.

    Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions, Statistics
    in Medicine 17, 873-890, method 10.
    """
    value = later.value - earlier.value
    down = sqrt((later.value - later.low) ** 2 + (earlier.high - earlier.value) ** 2)
    up = sqrt((later.high - later.value) ** 2 + (earlier.value - earlier.low) ** 2)
    return Difference(value, value - down, value + up)
