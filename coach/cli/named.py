"""What the user names: results, or transcripts."""

from __future__ import annotations

import os

from coach.readers.addresses import is_address, normal


def is_results(path: str) -> bool:
    """Tell whether the results of earlier scoring are at ``path``, a folder or an address.

    Raises:
        ResultsError: the store behind an address cannot be asked.
    """
    if not is_address(path):
        return os.path.isfile(os.path.join(normal(path), "dataset.json"))
    from coach.results_parts import HEADER, Store

    return Store(path).read(HEADER) is not None
