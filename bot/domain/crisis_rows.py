"""The schema of the crisis directory: from blocks of fields to a Directory. Pure; never raises.

Good rows stay, whatever their neighbours look like. A line with a fault is left out whole, since a
missing menu step makes a number a wrong one; a country stays while its code, its name and one
emergency number can be read. docs/crisis-directory.md says the same to contributors.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain import crisis_fields as fields
from bot.domain.crisis import (
    Call,
    Chat,
    Confidence,
    Country,
    Directory,
    EmergencyNumber,
    Finder,
    FinderKind,
    Kind,
    Line,
    Reach,
    SendText,
    Service,
    WhatsApp,
)
from bot.domain.crisis_countries import folded
from bot.domain.crisis_fallback import FIND_A_HELPLINE, FINDERS
from bot.domain.crisis_fields import Row

TABLES = ("country", "line", "finder")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What can be used, and one sentence, naming its row, for each thing that cannot."""

    directory: Directory
    faults: tuple[str, ...]


def parse(rows: Mapping[str, object]) -> Parsed:
    """Read lists of blocks, named as in TABLES. Anything at all may stand in them."""
    faults = [
        f"there is a table {name!a}, which is not known" for name in sorted(rows.keys() - {*TABLES})
    ]
    countries = _countries(rows, faults)
    lines = _lines(rows, {each.code for each in countries}, faults)
    finders = _finders(rows, faults)
    return Parsed(Directory(countries, lines, finders), tuple(faults))


def _blocks(rows: Mapping[str, object], table: str, faults: list[str]) -> list[object]:
    found = rows.get(table, [])
    if isinstance(found, list):
        return found
    faults.append(f"{table} is not a list of blocks")
    return []


def _called(block: object, field: str, table: str, place: int) -> str:
    """Return how faults name a row: by its id or code, else by its place in the file."""
    name = block.get(field) if isinstance(block, dict) else None
    known = isinstance(name, str) and fields.is_plain(name, fields.SHORT)
    return f"{table} {name}" if known else f"{table} number {place}"


def _countries(rows: Mapping[str, object], faults: list[str]) -> tuple[Country, ...]:
    found: list[Country] = []
    for place, block in enumerate(_blocks(rows, "country", faults), 1):
        row = Row(block, _called(block, "code", "country", place))
        country = _country(row)
        found += [] if country is None else [country]
        faults += row.faults
    claims = Counter(each.code for each in found)
    for code in (code for code, times in claims.items() if times > 1):
        faults.append(f"country {code} is there {claims[code]} times; none of them is used")
    used = tuple(each for each in found if claims[each.code] == 1)
    faults += _shared_names(used)
    return used


def _country(row: Row) -> Country | None:
    code = row.shaped("code", fields.COUNTRY_CODE, "GB")
    name = row.text("name")
    names = tuple(each for each in row.items("names") if fields.is_plain(each, fields.SHORT))
    if len(names) < len(row.items("names")):
        row.fault("has names that are not all plain text")
    emergency = _emergency(row)
    note, source, checked = row.text("note", fields.LONG), row.page("source"), row.day("checked")
    row.needs(code=code, name=name, emergency=emergency, source=source, checked=checked)
    row.ends()
    if next(fields.foreign_numbers(note or "", ()), None):
        row.fault("has a note with a number in it")
        note = None
    if code is None or name is None or not emergency:
        row.fault("cannot be used, nor can its lines")
        return None
    return Country(code, name, tuple(map(str, names)), emergency, note, source, checked)


def _emergency(row: Row) -> tuple[EmergencyNumber, ...]:
    """Read the numbers of one country; one that cannot be read is left out."""
    found = []
    for content in row.items("emergency"):
        entry = Row(content, f"an emergency number of {row.called}")
        number = entry.shaped("number", fields.EMERGENCY_NUMBER, "112")
        services = entry.items("reaches")
        reaches = tuple(each for each in Service if each.value in services)
        if len(reaches) < len(services):
            entry.fault(f"reaches something else than {', '.join(Service)}")
        when = entry.text("when")
        entry.needs(number=number)
        entry.ends()
        row.faults += entry.faults
        if number is not None and not entry.faults:
            found.append(EmergencyNumber(number, reaches, when))
    return tuple(found)


def _shared_names(countries: tuple[Country, ...]) -> Iterator[str]:
    owners: dict[str, str] = {each.code.casefold(): each.code for each in countries}
    for country in countries:
        for name in dict.fromkeys(folded(each) for each in (country.name, *country.names)):
            owner = owners.setdefault(name, country.code)
            if owner != country.code:
                yield f"country {country.code} and country {owner} share the name {name!a}"


def _lines(rows: Mapping[str, object], known: set[str], faults: list[str]) -> tuple[Line, ...]:
    found: dict[str, Line] = {}
    for place, block in enumerate(_blocks(rows, "line", faults), 1):
        row = Row(block, _called(block, "id", "line", place))
        line = _line(row)
        if line is not None and line.country not in known:
            row.fault(f"is of {line.country}, a country that is not there or cannot be used")
        if line is not None and line.id in found:
            row.fault("has an id that another line had first")
        if line is not None and not row.faults:
            found[line.id] = line
        faults += row.faults
    return tuple(found.values())


def _line(row: Row) -> Line | None:
    """Read one line; None where a field that every line has is missing."""
    id_, kind, name = _id(row), row.choice("kind", Kind), row.text("name")
    country = row.shaped("country", fields.COUNTRY_CODE, "GB")
    reach = _reach(row)
    languages = row.all_shaped("languages", fields.LANGUAGE, "en or pt-BR")
    source, checked = row.page("source"), row.day("checked")
    confidence = row.choice("confidence", Confidence)
    website, hours, cost = row.page("website"), row.text("hours"), row.text("cost")
    note = row.text("note", fields.LONG)
    row.needs(id=id_, country=country, kind=kind, name=name, languages=languages)
    row.needs(source=source, checked=checked, confidence=confidence)
    row.ends()
    if not reach:
        row.fault("has no phone, text, whatsapp or chat")
    if id_ is None or country is None or kind is None or name is None:
        return None
    if source is None or checked is None or confidence is None:
        return None
    if not id_.startswith(f"{country.lower()}-"):
        row.fault(f"is of {country}, so its id begins with {country.lower()}-")
    own = _numbers(reach)
    for text in (name, note or "", hours or "", cost or ""):
        for number in fields.foreign_numbers(text, own):
            row.fault(f"names {number} in a text; a number stands in its own field")
    return Line(
        id=id_,
        country=country,
        kind=kind,
        name=name,
        reach=reach,
        languages=languages,
        source=source,
        checked=checked,
        confidence=confidence,
        website=website,
        hours=hours,
        cost=cost,
        note=note,
    )


def _id(row: Row) -> str | None:
    return row.shaped("id", fields.IDENTIFIER, "gb-samaritans")


def _reach(row: Row) -> tuple[Reach, ...]:
    """Return the ways to reach a line: its own, then those that stand under `also`."""
    ways = [*_call_or_text(row, None)]
    whatsapp = row.shaped("whatsapp", fields.WHATSAPP_NUMBER, "+65 9151 1767")
    chat = row.page("chat")
    for content in row.items("also"):
        entry = Row(content, f"something under `also` of {row.called}")
        when = entry.text("when")
        further = [*_call_or_text(entry, when)]
        if len(further) != 1:
            entry.fault("has not exactly one phone or text")
        entry.needs(when=when)
        entry.ends()
        row.faults += entry.faults
        ways += further
    ways += [] if whatsapp is None else [WhatsApp(whatsapp)]
    ways += [] if chat is None else [Chat(chat)]
    return tuple(ways)


def _call_or_text(row: Row, when: str | None) -> Iterator[Reach]:
    phone = row.shaped("phone", fields.NUMBER, "116 123")
    press = row.shaped("press", fields.MENU_KEY, "2")
    text = row.shaped("text", fields.TEXT_NUMBER, "85258")
    keyword = row.shaped("keyword", fields.KEYWORD, "SHOUT")
    if phone is not None:
        yield Call(phone, press, when)
    elif press is not None:
        row.fault("has a key to press and no phone")
    if text is not None:
        yield SendText(text, keyword, when)
    elif keyword is not None:
        row.fault("has a keyword and no number to text it to")


def _numbers(reach: tuple[Reach, ...]) -> list[str]:
    return [way.number for way in reach if not isinstance(way, Chat)]


def _finders(rows: Mapping[str, object], faults: list[str]) -> tuple[Finder, ...]:
    """Read the directories of the world. The built-in ones stand in for those that are broken."""
    found: dict[str, Finder] = {}
    for place, block in enumerate(_blocks(rows, "finder", faults), 1):
        row = Row(block, _called(block, "id", "finder", place))
        finder = _finder(row)
        if finder is not None and finder.id in found:
            row.fault("has an id that another finder had first")
        if finder is not None and not row.faults:
            found[finder.id] = finder
        faults += row.faults
    if not found:
        return FINDERS
    return tuple({FIND_A_HELPLINE.id: FIND_A_HELPLINE, **found}.values())


def _finder(row: Row) -> Finder | None:
    id_, kind, name = _id(row), row.choice("kind", FinderKind), row.text("name")
    website, checked = row.page("website"), row.day("checked")
    note = row.text("note", fields.LONG)
    row.needs(id=id_, kind=kind, name=name, website=website, checked=checked)
    row.ends()
    for text in (name or "", note or ""):
        for number in fields.foreign_numbers(text, ()):
            row.fault(f"names {number} in a text; a directory of the world has no number")
    if id_ is None or kind is None or name is None or website is None or checked is None:
        return None
    return Finder(id_, kind, name, website, checked, note)
