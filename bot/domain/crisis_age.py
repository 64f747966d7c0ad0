"""How old a checked date is, by calendar months. A clock that is wrong makes no row old."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

HALF_A_YEAR, A_YEAR = 6, 12
"""After so many months a row is to be looked at again, and then is overdue."""

ANOTHER_DAY = timedelta(days=1)
"""Somewhere it is already tomorrow: a row may be checked a day ahead of this clock."""

ABSURD_MONTHS = 120
"""No row grows that old unnoticed: it is the clock that is wrong."""


class Age(StrEnum):
    """From young to old; `UNKNOWN` where the clock cannot be right or nobody wrote a date."""

    CURRENT = "current"
    OLD = "old"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"


def age_of(checked: date | None, today: date) -> Age:
    """Return how old a check is today."""
    if checked is None or checked - today > ANOTHER_DAY:
        return Age.UNKNOWN
    if today > _months_after(checked, ABSURD_MONTHS):
        return Age.UNKNOWN
    if today > _months_after(checked, A_YEAR):
        return Age.OVERDUE
    return Age.OLD if today > _months_after(checked, HALF_A_YEAR) else Age.CURRENT


def oldest(checked: Iterable[date | None], today: date) -> Age:
    """Return the worst age among several; unknown only where nothing worse is certain."""
    ages = {age_of(each, today) for each in checked}
    return next((each for each in (Age.OVERDUE, Age.OLD, Age.UNKNOWN) if each in ages), Age.CURRENT)


def _months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day; never past the last year."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
