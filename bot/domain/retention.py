"""Which backups are kept: the newest of each of seven days and of each of four weeks. Pure."""

from collections.abc import Hashable, Iterable
from datetime import datetime

DAILY = 7
WEEKLY = 4


def choose_to_keep(times: Iterable[datetime]) -> set[datetime]:
    """Return which of the backups made at `times` (aware, in UTC) are kept.

    Days and weeks without a backup do not count: a host who was away loses nothing by it.
    """
    days: dict[Hashable, datetime] = {}
    weeks: dict[Hashable, datetime] = {}
    for moment in sorted(times, reverse=True):
        if len(days) < DAILY:
            days.setdefault(moment.date(), moment)
        if len(weeks) < WEEKLY:
            weeks.setdefault(moment.isocalendar()[:2], moment)
    return {*days.values(), *weeks.values()}
