"""A logistic regression on sparse differences between two sides, in numpy: no intercept, squared penalty.

Which side comes first is arbitrary, so the two classes mirror each other and every example stands for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float64]

MEMORY = 12
MOST_STEPS = 300
# The slope at which the search stops, per unit of example weight.
FLAT = 1e-5


class Examples(NamedTuple):
    """``size`` rows of a sparse matrix: row and column of each value, and what each row weighs."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Vector
    weights: Vector

    def chosen(self, keep: NDArray[np.bool_]) -> Examples:
        """Return the examples with the rows that are not kept weighing nothing, and without their values."""
        stays = keep[self.rows]
        return Examples(self.rows[stays], self.columns[stays], self.values[stays], np.where(keep, self.weights, 0.0))

    def narrowed(self, columns: NDArray[np.bool_]) -> Examples:
        """Return the examples with the values of some columns alone."""
        stays = columns[self.columns]
        return self._replace(rows=self.rows[stays], columns=self.columns[stays], values=self.values[stays])


def margins(examples: Examples, weights: Vector) -> Vector:
    """Return the log-odds of every row."""
    products = examples.values * weights[examples.columns]
    return np.bincount(examples.rows, products, minlength=len(examples.weights))


def spread(examples: Examples, width: int) -> Vector:
    """Return the root of the summed squares of each column: how much it can move."""
    squares = examples.values**2 * examples.weights[examples.rows]
    return np.sqrt(np.bincount(examples.columns, squares, minlength=width))


def fitted(examples: Examples, prior: Vector, penalty: float) -> Vector:
    """Return the weights that fit best while they stay near ``prior``, one a column (L-BFGS: Nocedal 1980)."""
    weights = prior.copy()
    value, slope = _loss(examples, weights, prior, penalty)
    steps: list[Vector] = []
    turns: list[Vector] = []
    enough = FLAT * max(float(examples.weights.sum()), 1.0)
    for _ in range(MOST_STEPS):
        if float(np.abs(slope).max(initial=0.0)) < enough:
            break
        direction = -_scaled(slope, steps, turns)
        length, drop = 1.0 if steps else 1.0 / max(float(np.linalg.norm(slope)), 1.0), float(direction @ slope)
        while True:
            tried = weights + length * direction
            new_value, new_slope = _loss(examples, tried, prior, penalty)
            if new_value <= value + 1e-4 * length * drop or length < 1e-10:
                break
            length /= 2
        steps, turns = [*steps, tried - weights][-MEMORY:], [*turns, new_slope - slope][-MEMORY:]
        weights, value, slope = tried, new_value, new_slope
    return weights


def temperature(margin: Vector, weights: Vector) -> float:
    """Return the factor for margins of rows not fitted on that makes the odds which they claim come true."""
    rows = np.arange(len(margin))
    examples = Examples(rows, np.zeros(len(margin), dtype=np.int64), margin, weights)
    return float(fitted(examples, np.zeros(1), 0.0)[0])


def _loss(examples: Examples, weights: Vector, prior: Vector, penalty: float) -> tuple[float, Vector]:
    margin, away = margins(examples, weights), weights - prior
    loss = float(examples.weights @ np.logaddexp(0.0, -margin)) + penalty / 2 * float(away @ away)
    pull = -examples.weights / (1.0 + np.exp(np.clip(margin, -500, 500)))
    slope = np.bincount(examples.columns, examples.values * pull[examples.rows], minlength=len(weights))
    return loss, slope + penalty * away


def _scaled(slope: Vector, steps: Sequence[Vector], turns: Sequence[Vector]) -> Vector:
    """Return the slope times the inverse curvature that the last steps showed."""
    result = slope.copy()
    shares: list[float] = []
    for step, turn in zip(reversed(steps), reversed(turns), strict=True):
        share = float(step @ result) / float(turn @ step)
        result -= share * turn
        shares.append(share)
    if steps:
        result *= float(steps[-1] @ turns[-1]) / float(turns[-1] @ turns[-1])
    for step, turn, share in zip(steps, turns, reversed(shares), strict=True):
        result += step * (share - float(turn @ result) / float(turn @ step))
    return result
