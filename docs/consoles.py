"""Run what README and docs show, and compare (or, with ``--write``, replace) the output that they print.

    python docs/consoles.py             # fail where a page shows what the commands no longer print
    python docs/consoles.py --write     # put what they print now into the pages

How a page is written:

- A fenced block ``console`` holds commands, each a line that starts with ``$ `` (a line that ends in a backslash goes
  on in the next), and what each prints on standard output and standard error. A command that is meant to fail is
  followed by ``$ echo $?``.
- A fenced block with ``title="FILE"`` after its language (``yaml title="our-rules/moments/x.yml"``) is written to FILE
  before the page's commands run, wherever on the page it stands. With ``edited`` behind the title it is written where
  it stands instead, over what is there: the reader edits the file that the commands above made or used.
- All commands of a page run in their order in one fresh folder, with ``examples/`` in it. That folder and the checkout
  are shown as ``/home/you/call-coach``.
- Lines go to the shell as they stand. A plain ``coach`` at the beginning of one, or a plain ``python FILE`` whose file
  imports ``coach``, runs in this process, and the shell is handed what it printed: starting Python and spaCy for each
  would take most of the time.

Blocks in other languages (``sh``, ``json`` ...) are left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
SHOWN_AS = "/home/you/call-coach"
FENCE = re.compile(r"^(?P<fence>```+)(?P<language>[\w-]+)?(?P<rest>[^`\n]*)\n(?P<body>.*?)^(?P=fence)\n", re.M | re.S)
TITLE = re.compile(r'\btitle="([^"]+)"')
# Words that the shell hands on as they are, with nothing or a pipe, a file or another command behind them.
PLAIN = re.compile(
    r'(?P<name>coach|python)(?P<words>(?:\s+(?:[\w@%+=:,./-]+|"[^"$`\\!]*"))*)(?P<rest>\s+[|;>]\s.*)?', re.S
)
IMPORTS_COACH = re.compile(r"^(from|import) coach\b", re.M)
REFRESH = "Run `make docs` and look at the difference."


class Block(NamedTuple):
    """A fenced block: ``start`` and ``end`` are the offsets of its ``body`` in the page."""

    language: str
    title: str
    edited: bool
    body: str
    start: int
    end: int


class Command(NamedTuple):
    """A command as the page shows it, the ``$ `` left in, and as the shell is given it."""

    shown: str
    given: str


class DocsError(Exception):
    """A page cannot be run as it stands."""


def pages() -> list[Path]:
    """Return the pages whose commands are run."""
    docs = (path for path in (ROOT / "docs").rglob("*.md"))
    return sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "examples" / "README.md", *docs])


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    for found in FENCE.finditer(text):
        title = TITLE.search(found["rest"])
        edited = bool(title) and found["rest"].split()[-1] == "edited"
        place = found.span("body")
        yield Block(found["language"] or "", title[1] if title else "", edited, found["body"], *place)


def commands(block: Block) -> list[Command]:
    """Return the commands of a ``console`` block."""
    found: list[Command] = []
    lines = iter(block.body.splitlines())
    for line in lines:
        if line.startswith("$ "):
            shown = [line]
            while shown[-1].endswith("\\"):
                shown.append(next(lines, ""))
            found.append(Command("\n".join(shown), "\n".join(shown)[2:]))
    return found


def refreshed(page: Path, folder: Path) -> str:
    """Return the text of ``page`` with the output that its commands print now, run in the empty ``folder``.

    Raises:
        DocsError: a command fails that is not meant to, or a block holds no command.
    """
    (folder / "examples").symlink_to(ROOT / "examples")
    text = page.read_text("utf-8")
    pieces: list[str] = []
    at = 0
    found = list(blocks(text))
    for block in found:
        if block.title and not block.edited:
            _write(folder, block)
    for block in found:
        if block.edited:
            _write(folder, block)
        if block.language == "console":
            pieces += [text[at : block.start], _session(page, block, folder)]
            at = block.end
    return "".join([*pieces, text[at:]])


def _write(folder: Path, block: Block) -> None:
    path = folder / block.title
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DocsError(f"{block.title} lies outside the folder that the page runs in")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.body, "utf-8")


def _session(page: Path, block: Block, folder: Path) -> str:
    todo = commands(block)
    if not todo:
        raise DocsError(f"{page.relative_to(ROOT)}: a console block holds no line that starts with '$ '")
    lines: list[str] = []
    status = 0
    for number, command in enumerate(todo):
        done = _done(command.given, status, folder)
        status = done.returncode
        output = _scrubbed(done.stdout, folder)
        following = todo[number + 1].given if number + 1 < len(todo) else ""
        if status and "$?" not in following:
            raise DocsError(f"{page.relative_to(ROOT)}: `{command.given}` ended with {status}:\n{output}")
        lines.append(f"{command.shown}\n{output}")
    return "".join(lines)


def _done(given: str, status: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as the shell would after one that ended with ``status``, which it may ask for by `$?`."""
    with tempfile.TemporaryDirectory(prefix="call-coach-said-") as said:
        return subprocess.run(
            ["bash", "-c", f"{_coach_said(given, folder, Path(said))}\n(exit {status})\n{given}"],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )


def _coach_said(given: str, folder: Path, said: Path) -> str:
    """Return a shell function that says what a plain `coach` or `python FILE` does, its words kept in ``said``.

    It is empty, for the shell to start the real one, where only the shell can tell what the command is given, and where
    it is quick to start.
    """
    plain = PLAIN.fullmatch(given.replace("\\\n", " "))
    if plain is None or plain["name"] in (plain["rest"] or ""):
        return ""
    words = shlex.split(plain["words"])
    if plain["name"] == "coach":
        status, spoken = _in_this_process(folder, lambda: _coach(words))
    elif words and (folder / words[0]).is_file() and IMPORTS_COACH.search((folder / words[0]).read_text("utf-8")):
        status, spoken = _in_this_process(folder, lambda: _script(words))
    else:
        return ""
    lines = []
    for number, (stream, piece) in enumerate(spoken):
        (said / str(number)).write_bytes(piece)
        lines.append(f"cat {shlex.quote(str(said / str(number)))} >&{stream}")
    return "\n".join([f"{plain['name']}() {{", *lines, f"return {status}", "}"])


def _coach(words: list[str]) -> None:
    """Run `coach` with these words."""
    from coach.cli import main

    main(words, prog_name="coach")


def _script(words: list[str]) -> None:
    """Run the script that is the first of ``words`` with the others; modules beside it are forgotten afterwards."""
    known = set(sys.modules)
    with mock.patch.object(sys, "argv", words), mock.patch.object(sys, "path", [os.getcwd(), *sys.path]):
        try:
            runpy.run_path(words[0], run_name="__main__")
        finally:
            for name in set(sys.modules) - known:
                if Path(getattr(sys.modules[name], "__file__", None) or os.sep).parent == Path.cwd():
                    del sys.modules[name]


def _in_this_process(folder: Path, command: Callable[[], None]) -> tuple[int, list[tuple[int, bytes]]]:
    """Run ``command`` in ``folder``; return its exit code, and what it wrote to which stream, in order."""
    spoken: list[tuple[int, bytes]] = []
    code: object = 0
    here = os.getcwd()
    os.chdir(folder)
    try:
        with (
            mock.patch.dict(os.environ, _environment(), clear=True),
            mock.patch.object(sys, "stdin", io.StringIO()),
            contextlib.redirect_stdout(_stream(1, spoken)) as out,
            contextlib.redirect_stderr(_stream(2, spoken)) as err,
        ):
            try:
                command()
            except SystemExit as end:
                code = end.code
            except Exception:
                traceback.print_exc()
                code = 1
            out.flush()
            err.flush()
    finally:
        os.chdir(here)
    return code if isinstance(code, int) else 0, spoken


def _stream(number: int, spoken: list[tuple[int, bytes]]) -> IO[str]:
    return io.TextIOWrapper(io.BufferedWriter(_Ear(number, spoken)), "utf-8", line_buffering=number == 2)


class _Ear(io.RawIOBase):
    """Keeps what is written to a stream, between what is written to the others."""

    def __init__(self, number: int, spoken: list[tuple[int, bytes]]) -> None:
        self._number = number
        self._spoken = spoken

    def writable(self) -> bool:
        return True

    def write(self, words: bytes | memoryview) -> int:
        self._spoken.append((self._number, bytes(words)))
        return len(words)


def _environment() -> dict[str, str]:
    """Return the environment of the commands: this Python's `coach` first, no colours, 80 columns."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "FORCE_COLOR")}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return {**kept, "PATH": path, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


def _scrubbed(output: str, folder: Path) -> str:
    # The longest first: one of these may lie within another.
    for path in sorted({str(folder), str(folder.resolve()), str(ROOT)}, key=len, reverse=True):
        output = output.replace(path, SHOWN_AS)
    return "".join(line.rstrip() + "\n" for line in output.rstrip().splitlines())


def main(arguments: list[str] | None = None) -> int:
    """Run all pages; return 1 if one shows what its commands do not print, and is not rewritten."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="replace the output that the pages show")
    write = parser.parse_args(arguments).write
    stale = 0
    for page in pages():
        folder = Path(tempfile.mkdtemp(prefix="call-coach-docs-"))
        try:
            now = refreshed(page, folder)
        except DocsError as error:
            print(error, file=sys.stderr)
            stale += 1
            continue
        finally:
            shutil.rmtree(folder)
        if now == page.read_text("utf-8"):
            continue
        if write:
            page.write_text(now, "utf-8")
            print(f"{page.relative_to(ROOT)} rewritten")
        else:
            print(f"{page.relative_to(ROOT)} shows what its commands no longer print. {REFRESH}", file=sys.stderr)
            stale += 1
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
