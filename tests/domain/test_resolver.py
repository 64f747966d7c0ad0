"""The resolver on the days that break others: gaps, overlaps, dates that never were."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.resolver import due

PLACES = st.sampled_from(
    [
        "Africa/Cairo",
        "America/New_York",
        "America/Santiago",
        "Asia/Beirut",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Pacific/Apia",
        "Pacific/Chatham",
        "UTC",
    ]
)
DAYS = st.dates(date(1990, 1, 1), date(2037, 12, 31))
TIMES = st.times().map(lambda at: at.replace(microsecond=0))


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        pytest.param("Europe/Berlin", "2026-01-15", "09:00", "2026-01-15T08:00", id="plain"),
        pytest.param("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30", id="gap"),
        pytest.param("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30", id="overlap"),
        pytest.param("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45", id="half"),
        pytest.param("Africa/Cairo", "2024-04-26", "00:30", "2024-04-25T22:30", id="Cairo"),
        pytest.param("America/Santiago", "2024-09-08", "00:00", "2024-09-08T04:00", id="Santiago"),
        pytest.param("Asia/Beirut", "2024-03-31", "00:15", "2024-03-30T22:15", id="Beirut"),
        pytest.param("Pacific/Apia", "2011-12-29", "09:00", "2011-12-29T19:00", id="day before"),
        pytest.param("Pacific/Apia", "2011-12-31", "09:00", "2011-12-30T19:00", id="day after"),
    ],
)
def test_a_wall_clock_time_means_one_moment(zone: str, day: str, at: str, moment: str) -> None:
    found = due(ZoneInfo(zone), date.fromisoformat(day), time.fromisoformat(at))
    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_a_date_the_zone_never_had_has_no_moment() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert due(apia, date(2011, 12, 30), time(9)) is None
    assert due(apia, date(2011, 12, 30), time(0)) is None


def test_a_gap_before_midnight_keeps_the_date() -> None:
    """In Toronto 1919 the clocks went from 23:30 to 00:30: half an hour of the evening is gone."""
    toronto = ZoneInfo("America/Toronto")
    found = due(toronto, date(1919, 3, 30), time(23, 45))
    assert found is not None
    assert found.astimezone(toronto).date() == date(1919, 3, 30)


@given(zone=PLACES, day=DAYS, at=TIMES)
def test_the_moment_is_on_the_wanted_date(zone: str, day: date, at: time) -> None:
    found = due(ZoneInfo(zone), day, at)
    if found is not None:
        assert found.tzinfo is UTC
        assert found.astimezone(ZoneInfo(zone)).date() == day


@given(zone=PLACES, day=DAYS, at=TIMES)
def test_the_clock_on_the_wall_agrees_unless_that_hour_does_not_exist(
    zone: str, day: date, at: time
) -> None:
    place = ZoneInfo(zone)
    found = due(place, day, at)
    wall = datetime.combine(day, at, tzinfo=place)
    exists = wall.astimezone(UTC).astimezone(place).replace(tzinfo=None) == wall.replace(
        tzinfo=None
    )
    if found is not None and exists:
        assert found.astimezone(place).time() == at


@given(zone=PLACES, day=DAYS, at=TIMES)
def test_the_same_hour_of_the_next_day_comes_later(zone: str, day: date, at: time) -> None:
    today, tomorrow = (due(ZoneInfo(zone), day + timedelta(days=step), at) for step in (0, 1))
    if today is not None and tomorrow is not None:
        assert timedelta(hours=20) < tomorrow - today < timedelta(hours=49)
