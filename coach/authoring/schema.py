"""JSON Schemas of the files of a rule folder, by which editors complete and check them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from coach.rule_models import Moment, Rule
from coach.scorecard import Scorecard

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS: dict[str, type[BaseModel]] = {"moment": Moment, "rule": Rule, "scorecard": Scorecard}
EXTENDS = {"type": "string", "description": "The id of the file that this one changes."}


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of the files of one of ``KINDS``: their id is their place and name, and no key."""
    schema = KINDS[kind].model_json_schema()
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
