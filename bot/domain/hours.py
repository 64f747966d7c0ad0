"""From what a person typed to an hour of the day: "09:00", "9", "9:30 pm", "21h30". Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import time

_WORDS = {"midnight": time(0), "noon": time(12), "midday": time(12)}

_CLOCK = re.compile(
    r"""
    (?P<hour>\d{1,2})
    (?: \s* [:.h] \s* (?P<minute>\d{2}) | \s* h | \s* o'?clock )?
    \s* (?P<half> [ap] \.? m \.? )?
    """,
    re.VERBOSE,
)
_FOUR_DIGITS = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})")


@dataclass(frozen=True, slots=True)
class BadHour:
    """No hour of the day is written like that."""


def parse_hour(text: str) -> time | BadHour:
    """Return the wall-clock time a person means, on the 24-hour clock unless am or pm is said."""
    typed = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if typed in _WORDS:
        return _WORDS[typed]
    if found := _FOUR_DIGITS.fullmatch(typed):
        return _time(int(found["hour"]), int(found["minute"]))
    if found := _CLOCK.fullmatch(typed):
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if found["half"] is None:
            return _time(hour, minute)
        if 1 <= hour <= 12:
            return _time(hour % 12 + (12 if found["half"].startswith("p") else 0), minute)
    return BadHour()


def _time(hour: int, minute: int) -> time | BadHour:
    return time(hour, minute) if hour <= 23 and minute <= 59 else BadHour()
