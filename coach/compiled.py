"""What was made of rule files in an earlier run, so that a start need not parse and unfold them all again.

Values are kept by the hash of the text that they were made from: a file that has changed is read anew, whatever its
name or date says. They are plain data, so that reading them runs no code. Whatever stands in the way of keeping them (a
folder that cannot be written, a damaged file) costs time, never a run.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

import orjson

from coach import __version__

FOLDER_VARIABLE = "CALL_COACH_CACHE"
OFF = "off"
# Of each kind. A team has a few rule sets; tests and trials leave others behind.
MOST_FILES = 24
SUFFIX = ".compiled"
# What is kept depends on these too, and they change without a new version while the tool is worked on.
MAKERS = ("english.py", "gaps.py", "notation.py", "phrase_table.py", "quick_yaml.py", "sentiment.py", "wording.py")
CHECKSUM = 64
OTHERS_MAY_WRITE = 0o022

Value = TypeVar("Value")


class Compiled:
    """Values made of text, by its hash.

    Args:
        path: the file that holds them from run to run; ``None`` to keep nothing.
        below: files that are looked into first; what they hold is not kept again.
    """

    def __init__(self, path: Path | None = None, below: Iterable[Path] = ()) -> None:
        self._path = path
        self._below = {key: value for file in below for key, value in _read(file).items()}
        self._before = _read(path) if path else {}
        self._used: dict[str, Any] = {}
        self._is_news = False

    @classmethod
    def of(cls, kind: str, folders: Sequence[Path], *also: bytes) -> Compiled:
        """Return what is kept of ``kind`` for a stack of rule folders; ``also`` is what else all of it depends on.

        There is a file for each folder of the stack, so that the built-in rules are kept once, whatever stands on them.
        """
        place = cache_folder()
        versions = _versions()
        if place is None or versions is None:
            return cls()
        digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in (versions, *also)))
        files: list[Path] = []
        for folder in folders:
            digest.update(hashlib.sha256(os.fsencode(folder.absolute())).digest())
            files.append(place / f"{kind}-{digest.hexdigest()[:32]}{SUFFIX}")
        return cls(files[-1], files[:-1])

    def made(self, source: bytes, make: Callable[[], Value]) -> Value:
        """Return what ``make`` made of ``source`` in an earlier run, or let it make that now.

        It is kept if plain data gives it back as it is, and ``save`` is called; so nobody may change it.
        """
        return self._made(source, make, _is_plain)

    def made_plain(self, source: bytes, make: Callable[[], Value]) -> Value:
        """Return what ``made`` does, of what is plain data for certain: to look through all of it takes long."""
        return self._made(source, make, lambda _: True)

    def _made(self, source: bytes, make: Callable[[], Value], is_plain: Callable[[Value], bool]) -> Value:
        if self._path is None:
            return make()
        key = hashlib.sha256(source).hexdigest()
        if key in self._below:
            value: Value = self._below[key]
        elif key in self._before:
            value = self._used[key] = self._before[key]
        else:
            value = make()
            if is_plain(value):
                self._used[key] = value
                self._is_news = True
        return value

    def save(self) -> None:
        """Keep what was used since this was opened; to be called once all of it has proved sound.

        What nobody asked for goes, as soon as there is something new.
        """
        if self._path is None or not self._is_news:
            return
        with contextlib.suppress(OSError):
            _write(self._path, orjson.dumps(self._used))
            _prune(self._path)


NOTHING_KEPT = Compiled()


@contextlib.contextmanager
def nothing_collected() -> Iterator[None]:
    """Look for no garbage meanwhile: a load makes hundreds of thousands of values, all to stay.

    They count as old afterwards, as if they had been looked through.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def cache_folder() -> Path | None:
    """Return the folder of the user for what can be made again, or ``None`` where there is none or it is turned off."""
    chosen = os.environ.get(FOLDER_VARIABLE, "")
    if chosen:
        return None if chosen.lower() == OFF else Path(chosen)
    standard = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    if Path(standard).is_absolute():
        return Path(standard) / "call-coach"
    try:
        return Path.home() / ".cache" / "call-coach"
    except RuntimeError:  # a user without a home
        return None


def _versions() -> bytes | None:
    """Return what tells one version of all that makes the values from another; ``None`` where that cannot be told."""
    try:
        parts = [__version__, sys.version, version("spacy"), version("srsly")]
        code = [path.read_bytes() for name in MAKERS if (path := Path(__file__).with_name(name)).is_file()]
    except (PackageNotFoundError, OSError):
        return None
    return b"\0".join([*(part.encode() for part in parts), *code])


def _is_plain(value: object) -> bool:
    """Say whether ``value`` comes back equal: tuples, dates, endless numbers and keys that are no text do not."""
    try:
        return bool(orjson.loads(orjson.dumps(value)) == value)
    except (TypeError, ValueError):
        return False


def _read(path: Path) -> dict[str, Any]:
    """Return what ``path`` holds; nothing where it is missing, damaged, or another user could have written it."""
    try:
        with open(path, "rb", opener=_open_no_link) as file:
            status = os.fstat(file.fileno())
            if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & OTHERS_MAY_WRITE):
                return {}
            content = file.read()
        checksum, body = content[:CHECKSUM], content[CHECKSUM:]
        if hashlib.sha256(body).hexdigest().encode() != checksum:
            return {}
        values = orjson.loads(body)
    except (OSError, ValueError):
        return {}
    # The files used last are those that stay.
    with contextlib.suppress(OSError):
        os.utime(path)
    return values if isinstance(values, dict) else {}


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes a file that nobody else can read.
    handle, name = tempfile.mkstemp(suffix=SUFFIX, prefix=f"{_kind(path)}-new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + body)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _prune(path: Path) -> None:
    """Remove all but the newest files of the kind of ``path``; another run may be doing the same."""
    dated: list[tuple[float, Path]] = []
    for file in path.parent.glob(f"{_kind(path)}-*{SUFFIX}"):
        with contextlib.suppress(OSError):
            dated.append((file.stat().st_mtime, file))
    for _, file in sorted(dated)[:-MOST_FILES]:
        with contextlib.suppress(OSError):
            file.unlink()


def _kind(path: Path) -> str:
    return path.name.partition("-")[0]
