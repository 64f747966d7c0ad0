"""From what Discord sends to plain values. A forged payload becomes Misread, never an error."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.answers import LINE_LIMIT, Answer
from bot.domain.ids import GroupId
from bot.domain.plain_text import tidy
from cogs.consent_card import PREFIX

PROMPT = re.compile(r"p:(?P<marker>[0-9a-f]{24})")
_ABOUT = r":(?P<group>\d{1,18}):(?P<day>\d{4}-\d{2}-\d{2})"
CONSENT = re.compile(f"{PREFIX}{_ABOUT}")
FORM = re.compile(f"f{_ABOUT}")

MOOD, URGE, LINE = "mood", "urge", "line"
"""The custom_ids of the form's three fields."""


@dataclass(frozen=True, slots=True)
class Misread:
    """The payload is not one that our form or button can send."""


def read_day(match: re.Match[str]) -> tuple[GroupId, date] | Misread:
    """Return the group and the date that a custom_id names."""
    try:
        return GroupId(int(match["group"])), date.fromisoformat(match["day"])
    except ValueError:
        return Misread()


def read_form(data: Mapping[str, Any] | None) -> Answer | Misread:
    """Return the answer in a submitted form."""
    fields = dict(_fields((data or {}).get("components")))
    mood = _number(fields.get(MOOD), 1, 5)
    urge = _number(fields.get(URGE), 0, 10)
    line = fields.get(LINE, "")
    if isinstance(mood, Misread) or isinstance(urge, Misread) or len(line) > LINE_LIMIT:
        return Misread()
    if mood is None:
        return Misread()
    return Answer(mood, urge, tidy(line))


def typed_line(data: Mapping[str, Any] | None) -> str | None:
    """Return what was typed as the line, even where the rest of the form cannot be read."""
    return tidy(dict(_fields((data or {}).get("components"))).get(LINE, "")[:LINE_LIMIT])


def _fields(components: object) -> Iterator[tuple[str, str]]:
    """Yield custom_id and value of each field, at any depth of labels and rows."""
    for component in components if isinstance(components, list) else []:
        if not isinstance(component, dict):
            continue
        yield from _fields([component.get("component")])
        yield from _fields(component.get("components"))
        values = component.get("values")
        value = values[0] if isinstance(values, list) and values else component.get("value")
        custom_id = component.get("custom_id")
        if isinstance(custom_id, str) and isinstance(value, str):
            yield custom_id, value


def _number(text: str | None, lowest: int, highest: int) -> int | Misread | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,2}", text, re.ASCII):
        return Misread()
    return int(text) if lowest <= int(text) <= highest else Misread()
