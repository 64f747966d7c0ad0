"""With which country the card opens, and what is said about how it was found. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.crisis import Country, Directory
from bot.domain.crisis_countries import (
    FIRST_OFFERED,
    find_country,
    folded,
    guess_country,
    search_countries,
)
from bot.domain.crisis_desk import Change


class Origin(StrEnum):
    """How a country came to stand on the card. The values travel in buttons: one digit each."""

    NAMED = "1"
    """The reader has just named or chosen it."""
    REMEMBERED = "2"
    """It is the one they asked the bot to remember."""
    SERVERS = "3"
    """A moderator chose it for the server."""
    GUESS = "4"
    """Their client's language hints at it."""
    WEAK_GUESS = "5"
    """Their client's language is one that nobody has to have chosen."""
    NOWHERE = "0"
    """There is none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known before anybody says anything: codes of countries, and what a server names."""

    remembered: str | None = None
    server: str | None = None
    names_use_alone: bool = False
    changes: tuple[Change, ...] = ()
    """What the server's moderators corrected, hid and added."""


UNKNOWN = Standing()


@dataclass(frozen=True, slots=True)
class Opening:
    """The country to show, and how it was found. `missed`: what was typed names no country."""

    country: Country | None
    origin: Origin
    missed: str | None = None


def opening(directory: Directory, typed: str | None, standing: Standing, locale: str) -> Opening:
    """Return the country named, else the one remembered, else the server's, else a guess."""
    named = None if typed is None else named_country(directory, typed)
    if named is not None:
        return Opening(named, Origin.NAMED)
    missed = (typed or "").strip() or None
    for code, origin in (
        (standing.remembered, Origin.REMEMBERED),
        (standing.server, Origin.SERVERS),
    ):
        country = None if code is None else directory.country(code)
        if country is not None:
            return Opening(country, origin, missed)
    guess = guess_country(directory, locale)
    if guess is None:
        return Opening(None, Origin.NOWHERE, missed)
    origin = Origin.WEAK_GUESS if guess.is_weak else Origin.GUESS
    return Opening(guess.country, origin, missed)


def named_country(directory: Directory, typed: str) -> Country | None:
    """Return the country that was typed; a beginning is enough where only one begins so."""
    found = find_country(directory, typed)
    if found is not None or not folded(typed):
        return found
    begun = [
        each
        for each in directory.countries
        if any(folded(name).startswith(folded(typed)) for name in (each.name, *each.names))
    ]
    return begun[0] if len(begun) == 1 else None


def likely_countries(
    directory: Directory, shown: Country | None, typed: str | None, most: int
) -> tuple[Country, ...]:
    """Return countries to choose among: the one shown, those like what was typed, the usual."""
    near = () if typed is None else search_countries(directory, typed)
    usual = (directory.country(code) for code in FIRST_OFFERED)
    found = (shown, *near, *usual, *directory.countries)
    return tuple(dict.fromkeys(each for each in found if each is not None))[:most]
