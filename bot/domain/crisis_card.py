"""In which order a person in danger is shown what there is. Pure: a directory in, a card out.

The card is plain values: whoever renders it finds the emergency numbers with their country first,
then sections that are never empty, then the directories of the world. Whatever the country, there
is a card.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.crisis import (
    Call,
    Confidence,
    Country,
    Directory,
    Finder,
    FinderKind,
    Kind,
    Line,
    Reach,
)
from bot.domain.crisis_age import Age, oldest
from bot.domain.crisis_fallback import FIND_A_HELPLINE


class Heading(StrEnum):
    """The sections, in the order in which they stand on the card."""

    TALK = "talk"
    ADDICTION = "addiction"
    WITHOUT_SPEAKING = "without-speaking"
    YOUTH = "youth"
    VETERANS = "veterans"
    LGBTQ = "lgbtq"
    INDIGENOUS = "indigenous"
    DOMESTIC_VIOLENCE = "domestic-violence"


TALK = (Kind.SUICIDE_AND_CRISIS, Kind.EMOTIONAL_SUPPORT)
FOR_ALL = (*TALK, Kind.ADDICTION, Kind.TEXT_LINE)
"""Whoever asks: suicide and crisis lines before those for any worry, then addiction."""

GROUPS = {
    Heading.YOUTH: Kind.YOUTH,
    Heading.VETERANS: Kind.VETERANS,
    Heading.LGBTQ: Kind.LGBTQ,
    Heading.INDIGENOUS: Kind.INDIGENOUS,
    Heading.DOMESTIC_VIOLENCE: Kind.DOMESTIC_VIOLENCE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line in one section, with the ways of reaching it that belong there; at least one."""

    line: Line
    reach: tuple[Reach, ...]
    beside: Finder | None
    """The directory to link to together with the line, where one source alone backs it."""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading, at least one."""

    heading: Heading
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown. `country` is None where none is known: then there are no sections.

    `use_alone` stands apart from the sections: it belongs to the page on overdose, and each server
    decides whether it is named. `age` is that of the oldest row in use.
    """

    country: Country | None
    sections: tuple[Section, ...]
    helplines: tuple[Finder, ...]
    meetings: tuple[Finder, ...]
    use_alone: tuple[Entry, ...]
    age: Age


def card_for(directory: Directory, country: Country | None, today: date) -> Card:
    """Return the card for a country of the directory, or for nobody knows where."""
    lines = () if country is None else directory.lines_in(country)
    finders = directory.finders
    used = [line.checked for line in lines] + [finder.checked for finder in finders]
    return Card(
        country=country,
        sections=tuple(_sections(lines)),
        helplines=tuple(each for each in finders if each.kind is FinderKind.HELPLINES),
        meetings=tuple(each for each in finders if each.kind is FinderKind.MEETINGS),
        use_alone=_entries(lines, (Kind.USE_ALONE,), _any),
        age=oldest([*used, *([] if country is None else [country.checked])], today),
    )


def _sections(lines: tuple[Line, ...]) -> Iterator[Section]:
    entries = {
        Heading.TALK: _entries(lines, TALK, _spoken),
        Heading.ADDICTION: _entries(lines, (Kind.ADDICTION,), _spoken),
        Heading.WITHOUT_SPEAKING: _entries(lines, FOR_ALL, _silent),
    } | {heading: _entries(lines, (kind,), _any) for heading, kind in GROUPS.items()}
    for heading in Heading:
        if entries[heading]:
            yield Section(heading, entries[heading])


def _entries(
    lines: tuple[Line, ...], kinds: tuple[Kind, ...], fits: Callable[[Reach], bool]
) -> tuple[Entry, ...]:
    """Return the lines of some kinds by the order of the kinds, then as `_order` says."""
    found = [
        Entry(line, reach, _beside(line))
        for line in lines
        if line.kind in kinds and (reach := tuple(way for way in line.reach if fits(way)))
    ]
    return tuple(sorted(found, key=lambda each: (kinds.index(each.line.kind), *_order(each.line))))


def _order(line: Line) -> tuple[bool, bool, bool]:
    """The server's own lines come first, then confirmed ones, those for day and night before."""
    is_confirmed = line.confidence is Confidence.CONFIRMED
    return not line.by_server, not is_confirmed, not line.is_round_the_clock


def _beside(line: Line) -> Finder | None:
    return FIND_A_HELPLINE if line.confidence is Confidence.SINGLE else None


def _any(_: Reach) -> bool:
    return True


def _spoken(way: Reach) -> bool:
    return isinstance(way, Call)


def _silent(way: Reach) -> bool:
    return not isinstance(way, Call)
