"""What the crisis card's buttons mean: from a custom_id and back. A forged one becomes the card."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.domain.crisis import Directory
from bot.domain.crisis_countries import LONGEST_TYPED
from bot.domain.crisis_opening import Opening, Origin
from cogs.urgent import OPEN

OPENED = re.compile(re.escape(OPEN))
PAGE = re.compile(
    r"k:(?P<verb>lines|overdose|worried|remember|forget)"
    r":(?P<code>[A-Z]{2}|00):(?P<number>\d{1,2}):(?P<origin>\d)"
)
PICKED = re.compile(r"k:pick")
FORM = re.compile(r"k:form")

COUNTRY = "country"
"""The custom_id of the form's one field."""

ELSEWHERE = "00"
"""The choice of a country that is not in the list; in a button, no country."""


class Verb(StrEnum):
    """What a button of the card does."""

    LINES = "lines"
    OVERDOSE = "overdose"
    WORRIED = "worried"
    REMEMBER = "remember"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the card somebody is: with which country, how found, and on which page."""

    code: str
    origin: Origin
    number: int = 0

    def id(self, verb: Verb, number: int | None = None) -> str:
        """Return the custom_id of a button that leads from here."""
        page = self.number if number is None else number
        return f"k:{verb.value}:{self.code}:{page}:{self.origin.value}"

    def at(self, number: int) -> "Place":
        return replace(self, number=number)


def place_of(opening: Opening) -> Place:
    """Return the first page with the country that was found."""
    code = ELSEWHERE if opening.country is None else opening.country.code
    return Place(code, opening.origin)


def read_place(match: re.Match[str], directory: Directory) -> tuple[Verb, Place, Opening]:
    """Return what was pressed and where; a country that is gone reads as none."""
    country = directory.country(match["code"])
    known = {each.value for each in Origin}
    origin = Origin(match["origin"]) if match["origin"] in known else Origin.NAMED
    if country is None:
        origin = Origin.NOWHERE
    opening = Opening(country, origin)
    return Verb(match["verb"]), place_of(opening).at(int(match["number"])), opening


def picked(data: Any) -> str:
    """Return the value chosen in the select, "" where there is none."""
    values = (data or {}).get("values")
    return values[0] if isinstance(values, list) and values and isinstance(values[0], str) else ""


def typed_country(data: Any) -> str:
    """Return what was typed into the form, "" where nothing can be read."""
    for row in (data or {}).get("components") or []:
        field = row.get("component") if isinstance(row, dict) else None
        value = field.get("value") if isinstance(field, dict) else None
        if isinstance(value, str):
            return value[:LONGEST_TYPED]
    return ""
