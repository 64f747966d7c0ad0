"""What people type for their country, and what a client's language hints at."""

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.crisis_file import load_crisis
from bot.domain.crisis_countries import (
    FIRST_OFFERED,
    LIKELY,
    OFFERED,
    WEAK,
    find_country,
    folded,
    guess_country,
    search_countries,
)
from bot.domain.crisis_fallback import WITHOUT_DATA

DIRECTORY = load_crisis().directory


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("GB", "GB"),
        ("gb", "GB"),
        ("uk", "GB"),
        ("U.K.", "GB"),
        ("england", "GB"),
        ("Great  Britain ", "GB"),
        ("Northern Ireland", "GB"),
        ("usa", "US"),
        ("U.S.A.", "US"),
        ("us", "US"),
        ("America", "US"),
        ("EE. UU.", "US"),
        ("deutschland", "DE"),
        ("Allemagne", "DE"),
        ("GER", "DE"),
        ("Brasil", "BR"),
        ("BRAZIL", "BR"),
        ("holland", "NL"),
        ("the netherlands", "NL"),
        ("Österreich", "AT"),
        ("osterreich", "AT"),
        ("oesterreich", "AT"),
        ("España", "ES"),
        ("espana", "ES"),
        ("Türkiye", "TR"),
        ("TÜRKİYE", "TR"),
        ("turkey", "TR"),
        ("Kıbrıs", "CY"),
        ("Ísland", "IS"),
        ("日本", "JP"),
        ("россия", "RU"),
        ("Ελλάδα", "GR"),
        ("भारत", "IN"),
        ("مصر", "EG"),
        ("한국", "KR"),
        ("台灣", "TW"),
        ("czech republic", "CZ"),
        ("uae", "AE"),
        ("trinidad & tobago", "TT"),
        ("aotearoa", "NZ"),
        ("éire", "IE"),
        ("\u200bfrance\u200f", "FR"),
    ],
)
def test_a_country_is_found_by_what_people_call_it(typed: str, code: str) -> None:
    found = find_country(DIRECTORY, typed)
    assert found is not None
    assert found.code == code
    assert search_countries(DIRECTORY, typed)[0] == found


@pytest.mark.parametrize("typed", ["", "  ", "…", "x", "narnia", "united", "112", "🇬🇧"])
def test_what_names_no_one_country_finds_none(typed: str) -> None:
    assert find_country(DIRECTORY, typed) is None


@pytest.mark.parametrize("country", DIRECTORY.countries, ids=lambda each: each.code)
def test_every_country_is_found_by_each_of_its_names(country: object) -> None:
    for each in DIRECTORY.countries:
        if each == country:
            for name in (each.code, each.name, *each.names):
                assert find_country(DIRECTORY, name) == each, name


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("ger", ["DE"]),
        ("united", ["AE", "GB", "US"]),
        ("south", ["ZA", "KR"]),
        ("neth", ["NL"]),
        ("nederl", ["NL"]),
        ("germny", ["DE"]),
        ("phillipines", ["PH"]),
        ("qqqq", []),
    ],
)
def test_suggestions_begin_with_what_was_meant(typed: str, codes: list[str]) -> None:
    found = [each.code for each in search_countries(DIRECTORY, typed)]
    assert found[: len(codes)] == codes
    assert codes or not found


def test_before_anything_is_typed_the_first_to_offer_are_offered() -> None:
    assert tuple(each.code for each in search_countries(DIRECTORY, "")) == FIRST_OFFERED
    assert len(FIRST_OFFERED) == OFFERED == len(set(FIRST_OFFERED))


def test_a_single_letter_fills_the_list_and_no_more() -> None:
    assert len(search_countries(DIRECTORY, "a")) == OFFERED
    assert len(search_countries(DIRECTORY, "a", limit=3)) == 3


@given(st.text(max_size=200))
@example("\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL S}")
def test_anything_may_be_typed(typed: str) -> None:
    found = search_countries(DIRECTORY, typed)
    assert len(found) <= OFFERED == len(set(FIRST_OFFERED))
    assert len({each.code for each in found}) == len(found)
    called = find_country(DIRECTORY, typed)
    assert called is None or called == found[0]
    assert folded(folded(typed)) == folded(typed)
    assert search_countries(WITHOUT_DATA, typed) == ()


@pytest.mark.parametrize(
    ("locale", "code", "is_weak"),
    [
        ("pt-BR", "BR", False),
        ("en-GB", "GB", False),
        ("sv-SE", "SE", False),
        ("ja", "JP", False),
        ("no", "NO", False),
        ("en-US", "US", True),
    ],
)
def test_a_clients_language_hints_at_a_country(locale: str, code: str, is_weak: bool) -> None:  # noqa: FBT001 - a column of the table
    guess = guess_country(DIRECTORY, locale)
    assert guess is not None
    assert (guess.country.code, guess.is_weak) == (code, is_weak)


@pytest.mark.parametrize(
    "locale", ["de", "fr", "nl", "it", "el", "ru", "es-419", "vi", "fa", "", "GB", "xx-YY"]
)
def test_a_language_of_several_countries_hints_at_none(locale: str) -> None:
    assert guess_country(DIRECTORY, locale) is None


def test_every_locale_of_a_guess_is_one_of_discords() -> None:
    theirs = {str(each.value) for each in discord.Locale}
    assert {*LIKELY, *WEAK} <= theirs


def test_nothing_is_guessed_where_there_is_no_data() -> None:
    assert guess_country(WITHOUT_DATA, "en-GB") is None
