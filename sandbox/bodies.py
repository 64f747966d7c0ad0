"""Rules for what a bot may put into messages and forms, with or without the API description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from sandbox.refusal import invalid, refusal
from sandbox.things import Component, Flag, Json, walk

CONTENT: Final = 2000
EMBED_TOTAL: Final = 6000
V2_TEXT: Final = 4000
V2_COMPONENTS: Final = 40
ROWS: Final = 5
_SELECTS: Final = frozenset({3, 5, 6, 7, 8})
_V2_ONLY: Final = frozenset({9, 10, 11, 12, 13, 14, 17})
_IN_MESSAGES: Final = frozenset({1}) | _V2_ONLY
_IN_ROWS: Final = frozenset({2}) | _SELECTS
_IN_LABELS: Final = frozenset({4, 19, 21, 22, 23}) | _SELECTS
_SENDABLE_FLAGS: Final = (
    Flag.SUPPRESS_EMBEDS | Flag.EPHEMERAL | Flag.SUPPRESS_NOTIFICATIONS | Flag.V2
)


def check_message(body: Json, *, flags: int, attached: int) -> None:
    """Refuse a message body that breaks a rule. `flags` are the resulting ones, after an edit."""
    content = body.get("content") or ""
    embeds = body.get("embeds") or []
    components = body.get("components") or []
    too_long("content", content, CONTENT)
    if flags & ~_SENDABLE_FLAGS:
        raise invalid("flags", "MESSAGE_FLAGS_INVALID", "Flags can not be set.")
    if len(embeds) > 10:
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    _check_embeds(embeds)
    if attached > 10:
        raise refusal(30015)
    if flags & Flag.V2:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(key):
                raise invalid(
                    key,
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                )
    _check_components(components, v2=bool(flags & Flag.V2))


def check_not_empty(*parts: object) -> None:
    """Refuse a message in which none of the parts says anything."""
    if not any(part.strip() if isinstance(part, str) else part for part in parts):
        raise refusal(50006)


def too_long(path: str, text: str, most: int) -> None:
    if len(text) > most:
        raise invalid(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _check_embeds(embeds: list[Json]) -> None:
    total = 0
    for index, embed in enumerate(embeds):
        here = f"embeds.{index}"
        too_long(f"{here}.title", embed.get("title") or "", 256)
        too_long(f"{here}.description", embed.get("description") or "", 4096)
        fields = embed.get("fields") or []
        if len(fields) > 25:
            raise invalid(
                f"{here}.fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."
            )
        for place, pair in enumerate(fields):
            for key, most in (("name", 256), ("value", 1024)):
                if not (pair.get(key) or "").strip():
                    path = f"{here}.fields.{place}.{key}"
                    raise invalid(path, "BASE_TYPE_REQUIRED", "This field is required")
                too_long(f"{here}.fields.{place}.{key}", pair[key], most)
        total += sum(map(len, _embed_words(embed)))
    if total > EMBED_TOTAL:
        raise invalid(
            "embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"
        )


def _embed_words(embed: Json) -> Iterator[str]:
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for pair in embed.get("fields") or []:
        yield pair["name"]
        yield pair["value"]


def _check_components(components: list[Json], *, v2: bool) -> None:
    everything = list(walk(components))
    unique_custom_ids(everything)
    if len(components) > ROWS and not v2:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, part in enumerate(components):
        if part["type"] not in _IN_MESSAGES or (part["type"] != Component.ROW and not v2):
            raise invalid(f"components.{index}.type", "UNION_TYPE_CHOICES", "Value is not allowed.")
    if v2 and len(everything) > V2_COMPONENTS:
        raise invalid("components", "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in length.")
    words = sum(len(one["content"]) for one in everything if one["type"] == Component.TEXT_DISPLAY)
    if words > V2_TEXT:
        raise invalid(
            "components", "COMPONENT_MAX_TOTAL_TEXT_SIZE_EXCEEDED", "Text exceeds 4000 characters."
        )
    for part in everything:
        if part["type"] == Component.ROW:
            _check_row(part)
        elif part["type"] == Component.BUTTON:
            _check_button(part)
        elif part["type"] in _SELECTS:
            check_select(part)


def unique_custom_ids(everything: list[Json]) -> None:
    counted = Counter(part["custom_id"] for part in everything if part.get("custom_id") is not None)
    for custom_id, count in counted.items():
        too_long("components.custom_id", custom_id, 100)
        if count > 1:
            raise invalid(
                "components",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )


def _check_row(row: Json) -> None:
    inside = row.get("components") or []
    kinds = {part["type"] for part in inside}
    if not inside or kinds - _IN_ROWS:
        raise invalid("components", "UNION_TYPE_CHOICES", "A row holds buttons or one select.")
    if len(inside) > (5 if kinds == {Component.BUTTON} else 1):
        raise invalid("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The row is too wide.")


def _check_button(button: Json) -> None:
    link = button.get("style") == 5
    if link == (button.get("custom_id") is not None) or link != (button.get("url") is not None):
        raise invalid(
            "components", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id or a link, not both."
        )
    too_long("components.label", button.get("label") or "", 80)
    if not button.get("label") and not button.get("emoji"):
        raise invalid(
            "components", "BUTTON_COMPONENT_INVALID_EMPTY", "A button needs a label or an emoji."
        )


def check_select(select: Json) -> None:
    options = select.get("options") or []
    if select["type"] == Component.SELECT and not 1 <= len(options) <= 25:
        raise invalid(
            "components.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length."
        )
    if len({one["value"] for one in options}) < len(options):
        raise invalid(
            "components.options",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            "The specified option value is already used",
        )
    most = select.get("max_values", 1)
    if select["type"] == Component.SELECT and most is not None and most > len(options):
        raise invalid(
            "components.max_values", "BASE_TYPE_MAX_VALUE", "More than there are options."
        )


def check_form(form: Json) -> None:
    """Refuse a modal that breaks a rule."""
    components = form.get("components") or []
    if not form.get("title") or not form.get("custom_id"):
        raise invalid("data.title", "BASE_TYPE_REQUIRED", "This field is required")
    too_long("data.title", form["title"], 45)
    if not 1 <= len(components) <= 5:
        raise invalid(
            "data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
        )
    everything = list(walk(components))
    unique_custom_ids(everything)
    for part in components:
        if part["type"] == Component.LABEL:
            too_long("data.components.label", part["label"], 45)
            too_long("data.components.description", part.get("description") or "", 100)
            fields = [part["component"]]
            allowed = _IN_LABELS
        elif part["type"] == Component.ROW:
            fields = part["components"]
            allowed = frozenset({int(Component.TEXT_INPUT)})
        else:
            fields, allowed = [part], frozenset({int(Component.TEXT_DISPLAY)})
        for one in fields:
            if one["type"] not in allowed:
                raise invalid("data.components", "UNION_TYPE_CHOICES", "Value is not allowed.")
            if one["type"] in _SELECTS:
                check_select(one)
