"""What people type for a time zone, and what nobody should."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zones import FIRST_OFFERED, OFFERED, UnknownZone, parse_zone, search_zones

NONSENSE = [
    "",
    " ",
    "Europe",
    "Factory",
    "localtime",
    "posix/Europe/Berlin",
    "right/Europe/Berlin",
    "../../etc/passwd",
    "/etc/localtime",
    "tzdata.zi",
    "x" * 300,
    "Europe/Berlin" + " " * 300,
    "Europe/Berlin\0.txt" * 5,
    "\0",
    "GMT+2",
    "🙂",
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" Europe / Berlin ", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("BERLIN", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("são paulo", "America/Sao_Paulo"),
        ("Istanbul", "Europe/Istanbul"),
        ("singapore", "Asia/Singapore"),
        ("utc", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("port-au-prince", "America/Port-au-Prince"),
    ],
)
def test_a_zone_is_understood_as_people_write_it(typed: str, meant: str) -> None:
    assert parse_zone(typed) == meant


@pytest.mark.parametrize("typed", NONSENSE)
def test_what_is_no_zone_is_refused_with_real_names(typed: str) -> None:
    found = parse_zone(typed)
    assert isinstance(found, UnknownZone)
    assert found.suggestions
    assert set(found.suggestions) <= available_timezones()


@pytest.mark.parametrize(
    ("typed", "near"),
    [("Europe/Berln", "Europe/Berlin"), ("londn", "Europe/London"), ("kolkatta", "Asia/Kolkata")],
)
def test_a_slip_of_the_finger_is_answered_with_what_was_meant(typed: str, near: str) -> None:
    found = parse_zone(typed)
    assert isinstance(found, UnknownZone)
    assert near in found.suggestions


@pytest.mark.parametrize(
    ("letters", "place"), [("EST", "America/New_York"), ("pst", "America/Los_Angeles")]
)
def test_letters_that_never_change_to_summer_time_lead_to_a_place(letters: str, place: str) -> None:
    found = parse_zone(letters)
    assert isinstance(found, UnknownZone)
    assert found.suggestions[0] == place
    assert search_zones(letters)[0] == place


def test_the_search_offers_the_wide_world_before_anything_is_typed() -> None:
    assert search_zones("") == FIRST_OFFERED
    assert set(FIRST_OFFERED) <= available_timezones()
    assert len(FIRST_OFFERED) == len(set(FIRST_OFFERED)) == OFFERED


def test_the_search_puts_the_city_first() -> None:
    assert search_zones("berl")[0] == "Europe/Berlin"
    assert search_zones("york")[0] == "America/New_York"
    assert search_zones("Europe/")[0].startswith("Europe/")
    assert len(search_zones("a", limit=7)) == 7


def test_a_city_with_two_names_means_the_same_time_by_both() -> None:
    by_city: dict[str, set[str]] = {}
    for name in available_timezones():
        by_city.setdefault(name.rsplit("/", 1)[-1].casefold(), set()).add(name)
    for city, names in by_city.items():
        if len(names) > 1 and isinstance(meant := parse_zone(city), str):
            assert meant in names


@given(st.text(max_size=400))
def test_whatever_is_typed_only_real_zones_come_out(typed: str) -> None:
    found = parse_zone(typed)
    offered = search_zones(typed)
    names = found.suggestions if isinstance(found, UnknownZone) else (found,)
    assert names
    assert {*names, *offered} <= available_timezones() - {"Factory", "localtime"}
    assert len(offered) <= OFFERED
    for name in names:
        ZoneInfo(name)


@given(st.sampled_from(sorted(available_timezones())))
def test_every_real_zone_can_be_typed_in_full_or_leads_to_a_place(name: str) -> None:
    found = parse_zone(name.swapcase())
    if isinstance(found, UnknownZone):
        assert name in ("Factory", "localtime", "EST", "MST", "HST")
    elif "/" in name:
        assert found == name
