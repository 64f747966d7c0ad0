"""Which days of the week: a small set with words for people. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week as seven bits, Monday the lowest. Never empty."""

    mask: int

    def __post_init__(self) -> None:
        if not 1 <= self.mask <= 127:
            raise ValueError("a check-in needs at least one weekday")

    def __contains__(self, day: date) -> bool:
        return bool(self.mask >> day.weekday() & 1)

    def __iter__(self) -> Iterator[int]:
        """Yield the chosen days, 0 for Monday to 6 for Sunday."""
        return (number for number in range(7) if self.mask >> number & 1)


EVERY_DAY = Weekdays(0b1111111)
MONDAY_TO_FRIDAY = Weekdays(0b0011111)
WEEKEND = Weekdays(0b1100000)

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_SETS = {
    "every day": EVERY_DAY,
    "everyday": EVERY_DAY,
    "each day": EVERY_DAY,
    "daily": EVERY_DAY,
    "all": EVERY_DAY,
    "all days": EVERY_DAY,
    "weekday": MONDAY_TO_FRIDAY,
    "weekdays": MONDAY_TO_FRIDAY,
    "every weekday": MONDAY_TO_FRIDAY,
    "weekend": WEEKEND,
    "weekends": WEEKEND,
    "every weekend": WEEKEND,
}
_RANGE = frozenset({"-", "–", "—", "to", "through", "until", "till"})
# Short forms that are not the beginning of the name.
_SHORT = (("mons",), ("tues",), ("weds",), ("thur", "thurs"), ("fris",), ("sats",), ("suns",))
_SILENT = frozenset({",", ";", "/", "+", "&", ".", "and", "on", "every", "each"})


@dataclass(frozen=True, slots=True)
class BadWeekdays:
    """No days of the week are written like that."""


def parse_weekdays(text: str) -> Weekdays | BadWeekdays:
    """Return the days a person means: "every day", "mon-fri", "mon wed fri", "weekend"."""
    typed = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if typed in _SETS:
        return _SETS[typed]
    tokens = [token for token in re.findall(r"[^\W\d_]+|\S", typed) if token not in _SILENT]
    mask = _mask(tokens)
    return Weekdays(mask) if mask else BadWeekdays()


def words(weekdays: Weekdays) -> str:
    """Return the days as people say them, such as "Monday to Friday"."""
    if weekdays == EVERY_DAY:
        return "every day"
    days = list(weekdays)
    names = [NAMES[day] for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]} to {names[-1]}"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _mask(tokens: list[str]) -> int | None:
    """Return the bits of days and ranges of days, or None where a token is neither."""
    mask, place = 0, 0
    while place < len(tokens):
        first = last = _day(tokens[place])
        if place + 2 < len(tokens) and tokens[place + 1] in _RANGE:
            last = _day(tokens[place + 2])
            place += 2
        if first is None or last is None:
            return None
        # "Friday to Monday" goes round the end of the week
        mask |= sum(1 << (first + step) % 7 for step in range((last - first) % 7 + 1))
        place += 1
    return mask


def _day(token: str) -> int | None:
    """Return the day that "m..." of at least two letters begins, singular or plural."""
    for number, name in enumerate(NAMES):
        if len(token) >= 2 and f"{name.casefold()}s".startswith(token):
            return number
        if token in _SHORT[number]:
            return number
    return None
