"""What a member reads in /privacy, at its longest and its shortest, and what its inputs mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.consent import NOTHING, Purpose
from bot.domain.ids import GuildId
from bot.domain.keeping import NOT_KEPT, may_keep
from bot.services.consents import Chosen
from bot.services.privacy import Erased, HeldIn, Holdings, Keeps, WouldForget
from bot.text import load_words
from cogs.privacy import cards, choice_cards, parse, views

SAY = load_words().in_language("en-GB")
ALL = frozenset(Purpose)
MOST = Holdings(
    check_ins=36_500,
    oldest=date(2026, 9, 30),  # a Wednesday in September: the longest there is
    purposes=ALL,
    counted=25,
    is_member=True,
    keep_days=365,
    forgotten=36_500,
)
EVERYWHERE = tuple(HeldIn(GuildId(2**63 - number), MOST) for number in range(200))


@pytest.mark.parametrize(
    "text",
    [
        cards.held_text(SAY, MOST),
        cards.everywhere_text(SAY, EVERYWHERE),
        cards.sure_text(SAY, MOST),
        cards.sure_everywhere_text(SAY, EVERYWHERE),
        cards.erased_text(SAY, Erased(36_500)),
        cards.erased_everywhere_text(SAY, Erased(36_500, servers=200)),
        choice_cards.choices_text(SAY, ALL),
        choice_cards.chosen_text(SAY, Chosen(ALL, ALL), holds=True),
        choice_cards.less_text(SAY, 365),
        choice_cards.wrong_text(SAY, "*" * parse.LONGEST_NUMBER),
        choice_cards.sure_text(SAY, WouldForget(NOT_KEPT, 36_500, answers=25)),
        choice_cards.keeps_text(SAY, Keeps(365, 36_500)),
    ],
)
def test_the_longest_card_is_one_message(text: str) -> None:
    assert len(text) < 2000


def test_the_card_can_be_read_on_two_screens_of_a_phone() -> None:
    """Some 35 characters fit in a line at 390 px, and some 25 lines on a screen."""
    assert len(cards.held_text(SAY, MOST)) < 2 * 25 * 35


def test_the_counts_come_first_and_who_can_see_them_follows() -> None:
    lines = cards.held_text(SAY, MOST).splitlines()
    assert lines[1] == "- **36500 check-ins**, the oldest from Wednesday 30 September 2026."
    assert lines.index("**Who can see it**") > lines.index(SAY("privacy.counted"))


def test_an_erase_names_all_that_goes_and_nothing_else() -> None:
    counted_only = Holdings(check_ins=0, oldest=None, counted=1)
    assert "Discord id" not in cards.sure_text(SAY, counted_only)
    assert "Your check-ins" not in cards.sure_text(SAY, counted_only)
    for said in ("Your check-ins: 36500", "Discord id", "counted for a day"):
        assert said in cards.sure_text(SAY, MOST)


@pytest.mark.parametrize("what", [Erased(0), Erased(1), Erased(7)])
def test_after_an_erase_it_says_what_remains_and_why(what: Erased) -> None:
    said = cards.erased_text(SAY, what)
    for part in ("a mark without your name and without a date", "backup", "seven days", "channels"):
        assert part in said


def test_taking_nothing_back_is_not_mentioned() -> None:
    said = choice_cards.chosen_text(SAY, Chosen(ALL, NOTHING), holds=True)
    assert "Taken back" not in said
    assert "What was kept" not in said


def test_the_list_marks_an_unusual_time_too() -> None:
    [select, *_] = views.less_list(SAY, 45).children
    options = select.to_component_dict()["options"]
    assert [one["value"] for one in options if one.get("default")] == ["45"]
    assert [int(one["value"]) for one in options] == [0, 7, 14, 30, 45, 60, 90, 180, 365]


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("7", 7),
        (" 365 ", 365),
        ("30 days", 30),
        ("30d", 30),
        ("1 day", None),
        ("030", 30),
        ("٣٠", 30),
        ("0", 0),
        ("6", None),
        ("366", None),
        ("-30", None),
        ("7.5", None),
        ("3 months", None),
        ("", None),
        ("²", None),
    ],
)
def test_a_typed_number_means_days_and_nothing_else(typed: str, days: int | None) -> None:
    assert parse.read_days(typed) == days


@given(st.text(max_size=12))
def test_whatever_is_typed_only_an_allowed_time_comes_out(typed: str) -> None:
    days = parse.read_days(typed)
    assert days is None or may_keep(days)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"values": None},
        {"values": "7"},
        {"values": [7]},
        {"values": ["7", "14"]},
        {"values": [["7"]]},
    ],
)
def test_a_list_that_is_not_ours_chooses_nothing(data: dict[str, object] | None) -> None:
    assert parse.chosen_days(data) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"components": None},
        {"components": ["x"]},
        {"components": [{"component": "x"}]},
        {"components": [{"component": {"custom_id": "other", "value": "7"}}]},
        {"components": [{"component": {"custom_id": "number"}}]},
    ],
)
def test_a_form_that_is_not_ours_says_nothing(data: dict[str, object] | None) -> None:
    assert parse.typed_number(data) == ""
