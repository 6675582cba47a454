"""Rule folders that travel: workers of a cluster have the built-in rules, not the files of the person who scores."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coach.errors import RuleError
from coach.scoring import Scorer

# What rules are made of; other files in a rule folder are nobody's business.
SUFFIXES = (".yml", ".yaml", ".json")


@dataclass(frozen=True, slots=True)
class CarriedRules:
    """Makes a scorer of the built-in rules and those of ``folders``; when it is pickled, the files go with it."""

    folders: tuple[Path, ...] = ()
    pipeline: str | None = None
    scorecard: str | None = None

    def __call__(self) -> Scorer:
        """Return the scorer.

        Raises:
            RuleError: a rule file is wrong.
            UsageError: the pipeline is not installed, or there is no such scorecard.
        """
        return Scorer.load(self.folders, self.pipeline, self.scorecard)

    def __reduce__(self) -> tuple[type[UnpackedRules], tuple[object, ...]]:
        return UnpackedRules, (tuple(map(_files, self.folders)), self.pipeline, self.scorecard)


@dataclass(frozen=True, slots=True)
class UnpackedRules:
    """What ``CarriedRules`` is at its destination: the files of each folder, by their paths in it."""

    folders: tuple[Mapping[str, bytes], ...]
    pipeline: str | None
    scorecard: str | None

    def __call__(self) -> Scorer:
        """Return the scorer, of the same rules hash as where it came from if the built-in rules are the same."""
        with tempfile.TemporaryDirectory(prefix="call-coach-rules-") as place:
            folders = [Path(place, str(number)) for number in range(len(self.folders))]
            for folder, files in zip(folders, self.folders, strict=True):
                for name, data in files.items():
                    path = folder / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
            return Scorer.load(folders, self.pipeline, self.scorecard)


def _files(folder: Path) -> dict[str, bytes]:
    try:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in SUFFIXES and path.is_file()
        }
    except OSError as error:
        raise RuleError(f"cannot be read: {error.strerror}", where=str(error.filename)) from error
