"""What people type for an hour and for days of the week."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import BadHour, parse_hour
from bot.domain.weekdays import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    WEEKEND,
    BadWeekdays,
    Weekdays,
    parse_weekdays,
    words,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("09:00", "09:00"),
        ("9:05", "09:05"),
        ("9", "09:00"),
        ("0900", "09:00"),
        ("9am", "09:00"),
        ("9 a.m.", "09:00"),
        ("9:30 PM", "21:30"),
        ("12am", "00:00"),
        ("12 pm", "12:00"),
        ("21h30", "21:30"),
        ("21h", "21:00"),
        ("21.30", "21:30"),
        ("９：００", "09:00"),
        ("9 o'clock", "09:00"),
        (" midnight ", "00:00"),
        ("Noon", "12:00"),
        ("23:59", "23:59"),
    ],
)
def test_an_hour_is_understood_as_people_write_it(typed: str, meant: str) -> None:
    assert parse_hour(typed) == time.fromisoformat(meant)


@pytest.mark.parametrize(
    "typed", ["", "24:00", "9:60", "13pm", "0am", "-9", "9:5", "soon", "9-10", "\0", "9" * 5000]
)
def test_what_is_no_hour_is_refused(typed: str) -> None:
    assert parse_hour(typed) == BadHour()


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_of_the_day_can_be_typed_both_ways(hour: int, minute: int) -> None:
    half = "am" if hour < 12 else "pm"
    assert parse_hour(f"{hour}:{minute:02}") == time(hour, minute)
    assert parse_hour(f"{(hour - 1) % 12 + 1}:{minute:02}{half}") == time(hour, minute)


@given(st.text())
def test_no_text_breaks_the_hour_or_the_weekdays(typed: str) -> None:
    assert isinstance(parse_hour(typed), time | BadHour)
    assert isinstance(parse_weekdays(typed), Weekdays | BadWeekdays)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("every day", EVERY_DAY),
        ("Daily", EVERY_DAY),
        ("mon-fri", MONDAY_TO_FRIDAY),
        ("Mon – Fri", MONDAY_TO_FRIDAY),
        ("weekdays", MONDAY_TO_FRIDAY),
        ("monday to friday", MONDAY_TO_FRIDAY),
        ("mo-fr", MONDAY_TO_FRIDAY),
        ("mon wed fri", Weekdays(0b0010101)),
        ("Mondays, Wednesdays and Fridays", Weekdays(0b0010101)),
        ("weekend", WEEKEND),
        ("sat,sun", WEEKEND),
        ("sat & sun", WEEKEND),
        ("fri-mon", Weekdays(0b1110001)),
        ("every tuesday", Weekdays(0b0000010)),
        ("tues, thurs", Weekdays(0b0001010)),
        ("mon-wed, sat", Weekdays(0b0100111)),
    ],
)
def test_days_are_understood_as_people_write_them(typed: str, meant: Weekdays) -> None:
    assert parse_weekdays(typed) == meant


@pytest.mark.parametrize("typed", ["", "never", "m", "mon-", "-fri", "mon to", "1-5", "and", "\0"])
def test_what_are_no_days_is_refused(typed: str) -> None:
    assert parse_weekdays(typed) == BadWeekdays()


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (0b1111111, "every day"),
        (0b0011111, "Monday to Friday"),
        (0b1100000, "Saturday and Sunday"),
        (0b0000100, "Wednesday"),
        (0b0010101, "Monday, Wednesday and Friday"),
    ],
)
def test_days_are_said_in_plain_words(mask: int, said: str) -> None:
    assert words(Weekdays(mask)) == said


@given(st.integers(1, 127))
def test_what_is_said_can_be_typed_again(mask: int) -> None:
    assert parse_weekdays(words(Weekdays(mask))) == Weekdays(mask)


@given(st.integers(1, 127), st.dates())
def test_a_date_is_in_the_days_that_name_its_weekday(mask: int, day: date) -> None:
    assert (day in Weekdays(mask)) == (day.weekday() in list(Weekdays(mask)))


@pytest.mark.parametrize("mask", [0, 128, -1])
def test_no_days_at_all_is_not_a_choice(mask: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Weekdays(mask)
