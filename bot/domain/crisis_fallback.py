"""What there is to say when no data can be read, or no country is known. Needs no file.

The one place in the domain that holds sentences: they must come when the catalogue is gone, too.
"""

from datetime import date

from bot.domain.crisis import Directory, Finder, FinderKind

_CHECKED = date(2026, 11, 22)

ANYWHERE = (
    "If life is in danger now, call the emergency number of the country you are in.",
    "112 works in every country of the European Union, and from many mobile phones elsewhere.",
    "In the United States, Canada and Mexico it is 911.",
    "If you cannot call, ask somebody near you to do it.",
)
"""In place of an emergency number: one sentence each, each number with the place it works in."""

FIND_A_HELPLINE = Finder(
    "int-findahelpline",
    FinderKind.HELPLINES,
    "Find A Helpline",
    "https://findahelpline.com/",
    _CHECKED,
    "Lists checked helplines, country by country.",
)
"""Shown under every country, and with every line that has one source only."""

FINDERS = (
    FIND_A_HELPLINE,
    Finder(
        "int-befrienders",
        FinderKind.HELPLINES,
        "Befrienders Worldwide",
        "https://befrienders.org/",
        _CHECKED,
    ),
    Finder(
        "int-na",
        FinderKind.MEETINGS,
        "Narcotics Anonymous meeting search",
        "https://www.na.org/meetingsearch/",
        _CHECKED,
    ),
    Finder(
        "int-aa",
        FinderKind.MEETINGS,
        "Alcoholics Anonymous meeting finder",
        "https://www.aa.org/find-aa",
        _CHECKED,
    ),
)

WITHOUT_DATA = Directory((), (), FINDERS)
"""The directory of a bot whose file is gone."""

LAST_RESORT = "\n".join((*ANYWHERE, f"{FIND_A_HELPLINE.name}: <{FIND_A_HELPLINE.website}>"))
"""What is shown where even the card cannot be made."""
