"""Reads the YAML of rule files ten times as fast as srsly does, or not at all.

Reading three hundred rule files in plain Python takes longer than all else on the first run. PyYAML's compiled parser
reads them in a tenth of the time, but takes ``no`` and ``1:30`` for other things than text. Here every word is text,
but for the few that mean the same to everybody; a file that holds anything else is left to srsly, which says what is
wrong with it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import srsly
import yaml

# Text in any reading of YAML: it cannot be a number, a time, a truth value, nothing, or a merge of keys.
SURELY_TEXT = re.compile(r"(?!(?:true|false|null|yes|no|on|off|y|n|nan|inf)$)[A-Za-z(^$]|\d+ [a-z]", re.IGNORECASE)
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,15})")
BROKEN = re.compile(r"-?(?:0|[1-9][0-9]{0,9})\.[0-9]{1,9}")
PLAIN_VALUES = {"": None, "null": None, "true": True, "false": False, "yes": "yes", "no": "no"}
# Tabs, tags, anchors and comments in blocks are taken in one way by one reader and in another by the next.
ODD = re.compile(r"\t|!!|(?:^|[\s,\[{:?-])&|[|>][-+0-9]*\s*#")


class NotPlainError(Exception):
    """The file holds something that readers of YAML may differ about, or is no YAML."""


def read_yaml(path: Path) -> Any:
    """Return what the YAML file at ``path`` says; the errors are those of ``srsly.read_yaml``."""
    try:
        return quickly_loaded(path.read_text("utf-8"))
    except (NotPlainError, UnicodeDecodeError):
        return srsly.read_yaml(path)


def quickly_loaded(text: str) -> Any:
    """Return what ``text`` says: the same as ``srsly.read_yaml``, where that reads it.

    Raises:
        NotPlainError: that is not certain; ask srsly.
    """
    if ODD.search(text):
        raise NotPlainError
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - it makes nothing but text, numbers, lists and mappings
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise NotPlainError from error


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    # By no resolver every plain word is text: `_scalar` decides.
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012
    yaml_constructors: dict[Any, Any] = {}  # noqa: RUF012


def _scalar(loader: Any, node: Any) -> Any:
    value: str = node.value
    if node.style or SURELY_TEXT.match(value):
        return value
    if value in PLAIN_VALUES:
        return PLAIN_VALUES[value]
    if WHOLE.fullmatch(value):
        return int(value)
    if BROKEN.fullmatch(value):
        return float(value)
    raise NotPlainError


def _sequence(loader: Any, node: Any) -> list[Any]:
    return [loader.construct_object(item, deep=True) for item in node.value]


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    made = {}
    for key, value in node.value:
        if key.tag != "tag:yaml.org,2002:str" or key.value == "<<":
            raise NotPlainError
        made[loader.construct_object(key, deep=True)] = loader.construct_object(value, deep=True)
    if len(made) != len(node.value):
        # Of two equal keys one would be lost.
        raise NotPlainError
    return made


def _anything_else(loader: Any, node: Any) -> Any:
    raise NotPlainError


_Loader.add_constructor("tag:yaml.org,2002:str", _scalar)
_Loader.add_constructor("tag:yaml.org,2002:seq", _sequence)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor(None, _anything_else)
