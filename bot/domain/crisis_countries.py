"""From what a person typed, or from their client's language, to a country. Pure.

A client's language only ever gives a guess, and a guess is always offered as one.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from bot.domain.crisis import Country, Directory

OFFERED = 25
"""Discord shows at most this many choices."""

LONGEST_TYPED = 64
"""More than any name; the rest of a longer text is not looked at."""

# Offered before anything is typed, in this order.
FIRST_OFFERED = (
    *("US", "CA", "GB", "IE", "AU", "NZ", "DE", "AT", "CH", "FR", "BE", "NL", "ES"),
    *("IT", "PT", "SE", "NO", "DK", "FI", "PL", "BR", "MX", "IN", "ZA", "JP"),
)

# Letters that are not a plain letter and a mark, as people without that keyboard write them.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)

# Discord's locales that name one country, or a language that is at home in one country of ours.
# Not here: de, fr, nl, it, el, ru and es-419, whose speakers live under several emergency numbers
# and several lines; a wrong guess costs them more than choosing does.
LIKELY: Mapping[str, str] = MappingProxyType(
    {
        "en-GB": "GB",
        "es-ES": "ES",
        "pt-BR": "BR",
        "sv-SE": "SE",
        "zh-CN": "CN",
        "zh-TW": "TW",
        "bg": "BG",
        "cs": "CZ",
        "da": "DK",
        "fi": "FI",
        "hi": "IN",
        "hr": "HR",
        "hu": "HU",
        "id": "ID",
        "ja": "JP",
        "ko": "KR",
        "lt": "LT",
        "no": "NO",
        "pl": "PL",
        "ro": "RO",
        "th": "TH",
        "tr": "TR",
        "uk": "UA",
    }
)

# What a client speaks that nobody has set up.
WEAK: Mapping[str, str] = MappingProxyType({"en-US": "US"})


@dataclass(frozen=True, slots=True)
class Guess:
    """A country to ask about. A weak one says little: half the world leaves its client so."""

    country: Country
    is_weak: bool


def guess_country(directory: Directory, locale: str) -> Guess | None:
    """Return the country a Discord locale such as "pt-BR" hints at, if it hints at one."""
    code = LIKELY.get(locale) or WEAK.get(locale)
    country = None if code is None else directory.country(code)
    return None if country is None else Guess(country, locale in WEAK)


def find_country(directory: Directory, typed: str) -> Country | None:
    """Return the one country that is called so: by code, by name, by any name people type."""
    sought = folded(typed)
    by_code = directory.country(sought.upper())
    if by_code is not None or not sought:
        return by_code
    called = [each for each in directory.countries if sought in _names(each)]
    return called[0] if len(called) == 1 else None


def search_countries(directory: Directory, typed: str, limit: int = OFFERED) -> tuple[Country, ...]:
    """Return countries for what was typed so far, best first; for nothing, the first to offer."""
    sought = folded(typed)
    if not sought:
        offered = (directory.country(code) for code in FIRST_OFFERED)
        return tuple(each for each in offered if each is not None)[:limit]
    ranked = sorted(
        (
            (rank, each.name, each)
            for each in directory.countries
            if (rank := _rank(each, sought)) is not None
        ),
        key=lambda found: found[:2],
    )
    return tuple(each for _, _, each in ranked)[:limit] or _near(directory, sought)[:limit]


def folded(text: str) -> str:
    """Return a name as names are compared: letters only, no case, no accents, nothing between."""
    # twice: some letters have a plain form only once they are taken apart
    apart = unicodedata.normalize("NFKD", text[:LONGEST_TYPED])
    plain = unicodedata.normalize("NFKD", apart.casefold())
    letters = "".join(each for each in plain if each.isalpha())
    return unicodedata.normalize("NFC", letters.translate(PLAIN_LETTERS))


def _names(country: Country) -> tuple[str, ...]:
    return tuple(folded(name) for name in (country.name, *country.names))


def _rank(country: Country, sought: str) -> int | None:
    """Return how well a country answers, 0 best, or None where it does not."""
    name, *others = _names(country)
    if sought == country.code.casefold():
        return 0
    if sought == name or sought in others:
        return 1
    if name.startswith(sought):
        return 2
    if any(other.startswith(sought) for other in others):
        return 3
    return 4 if sought in name else None


def _near(directory: Directory, sought: str) -> tuple[Country, ...]:
    """Return the countries that are spelled alike."""
    names = {name: each for each in directory.countries for name in _names(each)}
    near = get_close_matches(sought, names, n=5, cutoff=0.7)
    return tuple(dict.fromkeys(names[each] for each in near))
