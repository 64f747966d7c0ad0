"""How long a check-in is kept, and when somebody who left is erased."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keeping import (
    AFTER_LEAVING,
    LOOK_EVERY,
    NOT_KEPT,
    UNSEEN,
    forget_at,
    is_long_gone,
    look_again_at,
    may_keep,
    too_old,
)

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 4, 2, tzinfo=UTC)

moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants them bare
kept_days = st.integers(7, 365)
waits = st.timedeltas(timedelta(0), timedelta(hours=1))


@pytest.mark.parametrize(
    ("days", "allowed"),
    [
        (-1, False),
        (0, True),
        (1, False),
        (6, False),
        (7, True),
        (90, True),
        (365, True),
        (366, False),
    ],
)
def test_a_member_chooses_a_week_to_a_year_or_nothing(days: int, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert may_keep(days) is allowed


@pytest.mark.parametrize(
    ("days", "forgotten"),
    [
        (0, NIGHT),
        (7, datetime(2026, 3, 10, 12, tzinfo=UTC)),
        (90, datetime(2026, 6, 1, 12, tzinfo=UTC)),
        (365, datetime(2027, 3, 3, 12, tzinfo=UTC)),
    ],
)
def test_a_check_in_is_forgotten_in_its_time(days: int, forgotten: datetime) -> None:
    assert forget_at(days, NOON, NIGHT) == forgotten


@given(kept_days, moments, moments)
def test_what_is_too_old_is_what_should_have_been_forgotten(
    days: int, made: datetime, now: datetime
) -> None:
    assert (made <= too_old(days, now)) == (forget_at(days, made, closing=made) <= now)


@given(kept_days, kept_days, moments, moments)
def test_keeping_for_longer_never_forgets_sooner(
    one: int, other: int, made: datetime, closing: datetime
) -> None:
    shorter, longer = sorted((one, other))
    assert forget_at(shorter, made, closing) <= forget_at(longer, made, closing)


@given(moments, moments)
def test_what_is_not_kept_goes_when_its_day_closes(made: datetime, closing: datetime) -> None:
    assert forget_at(NOT_KEPT, made, closing) == closing


@given(moments, st.timedeltas(timedelta(0), timedelta(hours=23)), st.lists(waits, min_size=40))
def test_who_leaves_is_erased_in_the_thirtieth_day(
    looked: datetime, left_after: timedelta, in_line: list[timedelta]
) -> None:
    """Asked every day, and never more than an hour after it is due."""
    left, waiting = looked + left_after, iter(in_line)
    now = gone_since = looked + LOOK_EVERY + next(waiting)
    while not is_long_gone(gone_since, now):
        again = look_again_at(gone_since, now)
        assert now < again <= now + LOOK_EVERY
        now = again + next(waiting) * (again < gone_since + AFTER_LEAVING - UNSEEN)
    assert AFTER_LEAVING - UNSEEN <= now - left <= AFTER_LEAVING


@given(moments, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_the_next_look_is_never_after_the_erasing_and_never_before_now(
    gone_since: datetime, since: timedelta
) -> None:
    now = gone_since + since
    again = look_again_at(gone_since, now)
    assert again >= now
    assert is_long_gone(gone_since, again) or again == now + LOOK_EVERY
