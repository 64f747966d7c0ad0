"""What a moderator reads in /setup, and what its buttons remember."""

from datetime import UTC, datetime, time
from zoneinfo import available_timezones

import pytest

from bot.domain.group import Group
from bot.domain.hours import BadHour
from bot.domain.ids import ChannelId, GroupId, GuildId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY, MONDAY_TO_FRIDAY, BadWeekdays, Weekdays
from bot.domain.zones import UnknownZone, parse_zone
from bot.permissions import REASONS
from bot.services.groups import Preview, SetUp
from bot.text import load_words
from bot.text.dates import spoken_days
from cogs.setup import cards, offers, parse, views

SAY = load_words().in_language("en")
NINE = Schedule("Europe/Berlin", time(9), EVERY_DAY)
WISH = parse.Wish(ChannelId(42), NINE)
NEXT = tuple(datetime(2026, 3, day, 8, tzinfo=UTC) for day in (3, 4, 5))


def test_the_card_shows_three_prompts_in_the_groups_own_time() -> None:
    text = cards.preview_text(SAY, WISH, Preview(NEXT, None), ())
    assert "<#42>" in text
    assert "every day at 09:00, Europe/Berlin time" in text
    assert "Tuesday 3 March, 09:00 (on your clock <t:1772524800:f>" in text
    assert text.count("09:00 (on your clock") == 3
    assert "every permission it uses" in text
    assert "Nothing is saved until you press Save." in text


def test_the_card_says_what_is_replaced() -> None:
    earlier = Schedule("Europe/London", time(20, 30), MONDAY_TO_FRIDAY)
    text = cards.preview_text(SAY, WISH, Preview(NEXT, earlier), ())
    assert "This replaces: Monday to Friday at 20:30, Europe/London time." in text


def test_the_card_names_exactly_what_is_missing() -> None:
    text = cards.preview_text(SAY, WISH, Preview(NEXT, None), ("send_messages", "add_reactions"))
    assert "**Send Messages**" in text
    assert "**Add Reactions**" in text
    assert "View Channel" not in text
    assert "Read Message History" not in text


def test_the_longest_card_is_one_message() -> None:
    zone = max(available_timezones(), key=len)
    schedule = Schedule(zone, time(23, 59), Weekdays(0b1010101))
    wish = parse.Wish(ChannelId(2**63 - 1), schedule)
    text = cards.preview_text(SAY, wish, Preview(NEXT, schedule), tuple(REASONS))
    assert len(text) <= 2000


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (UnknownZone(("Europe/Berlin", "Europe/Paris")), "Europe/Berlin, Europe/Paris"),
        (BadHour(), "09:00"),
        (BadWeekdays(), "every day"),
    ],
)
def test_what_was_not_understood_gets_one_sentence_with_suggestions(
    what: parse.Misunderstood, said: str
) -> None:
    text = cards.misunderstood_text(SAY, what)
    assert said in text
    assert "\n" not in text


@pytest.mark.parametrize("zone", ["Europe", "Factory", "../../etc/passwd", "localtime", "x" * 500])
def test_a_zone_that_is_none_is_told_apart(zone: str) -> None:
    assert isinstance(parse.read_typed(zone, "9", "daily"), UnknownZone)


def test_what_is_typed_becomes_a_schedule() -> None:
    found = parse.read_typed("berlin", "9", "mon-fri")
    assert found == Schedule("Europe/Berlin", time(9), MONDAY_TO_FRIDAY)
    assert parse.read_typed("berlin", "25", "daily") == BadHour()
    assert parse.read_typed("berlin", "9", "never") == BadWeekdays()


def test_the_buttons_remember_every_zone_hour_and_day() -> None:
    for zone in sorted(filter(lambda name: parse_zone(name) == name, available_timezones())):
        wish = parse.Wish(ChannelId(2**63 - 1), Schedule(zone, time(23, 59), Weekdays(127)))
        custom_id = parse.card_id("cancel", wish)
        assert len(custom_id) <= 100
        match = parse.CARD.fullmatch(custom_id)
        assert match is not None
        assert parse.read_card(match) == wish


@pytest.mark.parametrize(
    "forged",
    [
        "s:save:42:Factory:0900:127",
        "s:save:42:Europe:0900:127",
        "s:save:42:../../etc:0900:127",
        "s:save:42:Europe/Berlin:2400:127",
        "s:save:42:Europe/Berlin:0960:127",
        "s:save:42:Europe/Berlin:0900:0",
        "s:save:42:Europe/Berlin:0900:128",
        "s:erase:42:Europe/Berlin:0900:127",
    ],
)
def test_a_forged_button_is_nobodys_wish(forged: str) -> None:
    match = parse.CARD.fullmatch(forged)
    assert match is None or parse.read_card(match) is None


def test_save_is_shut_while_nothing_could_be_posted() -> None:
    for may_save in (True, False):
        (row,) = views.card_buttons(SAY, WISH, may_save=may_save).to_components()
        labels = {button["label"]: button["disabled"] for button in row["components"]}
        assert labels == {"Save": not may_save, "Check again": False, "Cancel": False}


def test_the_last_card_names_the_next_prompt() -> None:
    group = Group(GroupId(1), GuildId(2), ChannelId(42), NINE, "en", None)
    text = cards.saved_text(SAY, SetUp(group, NEXT, was_new=True))
    assert text.startswith("**Saved.** <#42> is asked every day at 09:00")
    assert "Tuesday 3 March, 09:00" in text


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (0b1111111, "every day"),
        (0b0011111, "Monday to Friday"),
        (0b1100000, "Saturday and Sunday"),
        (0b0001110, "Tuesday to Thursday"),
        (0b0000100, "Wednesday"),
        (0b0010101, "Monday, Wednesday and Friday"),
        (0b1000001, "Monday and Sunday"),
        (0b1100001, "Monday, Saturday and Sunday"),
    ],
)
def test_days_in_words(mask: int, said: str) -> None:
    assert spoken_days(SAY, Weekdays(mask)) == said
    assert offers.days(said) == [Weekdays(mask)]


def test_hours_are_offered_as_they_are_typed() -> None:
    assert offers.hours("8") == ["08:00", "08:15", "08:30", "08:45"]
    assert offers.hours("7:20 pm")[0] == "19:20"
    assert "09:00" in offers.hours("")
