"""JSON Schemas of the files of a rule folder, by which editors complete and check them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from coach.rule_models import Moment, Rule
from coach.rule_yaml import Strict
from coach.scorecard import Scorecard

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS: dict[str, type[BaseModel]] = {"moment": Moment, "rule": Rule, "scorecard": Scorecard}
EXTENDS = {"type": "string", "description": "The id of the file that this one changes."}


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of the files of one of ``KINDS``: their id is their place and name, and no key."""
    schema = KINDS[kind].model_json_schema()
    _describe(schema, KINDS[kind])
    models = {model.__name__: model for model in Strict.__subclasses__()}
    for name, part in schema.get("$defs", {}).items():
        if name in models:
            _describe(part, models[name])
    properties = {key: value for key, value in schema["properties"].items() if key != "id"}
    required = [key for key in schema.get("required", ()) if key != "id"]
    lists = "|".join(sorted(properties))
    return {
        "$schema": DRAFT,
        "title": f"Call Coach: {kind}",
        **{key: value for key, value in schema.items() if key not in ("title", "properties", "required")},
        "properties": {"extends": EXTENDS, **properties},
        "patternProperties": {
            rf"^({lists})[+-]$": {"description": "Adds to (+) or takes away from (-) a list of the file it extends."}
        },
        "anyOf": [{"required": required}, {"required": ["extends"]}],
    }


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Add to the keys of ``schema`` what stands below them in the code of ``model``."""
    # pydantic can do it while a model is made (use_attribute_docstrings), at every start of every command.
    for key, text in _texts(model):
        if key in schema["properties"]:
            told = {**schema["properties"][key], "description": text}
            schema["properties"][key] = dict(sorted(told.items()))


def _texts(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the keys of ``model`` that have a text below them in its code, and the text."""
    (code,) = ast.parse(inspect.getsource(model)).body
    lines = code.body if isinstance(code, ast.ClassDef) else []
    for line, below in pairwise(lines):
        if (
            isinstance(line, ast.AnnAssign)
            and isinstance(line.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            yield line.target.id, inspect.cleandoc(below.value.value)
