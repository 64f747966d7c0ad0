"""Checking JSON against Discord's own API description, when its file is there. Compiled lazily."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from sandbox.things import Json

_METHODS: Final = ("get", "put", "post", "patch", "delete")


class Description:
    """The file, with its known quirks repaired, and one validator for each operation asked for."""

    def __init__(self, asked: Json, document: Json) -> None:
        self._asked = asked
        """Repaired, for what the bot sends; our own answers get no such mercy."""
        self._document = document
        self._validators: dict[tuple[str, ...], jsonschema_rs.Draft202012Validator] = {}
        self._asked_paths = _by_shape(asked)
        self._paths = _by_shape(document)

    def describes(self, method: str, template: str) -> bool:
        """Whether there is such an operation."""
        return method.lower() in self._paths.get(_shape(template), {})

    def request_faults(self, method: str, template: str, body: Any) -> Iterator[tuple[str, str]]:
        """Where a body breaks the description: (place written with dots, what is wrong)."""
        operation = self._asked_paths.get(_shape(template), {}).get(method.lower())
        if operation is None:
            return
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        yield from self._faults(("request", method, template), schema, body)

    def answer_faults(
        self, method: str, template: str, status: int, body: Any
    ) -> Iterator[tuple[str, str]]:
        """Where one of the sandbox's own answers breaks it."""
        operation = self._paths.get(_shape(template), {}).get(method.lower())
        if operation is None:
            return
        responses = operation["responses"]
        found = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if found is None:
            yield "", f"status {status} is not described"
            return
        if "$ref" in found:
            found = self._resolve(found["$ref"])
        schema = found.get("content", {}).get("application/json", {}).get("schema")
        if schema is None and body is not None:
            yield "", f"status {status} has no body"
        yield from self._faults(("answer", method, template, str(status)), schema, body)

    def _resolve(self, reference: str) -> Json:
        found: Any = self._document
        for key in reference.removeprefix("#/").split("/"):
            found = found[key]
        return dict(found)

    def _faults(
        self, key: tuple[str, ...], schema: Json | None, body: Any
    ) -> Iterator[tuple[str, str]]:
        if schema is None or body is None:
            return
        if key not in self._validators:
            document = self._asked if key[0] == "request" else self._document
            whole = schema | {"components": document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole)
        validator = self._validators[key]
        if validator.is_valid(body):
            return
        for fault in validator.iter_errors(body):
            yield ".".join(map(str, fault.instance_path)), fault.message[:300]


def _by_shape(document: Json) -> dict[str, Json]:
    return {_shape(path): operations for path, operations in document["paths"].items()}


def _shape(path: str) -> str:
    """A path without the names of its places, which differ between descriptions."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


@cache
def description(path: Path) -> Description:
    """Read the file once for each process."""
    text = path.read_text(encoding="utf-8")
    asked = json.loads(text)
    _repair(asked)
    answered = json.loads(text)
    # described as a number, documented and sent as a name
    inner = answered["components"]["schemas"]["InnerErrors"]["properties"]["_errors"]
    inner["items"] = {"type": "object", "required": ["code", "message"]}
    return Description(asked, answered)


def _repair(document: Json) -> None:
    """Mend what the description and its users are known to disagree on."""
    schemas = document["components"]["schemas"]
    snowflake = schemas["SnowflakeType"]
    schemas["SnowflakeType"] = {"anyOf": [snowflake, {"type": "integer", "minimum": 0}]}
    kinds = schemas.get("ChannelTypes", {})
    if "oneOf" in kinds:
        kinds["oneOf"].append({"const": 16, "title": "GUILD_MEDIA"})
    for schema in schemas.values():
        _repair_bits(schema)
    for operations in document["paths"].values():
        for method in _METHODS:
            if method in operations:
                _repair_bits(operations[method])


def _repair_bits(node: Any) -> None:
    """`allow`, `deny` and `permissions` are described as numbers and sent as digits."""
    if isinstance(node, list):
        for one in node:
            _repair_bits(one)
        return
    if not isinstance(node, dict):
        return
    for name, schema in node.get("properties", {}).items():
        kinds = schema.get("type") if isinstance(schema, dict) else None
        if name in {"allow", "deny", "permissions", "default_member_permissions"} and (
            kinds == "integer" or (isinstance(kinds, list) and "integer" in kinds)
        ):
            node["properties"][name] = {
                "anyOf": [schema, {"type": "string", "pattern": "^[0-9]+$"}]
            }
    for value in node.values():
        _repair_bits(value)
