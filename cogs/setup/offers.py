"""What /setup offers while a moderator types. Pure; what they finally send is read in parse.py."""

from datetime import time

from bot.domain.hours import BadHour, parse_hour
from bot.domain.weekdays import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    WEEKEND,
    BadWeekdays,
    Weekdays,
    parse_weekdays,
)
from bot.domain.zones import search_zones

HOURS = tuple(time(hour) for hour in (7, 8, 9, 10, 12, 17, 18, 19, 20, 21))
DAYS = (EVERY_DAY, MONDAY_TO_FRIDAY, WEEKEND)


def zones(typed: str) -> list[str]:
    """Return zone names for what was typed so far."""
    return list(search_zones(typed))


def hours(typed: str) -> list[str]:
    """Return the hour that was typed, with its quarters, or a few usual ones."""
    at = parse_hour(typed)
    if isinstance(at, BadHour):
        return [_spoken(hour) for hour in HOURS]
    quarters = [at.replace(minute=minute) for minute in (0, 15, 30, 45)]
    return list(dict.fromkeys(map(_spoken, [at, *quarters])))


def days(typed: str) -> list[Weekdays]:
    """Return the days that were typed, or the usual sets."""
    chosen = parse_weekdays(typed)
    return list(DAYS) if isinstance(chosen, BadWeekdays) else [chosen]


def _spoken(at: time) -> str:
    return at.strftime("%H:%M")
