"""With which country the card opens: what was said, what was asked to remember, then a guess."""

import pytest

from bot.crisis_file import load_crisis
from bot.domain.crisis_fallback import WITHOUT_DATA
from bot.domain.crisis_opening import (
    UNKNOWN,
    Origin,
    Standing,
    likely_countries,
    named_country,
    opening,
)

DIRECTORY = load_crisis().directory
BOTH = Standing(remembered="NO", server="IE")


@pytest.mark.parametrize(
    ("typed", "standing", "locale", "code", "origin"),
    [
        ("uk", BOTH, "pl", "GB", Origin.NAMED),
        ("JP", BOTH, "pl", "JP", Origin.NAMED),
        (None, BOTH, "pl", "NO", Origin.REMEMBERED),
        (None, Standing(server="IE"), "pl", "IE", Origin.SERVERS),
        (None, Standing(remembered="ZZ", server="IE"), "pl", "IE", Origin.SERVERS),
        (None, UNKNOWN, "pl", "PL", Origin.GUESS),
        (None, UNKNOWN, "en-US", "US", Origin.WEAK_GUESS),
        (None, UNKNOWN, "de", None, Origin.NOWHERE),
        (None, UNKNOWN, "xx-forged", None, Origin.NOWHERE),
        ("Atlantis", BOTH, "pl", "NO", Origin.REMEMBERED),
        ("Atlantis", UNKNOWN, "de", None, Origin.NOWHERE),
        ("", UNKNOWN, "de", None, Origin.NOWHERE),
    ],
)
def test_the_country_the_card_opens_with(
    typed: str | None, standing: Standing, locale: str, code: str | None, origin: Origin
) -> None:
    found = opening(DIRECTORY, typed, standing, locale)
    assert (found.country and found.country.code, found.origin) == (code, origin)
    assert found.missed == (typed if typed == "Atlantis" else None)


def test_without_data_there_is_no_country() -> None:
    found = opening(WITHOUT_DATA, "uk", BOTH, "pl")
    assert (found.country, found.origin) == (None, Origin.NOWHERE)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("germ", "DE"), ("united", None), ("austr", None), ("Irlande du Sud", None), ("123", None)],
)
def test_a_beginning_is_enough_where_one_country_alone_begins_so(
    typed: str, code: str | None
) -> None:
    found = named_country(DIRECTORY, typed)
    assert (found and found.code) == code


def test_those_to_choose_among_begin_with_the_one_shown_then_what_is_near() -> None:
    shown = DIRECTORY.country("NP")
    found = likely_countries(DIRECTORY, shown, "austr", 24)
    assert [each.code for each in found[:3]] == ["NP", "AU", "AT"]
    assert len(found) == len(set(found)) == 24
    assert likely_countries(WITHOUT_DATA, None, "austr", 24) == ()
