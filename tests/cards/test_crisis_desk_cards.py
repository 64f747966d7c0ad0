"""The moderators' cards: in every country within one message, and no number without its country."""

from dataclasses import replace
from datetime import date

import pytest

from bot.crisis_file import load_crisis
from bot.domain.crisis import Call, Chat, Confidence, Country, Kind, Line, SendText, WhatsApp
from bot.domain.crisis_card import card_for
from bot.domain.crisis_desk import Act, Change, with_changes
from bot.domain.crisis_desk_typed import Wrong
from bot.services.crisis_desk import Changed, Preview
from bot.text import load_words
from cogs.crisis_desk import cards
from cogs.crisis_desk.sharing import POSTED_ROOM
from cogs.crisis_general import general_text
from tests.cards.crisis_texts import numbers_of, shown_numbers, stands_alone

SAY = load_words().in_language("en")
DIRECTORY = load_crisis().directory
TODAY = date(2026, 11, 30)
LONGEST = Line(
    id="own-0123456789abcdef",
    country="GB",
    kind=Kind.SUICIDE_AND_CRISIS,
    name="n_" * 40,
    reach=(
        Call("0800 " + "1" * 20),
        SendText("8" * 24, "W" * 20),
        WhatsApp("+44 " + "1" * 18),
        Chat("https://a.example/" + "c" * 180),
    ),
    languages=("en", "cy"),
    source="https://a.example/" + "s" * 180,
    checked=TODAY,
    confidence=Confidence.SINGLE,
    website="https://a.example/" + "w" * 180,
    hours="h_" * 40,
    cost="c" * 80,
    note="o_" * 80,
    by_server=True,
)


@pytest.mark.parametrize("country", DIRECTORY.countries, ids=lambda each: each.code)
def test_the_general_card_and_the_steps_fit_and_name_the_country_of_each_number(
    country: Country,
) -> None:
    own = (replace(LONGEST, country=country.code), *DIRECTORY.lines_in(country))
    for changes in ((), tuple(Change(Act.CORRECTED, each) for each in own)[:25]):
        directory = with_changes(DIRECTORY, changes)
        card = card_for(directory, country, TODAY)
        general = general_text(SAY, card, POSTED_ROOM)
        assert len(f"{SAY('desk.share')}\n\n{general}") <= 2000
        steps = cards.steps_text(SAY, card)
        assert len(steps) <= 2000
        for text in (general, steps):
            first = country.emergency[0].number
            assert text.startswith(f"If life is in danger now, call **{first}** ({country.name}")
            assert set(shown_numbers(text)) <= {*numbers_of(directory, country), "W" * 20}
            head = text.split(SAY("general.talk"))
            assert all(stands_alone(piece, country) for piece in head)
        assert SAY("general.nobody") in general


def test_without_a_country_there_is_no_line() -> None:
    card = card_for(DIRECTORY, None, TODAY)
    for text in (general_text(SAY, card), cards.steps_text(SAY, card)):
        assert SAY("general.talk") not in text
        assert "call the emergency number of the country you are in" in text


@pytest.mark.parametrize("act", list(Act))
def test_the_longest_change_fits_beside_the_one_it_replaces(act: Act) -> None:
    country = DIRECTORY.country("GB")
    assert country is not None
    change = Change(act, LONGEST)
    for text in (
        cards.preview_text(SAY, Preview(change, change), country),
        cards.changed_text(SAY, Changed(change, change), country),
        cards.list_text(SAY, DIRECTORY, [change] * 25),
    ):
        assert len(text) <= 2000
        assert "n\\_" * 40 in text


@pytest.mark.parametrize("wrong", list(Wrong))
@pytest.mark.parametrize("length", [1, 900, 6000])
def test_whatever_was_typed_is_given_back_in_whole_messages(wrong: Wrong, length: int) -> None:
    texts = cards.wrong_texts(SAY, wrong, {"name": "*" * length, "hours": None})
    assert texts[0].startswith(SAY(cards.WRONG[wrong]))
    assert all(len(text) <= 2000 for text in texts)
    assert "".join(texts).count("*") >= length
    assert not any("…" in text for text in texts)


def test_a_change_in_a_country_that_is_gone_is_listed_as_not_shown() -> None:
    change = Change(Act.ADDED, replace(LONGEST, country="ZZ"))
    assert SAY("desk.no_country") in cards.list_text(SAY, DIRECTORY, [change])
