"""What is told of the days that are over; nothing under the floor can be worked out."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ended_days import (
    DAYS,
    REACH,
    AskedDay,
    DayOff,
    EndedDay,
    UnaskedDay,
    ended_days,
)
from bot.domain.floors import FLOOR_PEOPLE, people
from bot.domain.schedule import Schedule, closes_at
from bot.domain.weekdays import EVERY_DAY, MONDAY_TO_FRIDAY, Weekdays

BERLIN = Schedule("Europe/Berlin", time(9), EVERY_DAY)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""A Tuesday."""

SCHEDULES = st.builds(
    Schedule,
    st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "America/St_Johns"]),
    st.just(time(9)),
    st.integers(1, 127).map(Weekdays),
)
MOMENTS = st.integers(0, 20 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
COUNTS = st.one_of(st.none(), st.integers(0, FLOOR_PEOPLE - 1), st.integers(FLOOR_PEOPLE, 40))
ASKED = st.dictionaries(
    st.integers(-15, 25).map(lambda ahead: NOON.date() + timedelta(days=ahead)), COUNTS
)


def dates(told: tuple[EndedDay, ...]) -> list[date]:
    return [each.day for each in told]


@pytest.mark.parametrize(
    ("count", "told"), [(0, None), (1, None), (4, None), (5, 5), (6, 6), (500, 500)]
)
def test_a_count_is_told_from_five_people_on(count: int, told: int | None) -> None:
    assert people(count) == told


def test_the_last_seven_days_that_are_over_come_newest_first() -> None:
    told = ended_days(BERLIN, LONG_AGO, {}, NOON)
    assert dates(told) == [date(2026, 3, 9) - timedelta(days=back) for back in range(7)]


def test_a_day_is_over_at_three_the_next_morning_where_the_group_is() -> None:
    before, after = datetime(2026, 3, 10, 1, 59, tzinfo=UTC), datetime(2026, 3, 10, 2, tzinfo=UTC)
    assert dates(ended_days(BERLIN, LONG_AGO, {}, before))[0] == date(2026, 3, 8)
    assert dates(ended_days(BERLIN, LONG_AGO, {}, after))[0] == date(2026, 3, 9)


def test_a_day_off_and_a_day_that_was_not_asked_are_told_apart() -> None:
    workdays = Schedule("Europe/Berlin", time(9), MONDAY_TO_FRIDAY)
    asked: Mapping[date, int | None] = {date(2026, 3, 9): 6, date(2026, 3, 5): 4}
    assert ended_days(workdays, LONG_AGO, asked, NOON)[:5] == (
        AskedDay(date(2026, 3, 9), 6),
        DayOff(date(2026, 3, 8)),
        DayOff(date(2026, 3, 7)),
        UnaskedDay(date(2026, 3, 6)),
        AskedDay(date(2026, 3, 5), None),
    )


def test_a_day_that_was_asked_before_the_rhythm_changed_keeps_its_count() -> None:
    workdays = Schedule("Europe/Berlin", time(9), MONDAY_TO_FRIDAY)
    told = ended_days(workdays, LONG_AGO, {date(2026, 3, 8): 7}, NOON)
    assert told[1] == AskedDay(date(2026, 3, 8), 7)


def test_a_day_that_was_not_counted_yet_is_left_out() -> None:
    told = ended_days(BERLIN, LONG_AGO, {date(2026, 3, 9): None}, NOON)
    assert dates(told) == [date(2026, 3, 8) - timedelta(days=back) for back in range(7)]


def test_nothing_is_told_of_days_before_the_group_was_there() -> None:
    began = datetime(2026, 3, 7, 23, 30, tzinfo=UTC)  # half past midnight of the 8th in Berlin
    assert dates(ended_days(BERLIN, began, {}, NOON)) == [date(2026, 3, 9), date(2026, 3, 8)]
    assert ended_days(BERLIN, NOON, {}, NOON) == ()


def test_a_zone_that_is_gone_hides_no_count() -> None:
    gone = Schedule("Gone/Away", time(9), EVERY_DAY)
    told = ended_days(gone, LONG_AGO, {date(2026, 3, 9): 5}, NOON)
    assert told[0] == AskedDay(date(2026, 3, 9), 5)


@given(SCHEDULES, ASKED, MOMENTS)
def test_every_day_that_is_told_is_over_and_lies_within_reach(
    schedule: Schedule, asked: dict[date, int | None], now: datetime
) -> None:
    found = dates(ended_days(schedule, LONG_AGO, asked, now))
    assert len(found) <= DAYS
    assert all(newer > older for newer, older in pairwise(found))
    assert all(closes_at(schedule.zone, day) <= now for day in found)
    assert all(day >= (now - REACH).date() for day in found)


@given(SCHEDULES, MOMENTS)
def test_the_reach_is_long_enough_for_every_zone(schedule: Schedule, now: datetime) -> None:
    assert len(ended_days(schedule, LONG_AGO, {}, now)) == DAYS


@given(SCHEDULES, ASKED, st.lists(MOMENTS, min_size=1, max_size=6), st.data())
def test_whatever_the_small_counts_were_every_look_shows_the_same(
    schedule: Schedule, asked: dict[date, int | None], looks: list[datetime], data: st.DataObject
) -> None:
    """What does not depend on a number cannot give it away: not by subtracting, not by waiting."""
    small = st.integers(0, FLOOR_PEOPLE - 1)
    others = {
        day: data.draw(small) if count is not None and count < FLOOR_PEOPLE else count
        for day, count in asked.items()
    }
    for now in looks:
        seen = ended_days(schedule, LONG_AGO, asked, now)
        assert seen == ended_days(schedule, LONG_AGO, others, now)


@given(SCHEDULES, ASKED, MOMENTS)
def test_a_count_from_the_floor_on_is_told_as_it_is(
    schedule: Schedule, asked: dict[date, int | None], now: datetime
) -> None:
    for told in ended_days(schedule, LONG_AGO, asked, now):
        count = asked.get(told.day)
        if count is not None and count >= FLOOR_PEOPLE:
            assert told == AskedDay(told.day, count)
