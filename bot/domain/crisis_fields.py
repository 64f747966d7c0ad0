"""Read one row of the crisis directory field by field, and say in a sentence what is wrong. Pure.

Nothing is mended: a field is as the schema says, or it is a fault and reads as absent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

NUMBER = re.compile(r"[*+(]?[0-9][0-9 ()-]{0,23}[0-9]")
TEXT_NUMBER = re.compile(r"[0-9][0-9A-Z -]{1,23}[0-9A-Z]")
WHATSAPP_NUMBER = re.compile(r"\+[1-9][0-9 -]{6,22}[0-9]")
EMERGENCY_NUMBER = re.compile(r"[0-9]{2,6}")
MENU_KEY = re.compile(r"[0-9*#]")
KEYWORD = re.compile(r"\w{1,20}")
IDENTIFIER = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)+")
COUNTRY_CODE = re.compile(r"[A-Z]{2}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
PAGE = re.compile(r"https://[!#-;=?-Z_a-z~]{4,200}")

SAME_DIGITS = re.compile(r"(?<![^\W_])[0-9](?:[ ().-]*[0-9]){2,}")
"""What somebody could dial: three digits or more that do not hang on a word."""

YEAR = re.compile(r"(?:19|20)[0-9]{2}")
TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}")

NOT_IN_TEXT = frozenset("<>@`\\|\ufffd")
"""Discord reads these as more than text; the last one stands for bytes nobody could read."""

SHORT, LONG = 80, 160

Choice = TypeVar("Choice", bound=StrEnum)


class Row:
    """One block. Ask it for each field; then `faults` holds one sentence for each that is wrong."""

    def __init__(self, content: object, called: str) -> None:
        self.called = called
        self.faults: list[str] = []
        self._asked: set[str] = set()
        self._fields: Mapping[str, object] = {}
        if isinstance(content, dict):
            self._fields = {str(key): value for key, value in content.items()}
        else:
            self.fault("is not a block of fields")

    def fault(self, what: str) -> None:
        """Note that the row `what`, such as "has no id"."""
        self.faults.append(f"{self.called} {what}")

    def ask(self, field: str) -> object | None:
        """Return what stands in a field, whatever it is."""
        self._asked.add(field)
        return self._fields.get(field)

    def text(self, field: str, longest: int = SHORT) -> str | None:
        """Return a plain line of text that may be missing."""
        found = self.ask(field)
        if found is None:
            return None
        if is_plain(found, longest):
            return str(found)
        self.fault(f"has a {field} that is not one plain line of at most {longest} characters")
        return None

    def shaped(self, field: str, shape: re.Pattern[str], example: str) -> str | None:
        """Return a text of a certain shape that may be missing."""
        found = self.ask(field)
        if found is None:
            return None
        if isinstance(found, str) and shape.fullmatch(found):
            return found
        self.fault(f"has a {field} that does not look like {example}")
        return None

    def page(self, field: str) -> str | None:
        """Return the address of a page that may be missing."""
        found = self.shaped(field, PAGE, "https://example.org/")
        if found is not None and "." not in _host(found):
            self.fault(f"has a {field} that leads to no site")
            return None
        return found

    def choice(self, field: str, choices: type[Choice]) -> Choice | None:
        """Return one of a few words that may be missing."""
        found = self.ask(field)
        if found is None:
            return None
        named = next((each for each in choices if each.value == found), None)
        if named is None:
            self.fault(f"has a {field} that is none of {', '.join(choices)}")
        return named

    def day(self, field: str) -> date | None:
        """Return a date that may be missing."""
        found = self.ask(field)
        if found is None:
            return None
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        self.fault(f"has a {field} that is not a date such as 2026-11-22")
        return None

    def items(self, field: str) -> list[object]:
        """Return a list that may be missing."""
        found = self.ask(field)
        if found is None or isinstance(found, list):
            return list(found or [])
        self.fault(f"has {field} that are not a list")
        return []

    def all_shaped(self, field: str, shape: re.Pattern[str], example: str) -> tuple[str, ...]:
        """Return the texts of a list, each of a certain shape."""
        found = self.items(field)
        good = tuple(each for each in found if isinstance(each, str) and shape.fullmatch(each))
        if len(good) < len(found):
            self.fault(f"has {field} that do not all look like {example}")
        return good

    def needs(self, **found: object) -> None:
        """Note each field that has to be there and is not."""
        for field, value in found.items():
            if value in (None, ()) and not self._fields.get(field):
                self.fault(f"has no {field}")

    def ends(self) -> None:
        """Note the fields that no one has asked for: most are misspelt."""
        for field in sorted(self._fields.keys() - self._asked):
            shown = field if is_plain(field, SHORT) else "of an unreadable name"
            self.fault(f"has a field {shown}, which is not in the schema")


def is_plain(found: object, longest: int) -> bool:
    """Whether something is one line that Discord shows as it is written."""
    return (
        isinstance(found, str)
        and 0 < len(found) <= longest
        and found == found.strip()
        and found.isprintable()
        and NOT_IN_TEXT.isdisjoint(found)
        and "://" not in found
    )


def digits(number: str) -> str:
    """Return what is dialled."""
    return "".join(each for each in number if each.isdecimal())


def foreign_numbers(text: str, own: Iterable[str]) -> Iterator[str]:
    """Return what could be dialled in a text: neither its row's own number nor a year or time."""
    ours = [digits(number) for number in own]
    for found in SAME_DIGITS.findall(TIME.sub("", text)):
        if not YEAR.fullmatch(found) and not any(digits(found) in number for number in ours):
            yield found


def _host(page: str) -> str:
    try:
        return urlsplit(page).hostname or ""
    except ValueError:
        return ""
