"""From what a person typed to the name of a time zone, or to the nearest names. Pure.

Only names that the zone data really holds are ever returned; nothing typed is used as a path.
"""

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from zoneinfo import available_timezones

OFFERED = 25
"""Discord shows at most this many choices."""

LONGEST_TYPED = 64
"""More than any zone name; the rest of a longer text is not looked at."""

# Folders of the zone data that name places; the rest are old short names and fixed offsets.
PLACES = (
    "Europe/",
    "America/",
    "Asia/",
    "Africa/",
    "Australia/",
    "Pacific/",
    "Atlantic/",
    "Indian/",
    "Antarctica/",
    "Arctic/",
)

NOT_FOR_PEOPLE = ("Factory", "localtime", "posixrules")

# Offered before anything is typed, from west to east.
FIRST_OFFERED = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Mexico_City",
    "America/Chicago",
    "America/Bogota",
    "America/New_York",
    "America/Halifax",
    "America/Sao_Paulo",
    "UTC",
    "Europe/London",
    "Europe/Lisbon",
    "Africa/Lagos",
    "Europe/Berlin",
    "Europe/Paris",
    "Africa/Johannesburg",
    "Europe/Athens",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)

WIDELY_USED = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
)

# Everyday letters for a whole region. As zone names some of them exist but never change to summer
# time, which is not what is meant; so they lead to places.
EVERYDAY = MappingProxyType(
    {
        "et": ("America/New_York",),
        "est": ("America/New_York",),
        "edt": ("America/New_York",),
        "ct": ("America/Chicago",),
        "cst": ("America/Chicago",),
        "cdt": ("America/Chicago",),
        "mt": ("America/Denver", "America/Phoenix"),
        "mst": ("America/Denver", "America/Phoenix"),
        "mdt": ("America/Denver",),
        "pt": ("America/Los_Angeles",),
        "pst": ("America/Los_Angeles",),
        "pdt": ("America/Los_Angeles",),
        "hst": ("Pacific/Honolulu",),
        "bst": ("Europe/London",),
        "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
        "aest": ("Australia/Sydney", "Australia/Brisbane"),
    }
)


@dataclass(frozen=True, slots=True)
class UnknownZone:
    """No zone is called that. `suggestions` are real names near it, nearest first."""

    suggestions: tuple[str, ...]


def parse_zone(text: str) -> str | UnknownZone:
    """Return the zone a person means: its name in any case, or its city alone."""
    typed = _folded(text)
    if typed not in EVERYDAY and len(text) <= LONGEST_TYPED:
        for names in (_cities(), _names()):
            if typed in names:
                return names[typed]
    return UnknownZone((typed and search_zones(text, 5)) or WIDELY_USED)


def search_zones(typed: str, limit: int = OFFERED) -> tuple[str, ...]:
    """Return real zone names for what was typed so far, best first."""
    sought = _folded(typed)
    if not sought:
        return FIRST_OFFERED[:limit]
    ranked = sorted(
        (rank, name not in FIRST_OFFERED, name)
        for folded, name in _names().items()
        if (rank := _rank(folded, sought)) is not None
    )
    everyday = [name for name in EVERYDAY.get(sought, ()) if name.casefold() in _names()]
    found = [*everyday, *(name for _, _, name in ranked)] or _near(sought)
    return tuple(dict.fromkeys(found))[:limit]


def _rank(folded: str, sought: str) -> int | None:
    """Return how well a folded name answers, 0 best, or None where it does not.

    Names outside the places (old short names, fixed offsets whose sign is upside down) answer to
    their full name only.
    """
    city = folded.rsplit("/", 1)[-1]
    if sought == folded and sought not in EVERYDAY:
        return 1
    if not _names()[folded].startswith(PLACES):
        return None
    if sought == city:
        return 0
    if city.startswith(sought):
        return 2
    if folded.startswith(sought):
        return 3
    return 4 if sought in folded else None


def _near(sought: str) -> list[str]:
    """Return the names of cities that are spelled alike."""
    city = sought.rsplit("/", 1)[-1]
    return [_cities()[near] for near in get_close_matches(city, _cities(), n=5, cutoff=0.6)]


def _folded(text: str) -> str:
    """Return text as names are compared: no case, no accents, underscores, nothing invisible."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_TYPED]).casefold()
    kept = "".join(letter for letter in plain if letter.isprintable() and letter.isascii())
    parts = kept.replace("_", " ").split("/")
    return "/".join("_".join(part.split()) for part in parts)


@cache
def _names() -> dict[str, str]:
    """Folded full name -> name, read once from the zone data when first asked."""
    return {
        _folded(name): name
        for name in sorted(available_timezones())
        if name not in NOT_FOR_PEOPLE and not name.startswith(("posix/", "right/"))
    }


@cache
def _cities() -> dict[str, str]:
    """Folded city -> name. Where a city has several names they mean the same time."""
    found: dict[str, str] = {}
    for place in PLACES:
        for folded, name in _names().items():
            if name.startswith(place):
                found.setdefault(folded.rsplit("/", 1)[-1], name)
    return found
