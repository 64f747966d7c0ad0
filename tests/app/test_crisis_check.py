"""What `crisis check`, doctor and the start-up say about the crisis directory."""

import logging
from datetime import UTC, date, datetime
from io import StringIO

import pytest

from bot.compose import crisis_directory
from bot.crisis_check import check, remarks_on, summary
from bot.crisis_file import load_crisis
from bot.doctor import of_crisis
from bot.domain.crisis_rows import Parsed, parse
from bot.findings import EXIT_HERE
from sandbox.clock import MovableClock
from tests.domain.crisis_scene import CHECKED, line, rows

HALF_A_YEAR_ON, A_YEAR_ON = date(2027, 5, 23), date(2027, 11, 23)


def said(parsed: Parsed, today: date) -> tuple[int, str]:
    report = StringIO()
    return check(parsed, today, report), report.getvalue()


def test_a_fresh_and_whole_directory_ends_with_0() -> None:
    code, report = said(parse(rows(line())), CHECKED)
    assert (code, report) == (0, "1 country, 1 line and 2 directories can be used.\n")


def test_rows_older_than_six_months_are_named_and_end_with_0() -> None:
    code, report = said(parse(rows(line())), HALF_A_YEAR_ON)
    assert code == 0
    for row in ("country XA", "line xa-lifeline", "finder int-elsewhere"):
        assert f"warning  {row} was checked more than 6 months ago, on 2026-11-22" in report


def test_rows_older_than_twelve_months_are_named_and_end_with_1() -> None:
    code, report = said(parse(rows(line(), line("xa-young", checked=A_YEAR_ON))), A_YEAR_ON)
    assert code == 1
    assert "error    line xa-lifeline was checked more than 12 months ago" in report
    assert "xa-young" not in report


@pytest.mark.parametrize(
    ("parsed", "fault"),
    [
        (parse(rows(line(hours=24))), "line xa-lifeline has a hours that is not one plain line"),
        (parse(rows(line(), line())), "line xa-lifeline has an id that another line had first"),
        (parse(rows(line(note="Or 113."))), "line xa-lifeline names 113 in a text"),
        (parse(rows(line("xb-far"))), "line xb-far is of XB, a country that is not there"),
    ],
    ids=["broken shape", "duplicate id", "number in a text", "no country"],
)
def test_what_cannot_be_used_ends_with_1(parsed: Parsed, fault: str) -> None:
    code, report = said(parsed, CHECKED)
    assert code == 1
    assert f"error    {fault}" in report


@pytest.mark.parametrize("today", [date(1970, 1, 1), date(2199, 1, 1), date.max, date.min])
def test_a_clock_that_is_wrong_says_only_that_the_age_is_not_known(today: date) -> None:
    loaded = load_crisis()
    assert [each.sentence for each in remarks_on(loaded, today)] == [
        f"this computer says it is {today}: the age is not known"
    ]
    assert said(loaded, today)[0] == 0


def test_one_check_in_the_future_is_a_slip_of_that_row() -> None:
    code, report = said(parse(rows(line(checked=date(2062, 3, 1)))), CHECKED)
    assert code == 1
    assert "error    line xa-lifeline has a check that lies in the future" in report


def test_the_shipped_directory_passes_on_the_day_it_was_checked() -> None:
    loaded = load_crisis()
    newest = max(each.checked for each in loaded.directory.lines)
    assert said(loaded, newest)[0] == 0
    assert summary(loaded, newest) is None


def test_doctor_says_what_the_check_says() -> None:
    fresh, broken = parse(rows(line())), parse(rows(line(), line()))
    assert [each.level for each in of_crisis(fresh, CHECKED)] == ["ok"]
    (old,) = of_crisis(fresh, A_YEAR_ON)
    assert old.level == "note"
    assert "4 rows checked over 6 months ago: see `handrail crisis check`" in old.sentence
    (wrong,) = of_crisis(broken, A_YEAR_ON)
    assert (wrong.level, wrong.exit_code) == ("WRONG", EXIT_HERE)
    assert "1 fault, 4 rows checked over 6 months ago" in wrong.sentence


@pytest.mark.parametrize(
    ("today", "warned"),
    [
        (datetime(2026, 11, 22, tzinfo=UTC), []),
        (datetime(2027, 11, 23, tzinfo=UTC), ["rows checked over 6 months ago"]),
        (datetime(1970, 1, 1, tzinfo=UTC), ["rows of an age that is not known"]),
    ],
)
def test_the_start_warns_once_about_old_rows_and_goes_on(
    caplog: pytest.LogCaptureFixture, today: datetime, warned: list[str]
) -> None:
    with caplog.at_level(logging.WARNING, logger="handrail"):
        directory = crisis_directory(MovableClock(today))
    assert len(directory.countries) > 80
    assert len(caplog.messages) == len(warned)
    assert all(part in line for part, line in zip(warned, caplog.messages, strict=True))
