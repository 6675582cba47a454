"""A scorer that ends the process that it works in, for the tests of the cluster; its workers import it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from stand_ins import StandIn

from coach.call import Call
from coach.scored import Scored


class Mortal(StandIn):
    """Is killed by calls that say ``die``, and by the first that says ``die once`` and finds no file ``grave``."""

    def __init__(self, grave: Path) -> None:
        super().__init__()
        self._grave = grave

    def score(self, call: Call) -> Scored:
        said = call.turns[0].text
        if said == "die" or (said == "die once" and not self._grave.exists()):
            self._grave.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return super().score(call)
