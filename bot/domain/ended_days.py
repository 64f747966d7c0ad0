"""What a moderator may know of a group's days that are over: a count of people, or none. Pure.

Every day is told by itself. There is no total, of a week or of a server: a total less the days
that are told would be the days that are not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.floors import people
from bot.domain.schedule import Schedule, closes_at

DAYS = 7

REACH = timedelta(days=DAYS + 3)
"""As far back lies whatever can be among the last DAYS days, wherever on earth the group is."""


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day whose prompt was posted. `people` is None where too few checked in to say how many."""

    day: date
    people: int | None


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which the group's rhythm, as it is now, asks nothing."""

    day: date


@dataclass(frozen=True, slots=True)
class UnaskedDay:
    """A day of the group's rhythm whose prompt was not posted."""

    day: date


EndedDay = AskedDay | DayOff | UnaskedDay


def ended_days(
    schedule: Schedule, began: datetime, asked: Mapping[date, int | None], now: datetime
) -> tuple[EndedDay, ...]:
    """Return the last DAYS days that are over, newest first, none from before the group `began`.

    `asked`: the days of the past REACH whose prompt was posted, with how many people they had in
    the end; None where the day is still open or was not counted yet.
    """
    zone = _known(schedule.zone)
    over = (
        day
        for day in _back_from(now.astimezone(ZoneInfo(zone)).date(), (now - REACH).date())
        if closes_at(zone, day) <= now and asked.get(day, 0) is not None
    )
    first = began.astimezone(ZoneInfo(zone)).date()
    return tuple(_told(schedule, day, asked) for day in islice(over, DAYS) if day >= first)


def _told(schedule: Schedule, day: date, asked: Mapping[date, int | None]) -> EndedDay:
    count = asked.get(day)
    if count is not None:
        return AskedDay(day, people(count))
    return UnaskedDay(day) if day in schedule.weekdays else DayOff(day)


def _back_from(newest: date, oldest: date) -> Iterator[date]:
    return (newest - timedelta(days=back) for back in range((newest - oldest).days + 1))


def _known(zone: str) -> str:
    """Return the zone, or UTC for one that the zone data no longer know."""
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
