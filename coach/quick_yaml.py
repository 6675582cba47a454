"""Reads the YAML of rule files much faster than srsly does, or not at all.

Reading three hundred rule files in plain Python takes longer than all else on the first run. PyYAML's compiled parser
reads them in a fraction of the time, but takes ``no`` and ``1:30`` for other things than text. Here every word is text,
but for the few that mean the same to everybody; a file that holds anything else is left to srsly, which says what is
wrong with it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

# Text in any reading of YAML: it cannot be a number, a time, a truth value, nothing, or a merge of keys.
SURELY_TEXT = re.compile(r"(?!(?:true|false|null|yes|no|on|off|y|n|nan|inf)$)[A-Za-z(^$]|\d+ [a-z]", re.IGNORECASE)
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,15})")
BROKEN = re.compile(r"-?(?:0|[1-9][0-9]{0,9})\.[0-9]{1,9}")
PLAIN_VALUES = {"": None, "null": None, "true": True, "false": False, "yes": "yes", "no": "no"}
# Tabs, tags, anchors and comments in blocks are taken in one way by one reader and in another by the next.
ODD = re.compile(r"\t|(?:^|[\s,\[{:?-])[&!]|[|>][-+0-9]*\s*#")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotPlainError(Exception):
    """The file holds something that readers of YAML may differ about, or is no YAML."""


def read_yaml(path: Path) -> Any:
    """Return what the YAML file at ``path`` says; the errors are those of ``srsly.read_yaml``."""
    try:
        return quickly_loaded(path.read_text("utf-8"))
    except (NotPlainError, UnicodeDecodeError):
        import srsly

        return srsly.read_yaml(path)


def quickly_loaded(text: str) -> Any:
    """Return what ``text`` says: the same as ``srsly.read_yaml``, where that reads it.

    Raises:
        NotPlainError: that is not certain; ask srsly.
    """
    if ODD.search(text):
        raise NotPlainError
    try:
        node = yaml.compose(text, Loader=LOADER)
        return None if node is None else _value(node)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise NotPlainError from error


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    made = {_key(key): _value(value) for key, value in node.value}
    if len(made) != len(node.value):
        # Of two equal keys one would be lost.
        raise NotPlainError
    return made


def _key(node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode) or node.value == "<<":
        raise NotPlainError
    return _scalar(node)


def _scalar(node: yaml.ScalarNode) -> Any:
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
