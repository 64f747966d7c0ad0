"""The order of the card: who can be reached first stands first, and no section is empty."""

from datetime import date

import pytest

from bot.crisis_file import load_crisis
from bot.domain.crisis import Call, Chat, Country, FinderKind, Kind, SendText
from bot.domain.crisis_age import Age
from bot.domain.crisis_card import Card, Heading, card_for
from bot.domain.crisis_fallback import FIND_A_HELPLINE, WITHOUT_DATA
from bot.domain.crisis_rows import parse
from tests.domain.crisis_scene import country, finder, line, rows, without

TODAY = date(2026, 11, 23)
SHIPPED = load_crisis().directory


def card(*lines: dict[str, object], today: date = TODAY) -> Card:
    parsed = parse(rows(*lines))
    assert parsed.faults == ()
    return card_for(parsed.directory, parsed.directory.countries[0], today)


def ids(of: Card) -> dict[Heading, list[str]]:
    return {each.heading: [entry.line.id for entry in each.entries] for each in of.sections}


def test_sections_stand_in_the_order_of_need() -> None:
    kinds = [*Kind][::-1]
    shown = card(*(line(f"xa-{kind.value}", kind=kind.value, text="85258") for kind in kinds))
    assert [each.heading for each in shown.sections] == list(Heading)
    assert ids(shown)[Heading.TALK] == ["xa-suicide-and-crisis", "xa-emotional-support"]
    assert ids(shown)[Heading.WITHOUT_SPEAKING] == [
        "xa-suicide-and-crisis",
        "xa-emotional-support",
        "xa-addiction",
        "xa-text-line",
    ]


def test_confirmed_lines_come_first_and_those_open_day_and_night_before_others() -> None:
    shown = card(
        line("xa-unsure", confidence="single"),
        line("xa-evenings", hours="17:00-24:00"),
        line("xa-always"),
        line("xa-worded", hours="24/7 by phone"),
    )
    assert ids(shown)[Heading.TALK] == ["xa-always", "xa-evenings", "xa-worded", "xa-unsure"]


def test_a_line_is_split_between_speaking_and_not_speaking() -> None:
    shown = card(line(text="85258", chat="https://example.org/chat"))
    spoken, silent = (section.entries[0] for section in shown.sections)
    assert spoken.reach == (Call("116 123"),)
    assert silent.reach == (SendText("85258"), Chat("https://example.org/chat"))


def test_who_has_no_telephone_is_found_without_speaking_alone() -> None:
    shown = card(without(line(chat="https://example.org/chat"), "phone"))
    assert [each.heading for each in shown.sections] == [Heading.WITHOUT_SPEAKING]


def test_a_groups_own_line_stands_whole_under_its_heading() -> None:
    shown = card(line(kind="veterans", press="1", text="838255"))
    assert [each.heading for each in shown.sections] == [Heading.VETERANS]
    assert shown.sections[0].entries[0].reach == (Call("116 123", "1"), SendText("838255"))


def test_lines_for_using_alone_stand_apart() -> None:
    shown = card(line(), line("xa-alone", kind="use-alone"))
    assert ids(shown) == {Heading.TALK: ["xa-lifeline"]}
    assert [each.line.id for each in shown.use_alone] == ["xa-alone"]


def test_a_line_of_one_source_carries_the_link_to_the_directory() -> None:
    shown = card(line(), line("xa-unsure", confidence="single"))
    assert [each.beside for each in shown.sections[0].entries] == [None, FIND_A_HELPLINE]


def test_a_country_without_lines_still_has_its_emergency_number_and_the_directories() -> None:
    shown = card()
    assert shown.country is not None
    assert shown.country.emergency[0].number == "112"
    assert shown.sections == ()
    assert FIND_A_HELPLINE in shown.helplines


@pytest.mark.parametrize("directory", [SHIPPED, WITHOUT_DATA], ids=["shipped", "without-data"])
def test_nobody_knows_where_is_a_card_too(directory: object) -> None:
    shown = card_for(SHIPPED if directory is SHIPPED else WITHOUT_DATA, None, TODAY)
    assert shown.country is None
    assert shown.sections == ()
    assert FIND_A_HELPLINE in shown.helplines
    assert shown.meetings


def test_the_card_is_as_old_as_its_oldest_row() -> None:
    tables = {"country": [country(checked=date(2024, 1, 1))], "line": [], "finder": [finder()]}
    old = parse(tables).directory
    assert card_for(old, old.countries[0], TODAY).age is Age.OVERDUE
    assert card_for(old, None, TODAY).age is Age.CURRENT
    assert card(line(checked=date(2025, 5, 1)), today=date(2026, 11, 23)).age is Age.OVERDUE
    assert card(line(), today=date(1970, 1, 1)).age is Age.UNKNOWN


@pytest.mark.parametrize("shown", SHIPPED.countries, ids=lambda each: each.code)
def test_every_shipped_country_has_a_whole_card_of_its_own(shown: Country) -> None:
    whole = card_for(SHIPPED, shown, date(2026, 11, 23))
    assert whole.country == shown
    assert whole.age is Age.CURRENT
    headings = [each.heading for each in whole.sections]
    assert headings == [each for each in Heading if each in headings]
    assert {Heading.TALK, Heading.WITHOUT_SPEAKING} & {*headings}
    entries = [entry for section in whole.sections for entry in section.entries]
    assert all(entry.reach for entry in entries)
    assert {entry.line.country for entry in entries} == {shown.code}
    shown_ids = {entry.line.id for entry in (*entries, *whole.use_alone)}
    assert shown_ids == {each.id for each in SHIPPED.lines_in(shown)}
    assert FIND_A_HELPLINE.website in [each.website for each in whole.helplines]
    assert {each.kind for each in whole.meetings} == {FinderKind.MEETINGS}
