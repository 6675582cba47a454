"""Writing a suggestion as a map with comments, to be saved, looked at and mended."""

from __future__ import annotations

import json
import re

from coach.readers.maps.mapping import ROWS
from coach.readers.maps.suggest import Suggestion
from coach.roles import role_word

PLAIN = re.compile(r"[^\W\d_][\w.|]*(?:\[\][\w.|]*)*(?: [\w.|]+)*")
NO_TEXT = frozenset("yes no true false null on off y n".split())
SAID_SHOWN = 40
OTHERS_SHOWN = 40


def yaml_of(found: Suggestion, file: str) -> str:
    """Return ``found`` as YAML; ``file`` is the name of the file that it was made from."""
    lines = [
        f"# A first guess at where {_one_line(file)} keeps what is said. Look at what it finds with",
        f"#   coach inspect {_one_line(file)} --map THIS-FILE.yml",
        "# and mend what is wrong; docs/my-format.md says what may stand here.",
        "name: my-format    # what reports call the format",
        "",
    ]
    if found.calls:
        lines.append(f"calls: {_written(found.calls)}")
    if found.dialogue:
        lines.append(f"dialogue: {_written(found.dialogue)}    # lines such as 'Agent: ...', all in one text")
    else:
        if found.turns != ROWS:
            lines.append(f"turns: {_written(found.turns)}    # {found.count} in this file")
        lines += ["turn:", *(f"  {ours}: {_written(path)}" for ours, path in found.columns.items())]
        lines += _times(found) + _roles(found) + _conditions(found)
    return "\n".join([*lines, *_call(found)]) + "\n"


def _times(found: Suggestion) -> list[str]:
    if not found.unit:
        return ["# no times were found: add start: and end: to turn:, and time: with their unit"]
    lines = [f"time: {found.unit}    # s, ms, us, ticks, clock (0:04), iso (dates) or epoch (since 1970)"]
    if found.units:
        lines += ["units:", *(f"  {ours}: {unit}" for ours, unit in found.units.items())]
    return lines


def _roles(found: Suggestion) -> list[str]:
    if not found.labels:
        return ["# who speaks was not found: add speaker: or role: to turn:"]
    lines = ["roles:    # agent, customer or other; take the # away from a line once you know"]
    for label in found.labels:
        said = _one_line(label.said)
        short = said if len(said) <= SAID_SHOWN else f"{said[:SAID_SHOWN].rstrip()}..."
        known = role_word(label.name)
        turns = f"{label.turns} turn{'s' if label.turns > 1 else ''}"
        start = f"  {_written(label.name)}: {known}" if known else f"  # {_written(label.name)}: ?"
        lines.append(f'{start}    # {turns}, "{short}"')
    return lines


def _conditions(found: Suggestion) -> list[str]:
    lines = []
    if found.skip:
        lines += ["skip:", *(f"  {_written(path)}: {value}" for path, value in found.skip.items())]
    for path, values in found.kinds.items():
        shown = ", ".join(f"{_one_line(name)} ({count})" for name, count in values.items())
        lines += [f"# where:    # only turns with these values; {_written(path)} is: {shown}"]
        lines += [f"#   {_written(path)}: {_written(max(values, key=lambda name: values[name]))}"]
    return lines


def _call(found: Suggestion) -> list[str]:
    lines = ["call:", *(f"  {name}: {_written(path)}" for name, path in found.facts.items())]
    missing = [name for name in ("call_id", "agent_id", "agent_name", "started_at") if name not in found.facts]
    if missing:
        lines.append(f"  # not found: {', '.join(missing)}")
    if found.others:
        lines.append(f"  # there is also: {', '.join(list(found.others.values())[:OTHERS_SHOWN])}")
    return lines


def _written(text: str) -> str:
    """Return ``text`` as YAML reads it back: in quotes where it is not plainly a text."""
    if PLAIN.fullmatch(text) and text.lower() not in NO_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
