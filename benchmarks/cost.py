"""Work out how long a number of calls takes, and what it costs, from a measured rate and the price of a core-hour.

    python benchmarks/cost.py --calls-per-second 200 --price 0.05
    python benchmarks/cost.py --calls-per-second 200 --price 0.05 --calls 30000000 --hours 8

``--calls-per-second`` is what one core scores: `python benchmarks/cluster.py calls.jsonl` measures it on your calls and
your machine. ``--price`` is what a core costs for an hour, in any currency: the price of a machine by its cores.
``--busy`` is the share of the time paid for in which workers score, the rest being starts, ends and waits.
"""

from __future__ import annotations

import argparse
import math

SECONDS_PER_HOUR = 3600


def main() -> None:
    """Print the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls-per-second", type=positive, required=True, metavar="RATE", help="of one core")
    parser.add_argument("--price", type=positive, required=True, help="of one core for one hour")
    parser.add_argument("--calls", type=positive, default=1_000_000, help="how many (1,000,000)")
    parser.add_argument("--hours", type=positive, default=8.0, help="in which they are to be scored (8)")
    parser.add_argument("--busy", type=share, default=0.8, help="the share of paid time that is work (0.8)")
    given = parser.parse_args()
    print("\n".join(sums(given.calls_per_second, given.price, given.calls, given.hours, given.busy)))


def sums(rate: float, price: float, calls: float, hours: float, busy: float) -> list[str]:
    """Return the sums in lines."""
    an_hour = rate * SECONDS_PER_HOUR
    core_hours = calls / an_hour / busy
    return [
        f"one core scores {an_hour:,.0f} calls an hour",
        f"{calls:,.0f} calls take {core_hours:,.1f} core-hours, a share of {busy:.0%} of them at work",
        f"within {hours:g} hours they need {math.ceil(core_hours / hours):,} workers",
        f"they cost {core_hours * price:,.2f}, or {1_000_000 / an_hour / busy * price:,.2f} for a million",
    ]


def positive(text: str) -> float:
    """Return a number over 0."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("has to be over 0")
    return number


def share(text: str) -> float:
    """Return a number over 0 and up to 1."""
    number = positive(text)
    if number > 1:
        raise argparse.ArgumentTypeError("has to be 1 or less")
    return number


if __name__ == "__main__":
    main()
