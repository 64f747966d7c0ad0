"""Moments and dates as the tables hold them: whole seconds since 1970 in UTC, and YYYY-MM-DD."""

from datetime import UTC, datetime


def to_seconds(moment: datetime) -> int:
    """Return the whole second `moment` lies in."""
    return int(moment.timestamp() // 1)


def to_moment(seconds: int) -> datetime:
    """Return the aware UTC moment of a stored second."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe_moment(seconds: int | None) -> datetime | None:
    """Return the moment of a stored second that may be missing."""
    return None if seconds is None else to_moment(seconds)
