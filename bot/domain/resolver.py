"""From a wall-clock time in a zone to the one moment it means. Pure.

An hour that happens twice means the first; an hour that does not exist is shifted by the length of
the gap, but never off its date; a date that a zone never had has no moment at all.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def due(zone: ZoneInfo, day: date, at: time) -> datetime | None:
    """Return the UTC moment of `at` on `day` in `zone`, or None where that date does not exist."""
    # fold=0 takes the first of two equal hours, and the offset before a gap.
    moment = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).date() == day:
        return moment
    midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).astimezone(UTC)
    if (midnight - timedelta(seconds=1)).astimezone(zone).date() == day:
        return midnight - timedelta(minutes=1)
    # Midnight itself is in the gap, or the whole date is: before the gap, is it still that date?
    before = datetime.combine(day, at, tzinfo=zone).replace(fold=1).astimezone(UTC)
    return before if before.astimezone(zone).date() == day else None
