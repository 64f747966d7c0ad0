"""What a server's moderators change on the crisis card of their members. Pure.

A change is about a line. Countries and their emergency numbers are no part of any, so that nobody
can change or hide one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.crisis import Chat, Country, Directory, Line
from bot.domain.crisis_fields import digits

MOST_CHANGES = 25
"""In one server: so many stand in one list on Discord."""

EVERYWHERE = frozenset({"112", "911", "999"})
"""Emergency numbers in so many countries that they are nobody's line in any."""


class Act(StrEnum):
    """What was done to a line. The values are stored."""

    ADDED = "added"
    CORRECTED = "corrected"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Change:
    """One line as the server has it; where it is hidden, as it was when it was hidden."""

    act: Act
    line: Line


def with_changes(directory: Directory, changes: Sequence[Change]) -> Directory:
    """Return the directory as one server's members see it. Its countries stay what they are.

    A line of a country that is gone, or with what is by now an emergency number, is left out.
    """
    if not changes:
        return directory
    changed = {each.line.id for each in changes}
    own = (each.line for each in changes if each.act is not Act.HIDDEN)
    fitting = tuple(line for line in own if _fits(directory, line))
    rest = tuple(line for line in directory.lines if line.id not in changed)
    return replace(directory, lines=(*fitting, *rest))


def is_emergency(country: Country, number: str) -> bool:
    """Tell whether a number is for emergencies, so that it cannot be a line's."""
    dialled = digits(number)
    return dialled in EVERYWHERE or any(each.number == dialled for each in country.emergency)


def _fits(directory: Directory, line: Line) -> bool:
    country = directory.country(line.country)
    if country is None:
        return False
    numbers = (way.number for way in line.reach if not isinstance(way, Chat))
    return not any(is_emergency(country, number) for number in numbers)
