"""Every page of every country: within the limits, nothing empty, each number with its country."""

import re
from datetime import date

import pytest

from bot.crisis_file import load_crisis, read_crisis
from bot.domain.crisis import Country
from bot.domain.crisis_card import card_for
from bot.domain.crisis_fallback import ANYWHERE, LAST_RESORT, WITHOUT_DATA
from bot.domain.crisis_fields import digits
from bot.domain.crisis_opening import Opening, Origin
from bot.text import built_in_speech, load_words
from bot.text.words import forms
from cogs.crisis import cards, parse, views
from cogs.crisis.parse import Verb
from cogs.crisis_languages import NAMES
from tests.cards.crisis_texts import numbers_of, shown_numbers, stands_alone
from tests.text.test_crisis_data import SAME_DIGITS

DIRECTORY = load_crisis().directory
SAY = load_words().in_language("en")
TODAY, OVERDUE, OLD = date(2026, 11, 22), date(2028, 1, 1), date(2027, 6, 1)
LIMIT = 2000

EVERY = [pytest.param(each, id=each.code) for each in DIRECTORY.countries]


def pages(
    country: Country | None, origin: Origin = Origin.NAMED, today: date = TODAY
) -> tuple[cards.Page, ...]:
    opened = Opening(country, origin, missed="Atlantis")
    about = cards.notices_for(SAY, opened, can_choose=True)
    return cards.lines_pages(SAY, card_for(DIRECTORY, country, today), about)


def beside(country: Country | None) -> list[str]:
    card = card_for(DIRECTORY, country, TODAY)
    return [
        cards.overdose_text(SAY, card, names_use_alone=True),
        cards.overdose_text(SAY, card, names_use_alone=False),
        cards.worried_text(SAY, card),
    ]


@pytest.mark.parametrize("country", EVERY)
def test_every_page_fits_and_opens_with_the_emergency_number(country: Country) -> None:
    danger = f"If life is in danger now, call **{country.emergency[0].number}** ({country.name}"
    for origin in Origin:
        for today in (TODAY, OLD, OVERDUE):
            for page in pages(country, origin, today):
                assert len(page.text) <= LIMIT
                assert page.text.startswith(danger)
                assert "findahelpline.com" in page.text
    for text in beside(country):
        assert len(text) <= LIMIT
        assert text.startswith(danger)


@pytest.mark.parametrize("country", EVERY)
def test_every_number_is_of_the_country_and_says_so(country: Country) -> None:
    own = numbers_of(DIRECTORY, country)
    for text in [*(page.text for page in pages(country)), *beside(country)]:
        found = shown_numbers(text)
        assert found
        assert set(found) <= own
        assert stands_alone(text, country)


@pytest.mark.parametrize("country", EVERY)
def test_every_line_of_the_country_is_on_its_pages_in_every_way_it_has(country: Country) -> None:
    whole = "\n".join(page.text for page in pages(country))
    for line in DIRECTORY.lines_in(country):
        text = whole if line.kind != "use-alone" else beside(country)[0]
        for way in line.reach:
            assert getattr(way, "number", None) or way.url in text  # type: ignore[union-attr]  # Chat alone has a page
            if number := getattr(way, "number", None):
                assert number in shown_numbers(text)
        assert line.source in text
        assert f"checked on {line.checked.isoformat()}" in text
        assert line.cost is None or line.cost in text


@pytest.mark.parametrize("country", EVERY)
def test_no_section_is_empty_and_no_placeholder_is_left(country: Country) -> None:
    for text in [*(page.text for page in pages(country)), *beside(country)]:
        rows = text.splitlines()
        assert all(row.strip() for row in rows)
        assert not re.search(r"[{}]|None", text)
        headings = [
            number
            for number, row in enumerate(rows)
            if re.fullmatch(r"\*\*[^*]+\*\*", row) and "guess" not in row
        ]
        assert all(number + 1 < len(rows) for number in headings)
        assert all(number + 1 not in headings for number in headings)


@pytest.mark.parametrize("country", EVERY)
def test_the_first_page_has_somebody_to_talk_to(country: Country) -> None:
    for origin in Origin:
        first = pages(country, origin, OVERDUE)[0].text
        assert first.count("**") > 4
        assert "Call " in first.split(SAY("crisis.talk"))[1]


@pytest.mark.parametrize("country", DIRECTORY.countries)
def test_the_emergency_number_is_not_pushed_out_of_sight_on_a_phone(country: Country) -> None:
    """Discord shows the end of a new message: more than one line only where there is room."""
    first = cards.lines_pages(SAY, card_for(DIRECTORY, country, TODAY))[0].text
    foot = first.index(SAY("crisis.finder", link="").strip())
    lines = first.count("-# Source")
    assert lines == 1 or foot - len(SAY("crisis.talk")) <= cards.FIRST_PAGE + 5


def test_a_line_is_on_the_same_page_whatever_is_said_above() -> None:
    for country in DIRECTORY.countries:
        plain = cards.lines_pages(SAY, card_for(DIRECTORY, country, TODAY))
        told = [
            pages(country, Origin.WEAK_GUESS),
            cards.lines_pages(SAY, card_for(DIRECTORY, country, TODAY), (SAY("crisis.not_kept"),)),
        ]
        for other in told:
            assert [each.text for each in other[1:]] == [each.text for each in plain[1:]]


@pytest.mark.parametrize("number", SAME_DIGITS)
def test_digits_that_mean_two_things_never_stand_without_a_country(number: str) -> None:
    seen = 0
    for country in DIRECTORY.countries:
        for text in [*(page.text for page in pages(country)), *beside(country)]:
            if number in [digits(each) for each in shown_numbers(text)]:
                seen += 1
                assert stands_alone(text, country)
    assert seen
    for text in [*(page.text for page in pages(None)), *beside(None)]:
        assert number not in [digits(found) for found in re.findall(r"\d[\d ()-]*", text)]


def test_without_a_country_there_is_still_a_useful_card() -> None:
    for directory in (DIRECTORY, WITHOUT_DATA, read_crisis(b"\x00\xff not TOML").directory):
        card = card_for(directory, None, TODAY)
        [first, *_] = cards.lines_pages(SAY, card)
        assert ANYWHERE[0] in first.text
        assert "findahelpline.com" in first.text
        assert len(first.text) <= LIMIT
        assert all(len(text) <= LIMIT for text in beside(None))


def test_old_data_is_said_to_be_old() -> None:
    country = DIRECTORY.countries[0]
    assert "6 months" not in pages(country)[0].text
    assert SAY("crisis.old") in pages(country, today=OLD)[0].text
    assert SAY("crisis.overdue") in pages(country, today=OVERDUE)[0].text
    for wrong in (date(1970, 1, 1), date(2100, 1, 1), date.min, date.max):
        first = pages(country, today=wrong)[0].text
        assert "Numbers change" not in first
        assert "checked on 2026-11-22" in first


def test_every_language_in_the_directory_has_a_name() -> None:
    spoken = {language for line in DIRECTORY.lines for language in line.languages}
    assert spoken <= NAMES.keys()


def test_the_built_in_words_are_the_ones_of_the_catalogue() -> None:
    for country in (DIRECTORY.countries[0], None):
        card = card_for(DIRECTORY, country, TODAY)
        assert cards.lines_pages(built_in_speech(), card) == cards.lines_pages(SAY, card)


def test_nothing_near_the_card_counts_promises_or_names_a_streak() -> None:
    said = [
        sentence.lower()
        for key, entry in load_words().catalogues["en"].items()
        if key.startswith("crisis.")
        for sentence in forms(entry)
    ]
    assert len(said) > 100
    for word in ("streak", "days in", "confidential", "anonymous", "we will", "guarantee", "alert"):
        assert [each for each in said if word in each] == []
    assert len(LAST_RESORT) <= LIMIT


def test_the_buttons_stay_within_discords_limits() -> None:
    likely = DIRECTORY.countries
    for country in DIRECTORY.countries:
        found = pages(country)
        for origin in Origin:
            place = parse.Place(country.code, origin)
            for number in range(len(found)):
                view = views.lines_view(SAY, place.at(number), views.Paging(len(found), 2), likely)
                rows = view.to_components()
                assert len(rows) <= 5
                assert all(1 <= len(row["components"]) <= 5 for row in rows)
                for row in rows:
                    for part in row["components"]:
                        assert len(part["custom_id"]) <= 100
                        assert len(part.get("options", ())) <= 25
                ids = [part["custom_id"] for row in rows for part in row["components"]]
                assert len(ids) == len(set(ids))


def test_what_a_button_says_is_read_back() -> None:
    for verb in Verb:
        for origin in Origin:
            place = parse.Place("GB", origin, 3)
            match = parse.PAGE.fullmatch(place.id(verb))
            assert match is not None
            found = parse.read_place(match, DIRECTORY)
            assert found[:2] == (verb, place)
            assert found[2].country is DIRECTORY.country("GB")
