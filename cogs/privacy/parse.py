"""What the buttons, the list and the form of /privacy send, as patterns and plain values."""

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.keeping import may_keep
from cogs.consent_card import PREFIX

HERE = re.compile(r"h:(?P<act>show|export|ask|erase|choices|less|number|stay|keep)")
"""What concerns one server: the one in which the button was pressed."""

EVERYWHERE = re.compile(r"h:(?P<act>export|ask|erase)-all")

MINE_SUFFIX = ":mine"
MINE = re.compile(f"{PREFIX}{MINE_SUFFIX}")

DAYS = re.compile(r"h:days")
GO = re.compile(r"h:go:(?P<days>\d{1,4})")
NUMBER_FORM = re.compile(r"h:number")

NUMBER = "number"
"""The custom_id of the form's one field."""

LONGEST_NUMBER = 40
"""More than a number needs: whoever writes a sentence gets it back whole."""

_TYPED_DAYS = re.compile(r"\s*(?P<days>\d{1,4})\s*(d|days?)?\.?\s*", re.IGNORECASE)


def read_days(text: str) -> int | None:
    """Return for how many days somebody wants to keep, None where that cannot be."""
    match = _TYPED_DAYS.fullmatch(text)
    if match is None:
        return None
    days = int(match["days"])
    return days if may_keep(days) else None


def chosen_days(data: Mapping[str, Any] | None) -> int | None:
    """Return the one choice of the list; None where it is not one the list has."""
    values = (data or {}).get("values")
    if not isinstance(values, list) or len(values) != 1 or not isinstance(values[0], str):
        return None
    return read_days(values[0])


def typed_number(data: Mapping[str, Any] | None) -> str:
    """Return what was typed into the form, empty where it cannot be found."""
    for label in (data or {}).get("components") or ():
        field = label.get("component") if isinstance(label, dict) else None
        if isinstance(field, dict) and field.get("custom_id") == NUMBER:
            return str(field.get("value") or "")[:LONGEST_NUMBER]
    return ""
