"""When a backup is due, and which backups are kept. Pure.

A clock that was wrong leaves backups dated later than now. They are good copies of an unknown age:
none of them stands in the way of a new one, and each goes as soon as its place is wanted.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta

DAILY = 7
WEEKLY = 4
EVERY = timedelta(hours=24)


def choose_to_keep(times: Iterable[datetime], now: datetime) -> set[datetime]:
    """Return which of the backups made at `times` (aware, in UTC) are kept at `now`.

    The newest of each of seven days and of each of four weeks. Days and weeks without a backup do
    not count: a host who was away loses nothing by it.
    """
    days: dict[Hashable, datetime] = {}
    weeks: dict[Hashable, datetime] = {}
    for moment in sorted(times, key=lambda each: (each <= now, each), reverse=True):
        if len(days) < DAILY:
            days.setdefault(moment.date(), moment)
        if len(weeks) < WEEKLY:
            weeks.setdefault(moment.isocalendar()[:2], moment)
    return {*days.values(), *weeks.values()}


def newest_until(times: Iterable[datetime], now: datetime) -> datetime | None:
    """Return the newest of `times` that is not later than `now`."""
    return max((each for each in times if each <= now), default=None)


def due_at(times: Iterable[datetime], now: datetime) -> datetime:
    """Return when the next backup is due where those made at `times` are there: `now` or later."""
    newest = newest_until(times, now)
    return now if newest is None else max(now, newest + EVERY)
