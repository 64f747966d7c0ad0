"""Dates and weekdays in words, without a time zone's tricks: a civil date stays that date."""

from datetime import date

from bot.domain.weekdays import EVERY_DAY, MONDAY_TO_FRIDAY, WEEKEND, Weekdays
from bot.text.words import Speech

WEEKDAYS = (
    "weekday.monday",
    "weekday.tuesday",
    "weekday.wednesday",
    "weekday.thursday",
    "weekday.friday",
    "weekday.saturday",
    "weekday.sunday",
)
MONTHS = (
    "month.january",
    "month.february",
    "month.march",
    "month.april",
    "month.may",
    "month.june",
    "month.july",
    "month.august",
    "month.september",
    "month.october",
    "month.november",
    "month.december",
)
SPANS = {
    EVERY_DAY: "days.every_day",
    MONDAY_TO_FRIDAY: "days.monday_to_friday",
    WEEKEND: "days.weekend",
}


def spoken_date(say: Speech, day: date) -> str:
    """Return a date as people say it: "Tuesday 4 March"."""
    return say(
        "date.long",
        weekday=say(WEEKDAYS[day.weekday()]),
        day=day.day,
        month=say(MONTHS[day.month - 1]),
    )


def spoken_days(say: Speech, days: Weekdays) -> str:
    """Return a set of weekdays as people say it: "Monday to Friday"."""
    if days in SPANS:
        return say(SPANS[days])
    *most, last = [say(WEEKDAYS[number]) for number in days]
    if not most:
        return last
    if len(most) > 1 and days.mask.bit_length() - len(most) == min(days) + 1:
        return say("days.span", first=most[0], last=last)
    return say("days.list", most=", ".join(most), last=last)
