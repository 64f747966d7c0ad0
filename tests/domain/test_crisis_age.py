"""How old a check is, by calendar months, and what a wrong clock makes of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.crisis_age import Age, age_of, oldest


@pytest.mark.parametrize(
    ("checked", "today", "age"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), Age.CURRENT),
        (date(2026, 11, 22), date(2027, 5, 22), Age.CURRENT),
        (date(2026, 11, 22), date(2027, 5, 23), Age.OLD),
        (date(2026, 11, 22), date(2027, 11, 22), Age.OLD),
        (date(2026, 11, 22), date(2027, 11, 23), Age.OVERDUE),
        (date(2026, 8, 31), date(2027, 2, 28), Age.CURRENT),
        (date(2026, 8, 31), date(2027, 3, 1), Age.OLD),
        (date(2028, 2, 29), date(2029, 2, 28), Age.OLD),
        (date(2028, 2, 29), date(2029, 3, 1), Age.OVERDUE),
        # a clock that is wrong says nothing about the row
        (date(2026, 11, 22), date(2026, 11, 21), Age.CURRENT),
        (date(2026, 11, 22), date(2026, 11, 20), Age.UNKNOWN),
        (date(2026, 11, 22), date(1970, 1, 1), Age.UNKNOWN),
        (date(2026, 11, 22), date(2036, 11, 23), Age.UNKNOWN),
        (date.min, date.max, Age.UNKNOWN),
        (date.max, date.min, Age.UNKNOWN),
        (date.max, date.max, Age.CURRENT),
        (None, date(2026, 11, 22), Age.UNKNOWN),
    ],
)
def test_a_check_ages_by_months(checked: date | None, today: date, age: Age) -> None:
    assert age_of(checked, today) is age


@given(st.dates(), st.dates())
def test_no_two_dates_break_it(checked: date, today: date) -> None:
    assert age_of(checked, today) in Age


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 3000))
def test_a_row_never_grows_younger(checked: date, days: int) -> None:
    order = [Age.CURRENT, Age.OLD, Age.OVERDUE]
    then = age_of(checked, checked + timedelta(days=days))
    later = age_of(checked, checked + timedelta(days=days + 1))
    assert order.index(then) <= order.index(later)


def test_several_rows_are_as_old_as_the_oldest() -> None:
    today = date(2028, 1, 1)
    assert oldest([], today) is Age.CURRENT
    assert oldest([today, date(2027, 5, 1), None], today) is Age.OLD
    assert oldest([date(2026, 5, 1), date(2027, 5, 1)], today) is Age.OVERDUE
    assert oldest([today, None], today) is Age.UNKNOWN
