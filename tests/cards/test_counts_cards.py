"""What a moderator reads in /counts: numbers and dates, and nothing that gives a small one away."""

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.floors import FLOOR_PEOPLE, people
from bot.domain.ids import ChannelId
from bot.services.counts import AskedDay, DayOff, EndedDay, GroupCounts, UnaskedDay
from bot.text import load_words
from cogs.counts.cards import card_text
from cogs.ui import CONTENT_LIMIT

SAY = load_words().in_language("en")
WEDNESDAY = date(2026, 9, 30)
SNOWFLAKE = 2**63 - 1000

WEEKS = st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=7), min_size=1, max_size=5)


def week(*counts: int) -> tuple[EndedDay, ...]:
    return tuple(
        AskedDay(WEDNESDAY - timedelta(days=back), people(count))
        for back, count in enumerate(counts)
    )


def group(number: int, *counts: int) -> GroupCounts:
    return GroupCounts(ChannelId(number), week(*counts))


def server(weeks: list[list[int]]) -> str:
    return card_text(SAY, [group(42 + n, *each) for n, each in enumerate(weeks)], CONTENT_LIMIT)


def test_every_kind_of_day_has_its_line() -> None:
    days = (
        AskedDay(WEDNESDAY, 5),
        AskedDay(WEDNESDAY - timedelta(days=1), None),
        UnaskedDay(WEDNESDAY - timedelta(days=2)),
        DayOff(WEDNESDAY - timedelta(days=3)),
    )
    text = card_text(SAY, [GroupCounts(ChannelId(42), days)], CONTENT_LIMIT)
    assert text.split("\n\n")[1].splitlines() == [
        "In <#42>:",
        "- Wednesday 30 September: 5 people",
        "- Tuesday 29 September: fewer than 5 people",
        "- Monday 28 September: not asked",
        "- Sunday 27 September: a day off",
    ]


def test_a_server_without_a_check_in_hears_how_to_begin() -> None:
    assert "/setup" in card_text(SAY, [], CONTENT_LIMIT)


def test_a_group_without_a_day_that_is_over_says_so() -> None:
    text = card_text(SAY, [GroupCounts(ChannelId(42), ())], CONTENT_LIMIT)
    assert "In <#42>: no day is over yet." in text


def test_a_group_that_was_not_asked_at_all_takes_one_line() -> None:
    days = tuple(UnaskedDay(WEDNESDAY - timedelta(days=back)) for back in range(7))
    text = card_text(SAY, [GroupCounts(ChannelId(42), days)], CONTENT_LIMIT)
    assert "In <#42>: nothing was asked" in text
    assert "September" not in text


def test_many_groups_fit_in_one_message_with_the_way_to_the_others() -> None:
    many = [group(SNOWFLAKE + n, *[4] * 7) for n in range(12)]
    text = card_text(SAY, many, CONTENT_LIMIT)
    shown = re.findall(r"<#(\d+)>", text)
    assert 3 <= len(shown) < 12
    assert shown == [str(SNOWFLAKE + n) for n in range(len(shown))]
    assert f"{12 - len(shown)} older check-ins do not fit here" in text
    assert len(text) <= CONTENT_LIMIT
    one_more = len(card_text(SAY, many[: len(shown) + 1], 10_000))
    assert one_more > CONTENT_LIMIT - len("12 older check-ins do not fit here.") * 3


def test_one_group_is_told_whole_however_little_room_there_is() -> None:
    text = card_text(SAY, [group(42, *[6] * 7), group(43, 6)], limit=100)
    assert text.count("6 people") == 7
    assert "1 older check-in does not fit here" in text


@given(WEEKS, st.data())
def test_servers_that_differ_in_small_counts_alone_read_the_same(
    weeks: list[list[int]], data: st.DataObject
) -> None:
    """Across days and groups: no sum, no mean, no order and no length depends on a small count."""
    small = st.integers(0, FLOOR_PEOPLE - 1)
    others = [
        [data.draw(small) if count < FLOOR_PEOPLE else count for count in each] for each in weeks
    ]
    assert server(weeks) == server(others)


@given(WEEKS)
def test_every_number_of_people_is_one_day_of_one_group(weeks: list[list[int]]) -> None:
    told = [
        int(number) for number in re.findall(r"^- .*: (\d+) people$", server(weeks), re.MULTILINE)
    ]
    assert told == [count for each in weeks for count in each if count >= FLOOR_PEOPLE]
