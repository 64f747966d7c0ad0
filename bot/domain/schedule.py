"""When a group is asked: local hour, weekdays and zone, turned into moments. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.resolver import due
from bot.domain.weekdays import Weekdays

DAY_BOUNDARY = time(3, 0)
"""A group's day ends at this local hour of the next date; answers are taken until then."""

TIMELY = timedelta(hours=3)
"""A prompt later than this, or past its own local date, is skipped rather than posted."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A group's rhythm as people say it: "at 09:00 in Europe/Berlin, Monday to Friday"."""

    zone: str
    at: time
    weekdays: Weekdays


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One prompt to come: the local date it belongs to, the UTC moments it is due and useless."""

    day: date
    due_at: datetime
    expires_at: datetime


def occurrence(schedule: Schedule, day: date) -> Occurrence | None:
    """Return the prompt of `day`, or None on a day off or a date the zone never had."""
    zone = ZoneInfo(schedule.zone)
    if day not in schedule.weekdays:
        return None
    moment = due(zone, day, schedule.at)
    if moment is None:
        return None
    return Occurrence(day, moment, min(moment + TIMELY, _end_of(zone, day)))


def occurrences(schedule: Schedule, first: date) -> Iterator[Occurrence]:
    """Yield the prompts from local date `first` on, in order, without end (to year 9999)."""
    day = first
    while day < date.max:
        found = occurrence(schedule, day)
        if found is not None:
            yield found
        day += timedelta(days=1)


def upcoming(schedule: Schedule, now: datetime) -> Iterator[Occurrence]:
    """Yield the prompts due strictly after `now`."""
    first = now.astimezone(ZoneInfo(schedule.zone)).date() - timedelta(days=1)
    return (found for found in occurrences(schedule, first) if found.due_at > now)


def closes_at(zone_name: str, day: date) -> datetime:
    """Return the UTC moment after which `day` takes no more answers: the next day's boundary."""
    zone = ZoneInfo(zone_name)
    tomorrow = day + timedelta(days=1)
    found = due(zone, tomorrow, DAY_BOUNDARY)
    if found is not None:
        return found
    return _end_of(zone, day)  # the next date does not exist in this zone


def group_day(schedule: Schedule, now: datetime) -> date:
    """Return the date an answer given now belongs to.

    Before the boundary it is still yesterday, unless today's prompt is itself due that early and
    has been asked already.
    """
    local = now.astimezone(ZoneInfo(schedule.zone))
    if local.time() >= DAY_BOUNDARY:
        return local.date()
    today = occurrence(schedule, local.date())
    if today is not None and today.due_at <= now:
        return local.date()
    return local.date() - timedelta(days=1)


def _end_of(zone: ZoneInfo, day: date) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
    return midnight.astimezone(UTC)
