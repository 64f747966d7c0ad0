"""Reading a crisis card as a person does: which numbers are on it, and under which country."""

import re

from bot.domain.crisis import Chat, Country, Directory
from bot.text import Speech, built_in_speech

ENGLISH = built_in_speech()

_ADDRESS = re.compile(r"\(<https://[^>]+>\)")
_SHOWN = re.compile(r"(?<=\S )\*\*([*+(]?\d[\dA-Z ()-]*)\*\*|`([^`\n]+)`")


def shown_numbers(text: str) -> list[str]:
    """Return all that is set so that it can be dialled or texted; pressed keys as well."""
    return [bold or code for bold, code in _SHOWN.findall(_ADDRESS.sub("", text))]


def numbers_of(directory: Directory, country: Country) -> set[str]:
    """Return every number, and every key to press, that a country has."""
    own = {each.number for each in country.emergency}
    for line in directory.lines_in(country):
        for way in line.reach:
            if not isinstance(way, Chat):
                own.add(way.number)
                own.add(getattr(way, "press", None) or way.number)
    return own


def stands_alone(text: str, country: Country, say: Speech = ENGLISH) -> bool:
    """Tell whether each number of a text has its country in the same piece of it.

    A piece is one row of emergency numbers, or an entry from its bold name to its source.
    """
    emergency = (say("crisis.danger", number="\n", where=""), say("crisis.also", numbers="\n"))
    begins = ("**", "1. ", "- ", *(row.partition("\n")[0].strip() for row in emergency))
    pieces: list[list[str]] = [[]]
    for row in text.splitlines():
        if row.startswith(begins):
            pieces.append([])
        pieces[-1].append(row)
    told = ("\n".join(piece) for piece in pieces)
    return all(f"({country.name}" in piece for piece in told if shown_numbers(piece))
