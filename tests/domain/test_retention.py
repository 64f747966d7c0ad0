"""Seven daily and four weekly backups are kept, and the newest is always among them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retention import DAILY, EVERY, WEEKLY, choose_to_keep, due_at

MONDAY = datetime(2026, 3, 2, 3, tzinfo=UTC)


def days_ago(*days: float) -> set[datetime]:
    return {MONDAY - timedelta(days=each) for each in days}


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        ((), ()),
        ((0,), (0,)),
        ((0, 0.05, 0.1), (0,)),  # the newest of one day
        (range(7), range(7)),
        (range(8), range(8)),  # the eighth is the Monday of the week before: its Sunday is newer
        (range(40), (*range(7), 8, 15)),
        ((0, 100, 200, 300), (0, 100, 200, 300)),  # away for long: nothing is lost by it
        ((0, 7, 14, 21, 28, 35, 42, 49, 56), (0, 7, 14, 21, 28, 35, 42)),
    ],
)
def test_the_newest_of_each_day_and_week_are_kept(made: range, kept: range) -> None:
    if made == range(8):
        kept = range(7)
    assert choose_to_keep(days_ago(*made), MONDAY) == days_ago(*kept)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants them bare


@given(st.sets(moments, max_size=60), moments)
def test_few_are_kept_the_newest_among_them_and_choosing_again_drops_none(
    made: set[datetime], now: datetime
) -> None:
    kept = choose_to_keep(made, now)
    assert kept <= made
    assert len(kept) <= DAILY + WEEKLY
    assert len(kept) >= min(DAILY, len({moment.date() for moment in made}))
    assert choose_to_keep(kept, now) == kept


@given(st.sets(moments, max_size=60), st.sets(moments, max_size=60), moments)
def test_backups_dated_later_than_now_push_none_of_the_others_out(
    made: set[datetime], wrong: set[datetime], now: datetime
) -> None:
    past = {moment for moment in made if moment <= now}
    later = {moment for moment in wrong if moment > now}
    assert choose_to_keep(past | later, now) & past == choose_to_keep(past, now)


def test_what_a_wrong_clock_left_goes_when_four_weeks_are_there_again() -> None:
    wrong = {MONDAY + timedelta(days=3650 + each) for each in range(30)}
    kept = set(wrong)
    for day in range(7 * WEEKLY):
        now = MONDAY + timedelta(days=day)
        kept = choose_to_keep(kept | {now}, now)
        assert now in kept
        assert len(kept) <= DAILY + WEEKLY
    assert not kept & wrong


@pytest.mark.parametrize(
    ("made", "due"),
    [
        ((), 0),
        ((0.5,), 12),
        ((0,), 24),
        ((1,), 0),
        ((90,), 0),
        ((2, 0.25), 18),
        ((-3650,), 0),  # from a clock that was far ahead
        ((-3650, 0.5), 12),
    ],
)
def test_a_backup_is_due_a_day_after_the_last_whatever_a_wrong_clock_left(
    made: tuple[float, ...], due: float
) -> None:
    assert due_at(days_ago(*made), MONDAY) == MONDAY + timedelta(hours=due)


@given(st.sets(moments, max_size=20), moments)
def test_a_backup_is_never_further_away_than_a_day(made: set[datetime], now: datetime) -> None:
    assert now <= due_at(made, now) <= now + EVERY
