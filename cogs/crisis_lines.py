"""One line of the crisis card as text: how to reach it, when, in which languages. Pure.

A number never stands without its country.
"""

from typing import assert_never
from urllib.parse import urlsplit

from discord.utils import escape_markdown

from bot.domain.crisis import (
    Call,
    Chat,
    Confidence,
    Country,
    EmergencyNumber,
    Finder,
    Line,
    Reach,
    SendText,
    Service,
    WhatsApp,
)
from bot.domain.crisis_card import Entry
from bot.text import Speech
from cogs.crisis_languages import spoken

SERVICES = {
    Service.AMBULANCE: "crisis.services.ambulance",
    Service.FIRE: "crisis.services.fire",
    Service.POLICE: "crisis.services.police",
}


def danger_text(say: Speech, country: Country | None) -> str:
    """Return what stands first on every page: the emergency numbers, each with its country."""
    if country is None:
        where = ("crisis.anywhere", "crisis.europe", "crisis.america", "crisis.ask")
        first, *others = (say(key) for key in where)
        return "\n".join([f"**{first}**", *others])
    first_number, *further = country.emergency
    danger = say(
        "crisis.danger", number=bold(first_number.number), where=_where(say, first_number, country)
    )
    if not further:
        return danger
    numbers = ", ".join(_emergency(say, each, country) for each in further)
    return f"{danger}\n{say('crisis.also', numbers=numbers)}"


def entry_text(say: Speech, entry: Entry, country: Country) -> str:
    """Return one line of a country, in four or five rows of text."""
    line = entry.line
    ways = " · ".join(_way(say, each) for each in entry.reach)
    about = (line.hours or say("crisis.line.hours"), spoken(say, line.languages), line.cost)
    proof = _proof(say, line)
    if line.website is not None and line.website != line.source:
        proof = f"{linked(say('crisis.line.website'), line.website)} · {proof}"
    rows = (
        f"**{escape_markdown(line.name)}** ({country.name})",
        ways,
        escape_markdown(" · ".join(each for each in about if each)),
        None if line.note is None else escape_markdown(line.note),
        f"-# {proof}",
    )
    return "\n".join(row for row in rows if row)


def source_text(source: str) -> str:
    """Return where a line can be checked: a link, or the name of who confirmed it."""
    if not source.startswith("https://"):
        return escape_markdown(source)
    return linked(urlsplit(source).hostname or source, source)


def finder_text(finder: Finder) -> str:
    """Return a directory of the whole world: a link, and what it is."""
    note = "" if finder.note is None else f": {escape_markdown(finder.note)}"
    return f"- {linked(finder.name, finder.website)}{note}"


def linked(name: str, page: str) -> str:
    """Return a link that shows no preview."""
    return f"[{escape_markdown(name)}](<{page}>)"


def bold(number: str) -> str:
    """Return a number that can be copied: bold, or as code where markup would change it."""
    return f"**{number}**" if escape_markdown(number) == number else f"`{number}`"


def _proof(say: Speech, line: Line) -> str:
    source, date = source_text(line.source), line.checked.isoformat()
    if line.by_server:
        return say("crisis.line.server", source=source, date=date)
    if line.confidence is Confidence.SINGLE:
        return say("crisis.line.single", link=source, date=date)
    return say("crisis.line.source", link=source, date=date)


def _emergency(say: Speech, number: EmergencyNumber, country: Country) -> str:
    return say("crisis.number", number=bold(number.number), where=_where(say, number, country))


def _where(say: Speech, number: EmergencyNumber, country: Country) -> str:
    """Return the country of a number, then who comes, then when it is the one."""
    reaches = (say(SERVICES[each]) for each in number.reaches)
    return ", ".join((country.name, *reaches, *([] if number.when is None else [number.when])))


def _way(say: Speech, way: Reach) -> str:
    match way:
        case Call():
            return _when(say, _call(say, way), way.when)
        case SendText():
            return _when(say, _send_text(say, way), way.when)
        case WhatsApp(number=number):
            return say("crisis.reach.whatsapp", number=bold(number))
        case Chat(url=url):
            return linked(say("crisis.reach.chat"), url)
        case _:
            assert_never(way)


def _call(say: Speech, way: Call) -> str:
    if way.press is None:
        return say("crisis.reach.call", number=bold(way.number))
    return say("crisis.reach.press", number=bold(way.number), digit=bold(way.press))


def _send_text(say: Speech, way: SendText) -> str:
    if way.keyword is None:
        return say("crisis.reach.text", number=bold(way.number))
    return say("crisis.reach.keyword", number=bold(way.number), keyword=bold(way.keyword))


def _when(say: Speech, said: str, when: str | None) -> str:
    return said if when is None else say("crisis.reach.when", way=said, when=when)
