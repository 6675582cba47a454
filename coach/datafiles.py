"""Where the built-in rules and templates are: inside the installed package, or in the checkout."""

from __future__ import annotations

from pathlib import Path

from coach.errors import CoachError

PACKAGE = Path(__file__).resolve().parent


def rules_folder() -> Path:
    """Return the folder of the built-in rules."""
    return _folder("rules", PACKAGE.parent / "rules")


def templates_folder() -> Path:
    """Return the folder of the built-in report templates."""
    return _folder("templates", PACKAGE.parent / "reports" / "templates")


def _folder(name: str, in_checkout: Path) -> Path:
    packed = PACKAGE / "_data" / name
    for folder in (packed, in_checkout):
        if folder.is_dir():
            return folder
    raise CoachError(
        f"the built-in {name} are missing from this installation", where=str(packed), remedy="Install call-coach again."
    )
