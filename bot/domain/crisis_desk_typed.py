"""From what a moderator typed about a line to a change of the card, or to what is amiss. Pure.

Nothing is mended or guessed: a field is plainly right, or the moderator gets it back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from bot.domain import crisis_fields as fields
from bot.domain.crisis import (
    Call,
    Chat,
    Confidence,
    Country,
    Directory,
    Kind,
    Line,
    Reach,
    SendText,
)
from bot.domain.crisis_countries import folded
from bot.domain.crisis_desk import Act, Change, is_emergency

OWN = "own-"
"""How the ids of added lines begin; no id of the directory does."""

FEWEST_DIGITS = 3
_TO_TEXT = re.compile(r"(?:(?P<keyword>\w{1,20}) to )?(?P<number>[0-9][0-9 -]{1,22}[0-9])")
_MARKUP = frozenset("*_~#[]")
_LETTERS = 3


class Wrong(StrEnum):
    """The first thing that is amiss."""

    LINE = "line"
    NAME = "name"
    NUMBER = "number"
    EMERGENCY = "emergency"
    TEXT = "text"
    CHAT = "chat"
    HOURS = "hours"
    SOURCE = "source"
    NO_WAY = "no_way"
    THERE = "there"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the fields of a command; None where one was left out."""

    source: str
    number: str | None = None
    text: str | None = None
    chat: str | None = None
    hours: str | None = None


class _AmissError(Exception):
    def __init__(self, what: Wrong) -> None:
        super().__init__(what)
        self.what = what


def added(
    directory: Directory, country: Country, kind: Kind, name: str, typed: Typed, today: date
) -> Change | Wrong:
    """Return a line of the server's own. `directory` is the one with the server's changes."""
    try:
        ways = tuple(_ways(country, typed))
        if not ways:
            return Wrong.NO_WAY
        key = _key(ways[0])
        line = Line(
            id=OWN + sha256(f"{country.code}|{key}".encode()).hexdigest()[:16],
            country=country.code,
            kind=kind,
            name=_plain(name.strip(), ways, Wrong.NAME),
            reach=ways,
            languages=(),
            source=_source(typed.source),
            checked=today,
            confidence=Confidence.SINGLE,
            hours=_hours(typed.hours, ways),
            by_server=True,
        )
    except _AmissError as amiss:
        return amiss.what
    there = (way for each in directory.lines_in(country) for way in each.reach)
    return Wrong.THERE if key in map(_key, there) else Change(Act.ADDED, line)


def corrected(directory: Directory, sought: str, typed: Typed, today: date) -> Change | Wrong:
    """Return a line with other ways of reaching it, or other hours; the rest of it stays."""
    found = _found(directory, sought)
    if found is None:
        return Wrong.LINE
    line, country = found
    try:
        new = tuple(_ways(country, typed))
        if not new and typed.hours is None:
            return Wrong.NOTHING
        kept = (way for way in line.reach if type(way) not in map(type, new))
        ways = (*new, *kept)
        changed = replace(
            line,
            reach=ways,
            hours=line.hours if typed.hours is None else _hours(typed.hours, ways),
            source=_source(typed.source),
            checked=today,
            confidence=Confidence.SINGLE,
            by_server=True,
        )
    except _AmissError as amiss:
        return amiss.what
    return Change(_act(line, Act.CORRECTED), changed)


def hidden(directory: Directory, sought: str, source: str, today: date) -> Change | Wrong:
    """Return that a line is not shown in the server."""
    found = _found(directory, sought)
    if found is None:
        return Wrong.LINE
    try:
        told = _source(source)
    except _AmissError as amiss:
        return amiss.what
    return Change(Act.HIDDEN, replace(found[0], source=told, checked=today, by_server=True))


def _act(line: Line, act: Act) -> Act:
    return Act.ADDED if line.id.startswith(OWN) else act


def _found(directory: Directory, sought: str) -> tuple[Line, Country] | None:
    """Return the line with this id, or the one of this name."""
    lines = [line for line in directory.lines if line.id == sought]
    if not lines and folded(sought):
        lines = [line for line in directory.lines if folded(line.name) == folded(sought)]
    country = directory.country(lines[0].country) if len(lines) == 1 else None
    return None if country is None else (lines[0], country)


def _ways(country: Country, typed: Typed) -> Iterator[Reach]:
    if typed.number is not None:
        yield Call(_number(country, typed.number.strip()))
    if typed.text is not None:
        yield _to_text(country, typed.text.strip())
    if typed.chat is not None:
        yield Chat(_page(typed.chat.strip(), Wrong.CHAT))


def _number(country: Country, number: str) -> str:
    if not fields.NUMBER.fullmatch(number) or len(fields.digits(number)) < FEWEST_DIGITS:
        raise _AmissError(Wrong.NUMBER)
    if is_emergency(country, number):
        raise _AmissError(Wrong.EMERGENCY)
    return number


def _to_text(country: Country, text: str) -> SendText:
    match = _TO_TEXT.fullmatch(text)
    if match is None:
        raise _AmissError(Wrong.TEXT)
    if is_emergency(country, match["number"]):
        raise _AmissError(Wrong.EMERGENCY)
    return SendText(match["number"], match["keyword"])


def _page(page: str, what: Wrong) -> str:
    row = fields.Row({"page": page}, "")
    found = row.page("page")
    if found is None:
        raise _AmissError(what)
    return found


def _source(source: str) -> str:
    """Return where a line can be checked: a page, or the name of who confirmed it."""
    told = source.strip()
    if told.lower().startswith("https://"):
        return _page(told, Wrong.SOURCE)
    return _plain(told, (), Wrong.SOURCE)


def _hours(hours: str | None, ways: tuple[Reach, ...]) -> str | None:
    if hours is None:
        return None
    told = hours.strip()
    if not fields.is_plain(told, fields.SHORT) or _MARKUP & set(told) or _foreign(told, ways):
        raise _AmissError(Wrong.HOURS)
    return told


def _plain(text: str, ways: tuple[Reach, ...], what: Wrong) -> str:
    letters = sum(each.isalpha() for each in text)
    is_marked = bool(_MARKUP & set(text)) or "www." in text.lower()
    if not fields.is_plain(text, fields.SHORT) or letters < _LETTERS or is_marked:
        raise _AmissError(what)
    if _foreign(text, ways):
        raise _AmissError(what)
    return text


def _foreign(text: str, ways: tuple[Reach, ...]) -> bool:
    """Tell whether something in a text could be dialled: a number stands in its own field."""
    own = [way.number for way in ways if not isinstance(way, Chat)]
    return any(True for _ in fields.foreign_numbers(text, own))


def _key(way: Reach) -> str:
    """Return what makes two ways the same: what is dialled, or the page that is opened."""
    return way.url if isinstance(way, Chat) else fields.digits(way.number)
