"""When a group is asked, until when its day lasts, and when a prompt is too late."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import (
    TIMELY,
    Schedule,
    closes_at,
    group_day,
    occurrence,
    occurrences,
    upcoming,
)
from bot.domain.weekdays import EVERY_DAY, MONDAY_TO_FRIDAY, Weekdays

SCHEDULES = st.builds(
    Schedule,
    st.sampled_from(["Europe/Berlin", "Pacific/Apia", "Africa/Cairo", "America/St_Johns", "UTC"]),
    st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60)),
    st.integers(1, 127).map(Weekdays),
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_morning_prompt_is_timely_for_three_hours() -> None:
    berlin = Schedule("Europe/Berlin", time(9), EVERY_DAY)
    found = occurrence(berlin, date(2026, 1, 15))
    assert found is not None
    assert found.due_at == utc("2026-01-15T08:00")
    assert found.expires_at == utc("2026-01-15T11:00")


def test_a_late_evening_prompt_is_useless_on_the_next_date() -> None:
    found = occurrence(Schedule("Europe/Berlin", time(22, 30), EVERY_DAY), date(2026, 1, 15))
    assert found is not None
    assert found.expires_at == utc("2026-01-15T23:00")


def test_nobody_is_asked_on_a_day_off() -> None:
    weekdays = Schedule("UTC", time(9), MONDAY_TO_FRIDAY)
    assert occurrence(weekdays, date(2026, 3, 7)) is None
    friday = date(2026, 3, 6)
    days = [found.day for found in islice(occurrences(weekdays, friday), 3)]
    assert days == [friday, date(2026, 3, 9), date(2026, 3, 10)]


def test_a_missing_date_is_passed_over() -> None:
    apia = Schedule("Pacific/Apia", time(9), EVERY_DAY)
    days = [found.day.day for found in islice(occurrences(apia, date(2011, 12, 29)), 2)]
    assert days == [29, 31]
    assert closes_at("Pacific/Apia", date(2011, 12, 29)) == utc("2011-12-30T10:00")


@pytest.mark.parametrize(
    ("at", "now", "day"),
    [
        ("09:00", "2026-01-15T12:00", "2026-01-15"),
        ("09:00", "2026-01-16T02:59", "2026-01-15"),
        ("09:00", "2026-01-16T03:00", "2026-01-16"),
        ("01:00", "2026-01-16T00:59", "2026-01-15"),
        ("01:00", "2026-01-16T01:00", "2026-01-16"),
    ],
)
def test_an_answer_after_midnight_belongs_to_the_evening_before(
    at: str, now: str, day: str
) -> None:
    schedule = Schedule("UTC", time.fromisoformat(at), EVERY_DAY)
    assert group_day(schedule, utc(now)) == date.fromisoformat(day)


def test_a_day_takes_answers_until_three_in_the_morning() -> None:
    assert closes_at("Europe/Berlin", date(2026, 1, 15)) == utc("2026-01-16T02:00")


@given(schedule=SCHEDULES, now=MOMENTS)
def test_upcoming_prompts_are_ahead_in_order_and_one_a_date(
    schedule: Schedule, now: datetime
) -> None:
    coming = list(islice(upcoming(schedule, now), 4))
    assert coming[0].due_at > now
    for earlier, later in pairwise(coming):
        assert earlier.due_at < later.due_at
        assert earlier.day < later.day
    assert coming[0].due_at - now < timedelta(days=9)


@given(schedule=SCHEDULES, now=MOMENTS)
def test_a_prompt_expires_on_its_own_date_and_before_its_day_closes(
    schedule: Schedule, now: datetime
) -> None:
    found = next(upcoming(schedule, now))
    assert timedelta() < found.expires_at - found.due_at <= TIMELY
    last = (found.expires_at - timedelta(seconds=1)).astimezone(ZoneInfo(schedule.zone))
    assert last.date() == found.day
    assert found.expires_at <= closes_at(schedule.zone, found.day)


@given(schedule=SCHEDULES, now=MOMENTS)
def test_the_group_day_never_goes_backwards(schedule: Schedule, now: datetime) -> None:
    assert group_day(schedule, now) <= group_day(schedule, now + timedelta(hours=1))
