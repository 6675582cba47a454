"""Errors for the person who has to act: where, what is wrong, what to do about it."""

from __future__ import annotations


class CoachError(Exception):
    """Something that a user can mend.

    Args:
        what: the cause, in a sentence.
        where: the file and the place in it (``rules/core/apology.yml:4:9``), or ``""``.
        remedy: what to do, in a sentence, or ``""``.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        """Let workers hand errors to the parent process: the arguments are keywords, which pickle alone would lose."""
        return (_remade, (type(self), self.__dict__))

    def __str__(self) -> str:
        first = f"{self.where}: {self.what}" if self.where else self.what
        return f"{first}\n  {self.remedy}" if self.remedy else first


class TranscriptError(CoachError):
    """A transcript, or one call in it, cannot be read; ``place`` is the line, row or key within the file."""

    def __init__(self, what: str, *, where: str = "", place: str = "", remedy: str = "") -> None:
        super().__init__(what, where=f"{where}, {place}" if where and place else where or place, remedy=remedy)
        self.file = where
        self.place = place


class RuleError(CoachError):
    """A rule, moment, scorecard or lexicon file is wrong; ``where`` is ``path:line:column``."""


class ResultsError(CoachError):
    """A results dataset cannot be read or written."""


class UsageError(CoachError):
    """The command was asked for something that makes no sense; exit code 2."""


def _remade(kind: type[CoachError], state: dict[str, str]) -> CoachError:
    error = kind.__new__(kind)
    Exception.__init__(error, *state.values())
    error.__dict__.update(state)
    return error
