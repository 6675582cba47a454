"""The text of a rule file that somebody begins: its place, its keys, and cases to replace by calls of one's own."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from coach.errors import UsageError
from coach.notation import Choice, Gap, NotationError, Slot, unfold
from coach.scored import Outcome

WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")
# Folders with another meaning, and names that Windows gives to devices.
NOT_FOR_RULES = {"moments", "scorecards"}
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
# What is longer was a sentence, and no name.
LONGEST_SHOWN = 30
PLAIN = re.compile(r"(?:\d+ )?[A-Za-z][\w .,()/'’?!;-]*", re.ASCII)
NOT_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
SPOKEN_SLOTS = {"name": "Ana", "company": "[company]", "number": "twelve"}
SAID = {"replies": "the agent said it", "says": "the agent said it", "never": "the agent did not say it"}
NOT_SAID = {"replies": "the agent did not say it", "says": "the agent did not say it", "never": "the agent said it"}


class DraftCase(NamedTuple):
    """A case made from examples; ``known_gap`` where none was found that comes out as it should."""

    name: str
    call: str
    expect: Outcome
    known_gap: bool = False


def place_of(name: str) -> PurePosixPath:
    """Return where in a rule folder the rule or moment ``name`` stands.

    Raises:
        UsageError: it is no id, or one that a folder of rules cannot hold.
    """
    parts = name.split(".")
    if len(parts) > 2 or not all(WORD.fullmatch(part) for part in parts):
        meant = ".".join(re.sub(r"[^a-z0-9_]+", "_", part.casefold()).strip("_") for part in parts)
        could_be = (
            meant != name
            and len(meant) <= LONGEST_SHOWN
            and len(parts) < 3
            and all(WORD.fullmatch(part) for part in meant.split("."))
        )
        raise UsageError(
            f"{name[:80]!r} is no id for a rule or a moment",
            remedy=f"An id is of small letters, digits and _, such as {meant}."
            if could_be
            else "A rule is FOLDER.NAME, such as house.price_check; a moment is one word, such as names_price.",
        )
    taken = DEVICES if len(parts) == 1 else DEVICES | NOT_FOR_RULES
    for part in parts:
        if part in taken:
            raise UsageError(f"{part!r} in {name!r} means something else to the computer", remedy="Take another word.")
    if len(parts) == 1:
        return PurePosixPath("moments", f"{name}.yml")
    return PurePosixPath(parts[0], f"{parts[1]}.yml")


def one_line(text: str) -> str:
    """Return what somebody typed as one line of text, without what no text holds."""
    kept = "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cs"))
    return " ".join(kept.split())


def phrases_of(text: str) -> tuple[str, ...]:
    """Return the phrases of ``text``, which stand between semicolons or on lines of their own.

    Raises:
        UsageError: one of them is no phrase, or there is none.
    """
    phrases = tuple(filter(None, (one_line(part) for part in re.split(r"[;\n]", text))))
    if not phrases:
        raise UsageError("no phrase is given", remedy='Write --say "it costs; the price is".')
    for phrase in phrases:
        try:
            unfold(phrase)
        except NotationError as error:
            raise UsageError(
                f"in the phrase {phrase!r}, at character {error.column + 1}: {error.what}",
                remedy="Write plain words; (a|b) is one of, [a|b] optional, ... up to three words.",
            ) from None
    return phrases


def example_of(phrase: str) -> str:
    """Return the shortest way to say ``phrase``, written as a turn."""
    words: list[str] = []
    for atom in unfold(phrase)[0].atoms:
        if isinstance(atom, str):
            words.append(atom)
        elif isinstance(atom, Choice):
            words += () if atom.optional else atom.words[:1]
        elif isinstance(atom, Slot):
            words.append(SPOKEN_SLOTS[atom.name])
        elif isinstance(atom, Gap):
            words += ["so"] * atom.least
    said = re.sub(r" ([?!.,])", r"\1", " ".join(words))
    return said[:1].upper() + said[1:]


def moment_text(name: str, title: str, phrases: Sequence[str], no_match: str) -> str:
    """Return the file of a new moment, with examples made from its ``phrases``."""
    lines = [
        *_heading(name, "what something sounds like"),
        f"title: {scalar(title)}",
        "# Ways to say it: (a|b) one of, [a|b] may be left out, ... up to three words, ^ and $ ends of the turn.",
        "any_of:",
        *(f"  - {scalar(phrase)}" for phrase in phrases),
        "# What looks like it and is not, such as 'if ...':",
        "# but_not:",
        "#   - ",
        "examples:",
        "  # Made from the phrases. Replace them by what people said.",
        "  match:",
        *(f"    - {scalar(said)}" for said in dict.fromkeys(map(example_of, phrases))),
        "  # Replace it by words that come close and do not count.",
        "  no_match:",
        f"    - {scalar(no_match)}",
    ]
    return "\n".join(lines) + "\n"


def rule_keys(
    title: str,
    source: str,
    check: str,
    coach: str,
    when: Mapping[str, Sequence[str]] | None = None,
    expect: Mapping[str, Sequence[str]] | None = None,
    within: str = "",
    figure: Mapping[str, str | float] | None = None,
    most: float = 0,
) -> dict[str, Any]:
    """Return what a new rule says, by key and in the order of the file."""
    keys: dict[str, Any] = {"title": title, "source": source, "check": check}
    if when:
        keys |= {"when": _clause(when), "otherwise": "The call gave no occasion for it.", "occasion": _occasion(when)}
    if expect:
        keys |= {"expect": _clause(expect), "within": within or ("3 turns" if check == "replies" else "call")}
        keys |= {"done": SAID[check], "not_done": NOT_SAID[check]}
    if figure:
        keys["figure"] = dict(figure)
        if figure["name"] == "interruptions":
            keys |= {"done": "the agent let the customer finish", "not_done": "the agent cut the customer off"}
    if most:
        keys["most"] = most
    return keys | {"coach": coach}


def _occasion(when: Mapping[str, Sequence[str]]) -> str:
    sides = {"agent": "The agent", "customer": "The customer"}
    return f"{sides.get(next(iter(when)), 'Somebody') if len(when) == 1 else 'Somebody'} gave the occasion"


def _clause(said: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {side: names[0] if len(names) == 1 else list(names) for side, names in said.items()}


def rule_text(name: str, keys: Mapping[str, Any], cases: Sequence[DraftCase]) -> str:
    """Return the file of a new rule."""
    notes = {
        "occasion": "# A reason is made of these: 'The customer asked the price (turn 3); the agent did not name it.'",
        "done": None if "occasion" in keys else "# A reason is made of these: 'In turns 0 to 2 the agent did not ...'",
    }
    lines = _heading(name, "what is asked of the agent")
    for key, value in keys.items():
        note = notes.get(key)
        lines += [note] if note else []
        lines.append(f"{key}: {flow(value)}")
    lines += ["# A sentence that would have been better:", "# say_instead: ", *_cases("tests", cases)]
    return "\n".join(lines) + "\n"


def extending_text(name: str, parent: str, changes: Mapping[str, Any], cases: Sequence[DraftCase]) -> str:
    """Return a file that says only how it differs from ``parent``, which must hold at least one change."""
    lines = [
        *_heading(name, f"all that {parent} says, but for these lines"),
        f"extends: {parent}",
        "# KEY: replaces what the other file says; KEY+: adds to its list; KEY-: takes away from it.",
        *_changes(changes),
        *_cases("tests+", cases),
    ]
    return "\n".join(lines) + "\n"


def _changes(changes: Mapping[str, Any]) -> Iterator[str]:
    for key, value in changes.items():
        if isinstance(value, list | tuple):
            yield f"{key}:"
            yield from (f"  - {scalar(item)}" for item in value)
        elif isinstance(value, Mapping) and key == "examples+":
            yield f"{key}:"
            for kind, texts in value.items():
                yield f"  {kind}:"
                yield from (f"    - {scalar(text)}" for text in texts)
        else:
            yield f"{key}: {flow(value)}"


def _heading(name: str, what: str) -> list[str]:
    return [f"# {name}: {what}. Begun by 'coach rules new'; every line may be changed."]


def _cases(key: str, cases: Sequence[DraftCase]) -> Iterator[str]:
    if not cases:
        return
    yield "# Made from the examples of the moments, so that the rule can be tried. Replace each by a call of your own."
    yield f"{key}:"
    for case in cases:
        yield f"  - name: {scalar(case.name)}"
        yield "    call: |"
        yield from (f"      {line}" for line in case.call.splitlines())
        yield f"    expect: {case.expect}"
        if case.known_gap:
            yield "    # No example came out so: write a call that does, and take the next line away."
            yield "    known_gap: true"


def flow(value: Any) -> str:
    """Return a value of YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_inner(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inner, value)) + "]"
    if isinstance(value, int | float):
        return f"{value:g}"
    return scalar(value)


def _inner(value: Any) -> str:
    """Return a value inside brackets, where a comma would end it."""
    return quoted(value) if isinstance(value, str) and not WORD.fullmatch(value) else flow(value)


def scalar(text: str) -> str:
    """Return ``text`` as YAML, in quotes unless it is plain beyond doubt."""
    if PLAIN.fullmatch(text) and text.casefold() not in NOT_TEXT and text == text.strip():
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """Return ``text`` in quotes, with what YAML does not hold escaped."""
    return "".join(
        letter if letter.isprintable() else _escaped(letter) for letter in json.dumps(text, ensure_ascii=False)
    )


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"
