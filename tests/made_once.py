"""A run on two processes whose scorer leaves a line behind each time that one is made; it may kill itself."""

from __future__ import annotations

import functools
import os
import signal
import sys
from pathlib import Path

from stand_ins import StandIn, a_call

from coach.engines import batches
from coach.engines.inherited import Inheritable
from coach.engines.lines import score_lines


def noted(place: Path) -> StandIn:
    """Return a scorer, and write down that it was made."""
    with place.open("a") as file:
        file.write("made\n")
    return StandIn()


if __name__ == "__main__":
    import made_once

    batches.BATCH_CALLS = 2
    make = Inheritable(functools.partial(made_once.noted, Path(sys.argv[1])))
    reports = score_lines([a_call(number) for number in range(9)], make, jobs=2)
    if sys.argv[2:] == ["killed"]:
        next(reports)
        os.kill(os.getpid(), signal.SIGKILL)
    print(sum(report.summary.scored for report in reports))
