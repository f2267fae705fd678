"""The bot's requests against Discord's published OpenAPI document, amended as Discord behaves.

jsonschema-rs says whether a request fits, a hundred times faster than jsonschema, which is asked
only for the words about one that does not. Both are development dependencies, imported only when
this is used.
"""

import importlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.sandbox.validation import Json, JsonValue

_JSON = "application/json"
_DOCUMENT = "urn:discord"
# Sent with forum posts by discord.py and taken by Discord; the document does not list it.
_UNLISTED = {"use_nested_fields"}
_MULTIPART = "multipart/form-data"


def open_api(path: Path) -> "OpenApi":
    """The document in a file, read and compiled once for all sandboxes of this process."""
    return _opened(path.resolve(), path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _opened(path: Path, _changed_at: int) -> "OpenApi":
    return OpenApi(path)


class OpenApi:
    """Compiles what it needs when it is needed, and keeps it."""

    def __init__(self, path: Path) -> None:
        self._document: Json = json.loads(path.read_text("utf-8"))
        _amend(self._document["components"]["schemas"])
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "([^/]+)", template) + r"\Z"), template)
            for template in sorted(self._document["paths"], key=lambda each: each.count("{"))
        ]
        self._checks: dict[str, Any] = {}
        self._registry: Any = None

    def problems(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        body: JsonValue,
        *,
        multipart: bool = False,
    ) -> list[tuple[str, str]]:
        """Where a request departs from the document, and how."""
        template, operation = self._operation(method, path)
        if operation is None:
            return [("path", "not in Discord's document")]
        found = self._query_problems(template, operation, query)
        request = operation.get("requestBody")
        if request is None:
            if body not in (None, {}):
                found.append(("body", "this request takes no body"))
            return found
        if body is None:
            if request.get("required") and not multipart:
                found.append(("body", "is required"))
            return found
        content = request["content"]
        kind = _MULTIPART if multipart and _MULTIPART in content else _JSON
        if kind not in content:
            return [*found, ("body", f"is not taken as {kind}")]
        key = f"{method} {template} {kind}"
        found += self._against(key, content[kind]["schema"], body, "body")
        return found

    def _operation(self, method: str, path: str) -> tuple[str, Json | None]:
        for pattern, template in self._paths:
            operation = self._document["paths"][template].get(method.lower())
            if operation is not None and pattern.match(path):
                return template, operation
        return "", None

    def _query_problems(
        self, template: str, operation: Json, query: dict[str, str]
    ) -> list[tuple[str, str]]:
        shared = self._document["paths"][template].get("parameters", [])
        listed = [self._deref(each) for each in [*shared, *operation.get("parameters", [])]]
        known = {each["name"]: each for each in listed if each["in"] == "query"}
        found: list[tuple[str, str]] = []
        for name, value in query.items():
            if name in _UNLISTED:
                continue
            if name not in known:
                found.append((f"query.{name}", "is not a parameter of this route"))
                continue
            schema = known[name].get("schema", {})
            key = f"query {template} {operation['operationId']} {name}"
            readings = [_read(value), value]
            if all(self._against(key, schema, each, name) for each in readings):
                found.append((f"query.{name}", f"{value!r} does not fit"))
        missing = [n for n, each in known.items() if each.get("required") and n not in query]
        return found + [(f"query.{name}", "is required") for name in missing]

    def _deref(self, node: Json) -> Json:
        while "$ref" in node:
            target: Any = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def _against(
        self, key: str, schema: Json, value: JsonValue, where: str
    ) -> list[tuple[str, str]]:
        check = self._checks.get(key)
        if check is None:
            check = self._checks[key] = self._compile(schema)
        if check.is_valid(value):
            return []
        found: list[tuple[str, str]] = []
        for error in self._explained(schema).iter_errors(value):
            deepest = _deepest(error)
            path = ".".join([where, *(str(step) for step in deepest.absolute_path)])
            found.append((path, deepest.message[:300]))
        return found or [(where, "does not fit Discord's document")]

    def _compile(self, schema: Json) -> JsonValue:
        fast: Any = importlib.import_module("jsonschema_rs")
        if self._registry is None:
            self._registry = fast.Registry([(_DOCUMENT, self._document)])
        return fast.Draft202012Validator(_absolute(schema), registry=self._registry)

    def _explained(self, schema: Json) -> JsonValue:
        jsonschema: Any = importlib.import_module("jsonschema")
        referencing: Any = importlib.import_module("referencing")
        draft: Any = importlib.import_module("referencing.jsonschema").DRAFT202012
        resource = referencing.Resource.from_contents(self._document, default_specification=draft)
        registry = referencing.Registry().with_resource(_DOCUMENT, resource)
        return jsonschema.Draft202012Validator(_absolute(schema), registry=registry)


def _deepest(error: JsonValue) -> JsonValue:
    """Of the branches of a oneOf, the complaint of the one that fits best."""
    while error.context:
        kinds = [each for each in error.context if not _wrong_kind(each)]
        error = max(kinds or error.context, key=lambda each: len(each.absolute_path))
    return error


def _wrong_kind(error: JsonValue) -> bool:
    last = error.relative_path[-1] if error.relative_path else None
    return last == "type" or error.validator == "type"


def _absolute(schema: JsonValue) -> JsonValue:
    if isinstance(schema, dict):
        return {
            key: _DOCUMENT + value if key == "$ref" and value.startswith("#") else _absolute(value)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [_absolute(each) for each in schema]
    return schema


def _read(value: str) -> JsonValue:
    """A query parameter's value, which is always text, as what it stands for."""
    if value in ("0", "1"):
        return bool(int(value))
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    return int(value) if re.fullmatch(r"-?[0-9]+", value) else value


def _amend(schemas: Json) -> None:
    """Where Discord takes more than its document says (both seen from discord.py every day)."""
    schemas["SnowflakeType"] = {
        "anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]
    }
    channels = schemas.get("ChannelTypes", {})
    media = {"title": "GUILD_MEDIA", "const": 16}
    for key in ("oneOf", "anyOf"):
        if key in channels and all(each.get("const") != 16 for each in channels[key]):
            channels[key].append(media)
    if "enum" in channels and 16 not in channels["enum"]:
        channels["enum"].append(16)
