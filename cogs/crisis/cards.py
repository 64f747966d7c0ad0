"""What a person in danger reads: the card in pages, and the two pages beside it. Pure.

Every page opens with the emergency number and its country and fits into one message, so that each
can be read alone. Nothing here counts anything about the reader.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.crisis import Country, Finder
from bot.domain.crisis_age import Age
from bot.domain.crisis_card import Card, Entry, Heading
from bot.domain.crisis_fallback import FIND_A_HELPLINE
from bot.domain.crisis_opening import Opening, Origin
from bot.text import Speech
from cogs.crisis_lines import danger_text, entry_text, finder_text, linked
from cogs.ui import CONTENT_LIMIT

HEADINGS = {
    Heading.TALK: "crisis.heading.talk",
    Heading.ADDICTION: "crisis.heading.addiction",
    Heading.WITHOUT_SPEAKING: "crisis.heading.without_speaking",
    Heading.YOUTH: "crisis.heading.youth",
    Heading.VETERANS: "crisis.heading.veterans",
    Heading.LGBTQ: "crisis.heading.lgbtq",
    Heading.INDIGENOUS: "crisis.heading.indigenous",
    Heading.DOMESTIC_VIOLENCE: "crisis.heading.domestic_violence",
}

FIRST_PAGE = 700
"""About what a phone shows at once: Discord shows the end of a new message, and the emergency
number at its beginning must not be out of sight. In characters, without the foot; one line is there
in any case."""

NOTICE_ROOM = 400
"""Kept free on the first page for what is said about the country; in characters."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that is never cut in two, and the heading it stands under."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One message of at most 2,000 characters. `is_silent`: it has ways that need no voice."""

    text: str
    is_silent: bool


def lines_pages(say: Speech, card: Card, notices: Sequence[str] = ()) -> tuple[Page, ...]:
    """Return the card as messages; there is always a first one."""
    head = danger_text(say, card.country)
    first = "\n".join((head, *_opening_rows(say, card, notices)))
    blocks = tuple(_blocks(say, card))
    longest_foot = _foot(say, 99, 99, tuple(dict.fromkeys(each.heading for each in blocks)))
    room = CONTENT_LIMIT - len(longest_foot) - 2
    # the same pages whatever the notices are, so that no line falls between two of them
    reserved = max(0, NOTICE_ROOM - sum(len(notice) + 1 for notice in notices))
    at_most = room - len(first) - reserved
    wished = min(FIRST_PAGE - len(head), at_most)
    pages = _fill(blocks, (wished, at_most), room - len(head))
    told = []
    silent = say("crisis.heading.without_speaking")
    for number, page in enumerate(pages):
        rest = [each.heading for later in pages[number + 1 :] for each in later]
        headings = tuple(dict.fromkeys(rest))
        foot = _foot(say, number + 1, len(pages), headings)
        text = "\n".join((first if number == 0 else head, _text(page), foot))
        told.append(Page(text, any(each.heading == silent for each in page)))
    return tuple(told)


def notices_for(say: Speech, opening: Opening, *, can_choose: bool) -> tuple[str, ...]:
    """Return what is said about the country that is shown, or that none is."""
    country = opening.country
    missed = () if opening.missed is None else (say("crisis.unknown"),)
    if country is None:
        return (*missed, say("crisis.choose")) if can_choose else ()
    match opening.origin:
        case Origin.GUESS:
            return (*missed, f"**{say('crisis.guess', country=country.name)}**")
        case Origin.WEAK_GUESS:
            guess = f"**{say('crisis.guess', country=country.name)}**"
            return (*missed, guess, say("crisis.europe"))
        case Origin.REMEMBERED:
            return (*missed, f"-# {say('crisis.kept', country=country.name)}")
        case _:
            return (*missed, f"-# {say('crisis.offer')}")


def overdose_text(say: Speech, card: Card, *, names_use_alone: bool) -> str:
    """Return what to look for and what to do first; the emergency number comes first."""
    rows = [
        danger_text(say, card.country),
        f"**{say('crisis.overdose.signs')}**",
        f"- {say('crisis.overdose.answer')}",
        f"- {say('crisis.overdose.breath')}",
        f"- {say('crisis.overdose.colour')}",
        f"**{say('crisis.overdose.steps')}**",
        f"1. {say('crisis.overdose.call')}",
        f"2. {say('crisis.overdose.naloxone')}",
        f"3. {say('crisis.overdose.breathe')}",
        f"4. {say('crisis.overdose.again')}",
        f"5. {say('crisis.overdose.stay')}",
        say("crisis.overdose.never"),
        say("crisis.overdose.tolerance"),
        f"**{say('crisis.overdose.withdrawal')}**",
        say("crisis.overdose.seizures"),
        say("crisis.overdose.doctor"),
    ]
    limit = f"-# {say('crisis.overdose.limit')}"
    if names_use_alone and card.country is not None and card.use_alone:
        heading = f"**{say('crisis.overdose.alone')}**"
        room = CONTENT_LIMIT - len("\n".join([*rows, heading, limit])) - 1
        fitting = _fitting(say, card.use_alone, card.country, room)
        rows += [heading, *fitting] if fitting else []
    return "\n".join([*rows, limit])


def worried_text(say: Speech, card: Card) -> str:
    """Return words for somebody who is worried about another, and the lines, which are theirs."""
    rows = [
        danger_text(say, card.country),
        f"**{say('crisis.worried.say')}**",
        f"- {say('crisis.worried.worry')}",
        f"- {say('crisis.worried.suicide')}",
        f"- {say('crisis.worried.trained')}",
        f"- {say('crisis.worried.together')}",
        f"- {say('crisis.worried.near')}",
        f"**{say('crisis.worried.avoid')}**",
        f"- {say('crisis.worried.secret')}",
        f"- {say('crisis.worried.tough')}",
        f"- {say('crisis.worried.method')}",
        say("crisis.worried.discord"),
        f"**{say('crisis.worried.you')}**",
    ]
    foot = _finder(say)
    room = CONTENT_LIMIT - len("\n".join([*rows, foot])) - 1
    talk = [entry for each in card.sections[:1] for entry in each.entries]
    if card.country is not None:
        rows += _fitting(say, talk, card.country, room)
    return "\n".join([*rows, foot])


def _opening_rows(say: Speech, card: Card, notices: Sequence[str]) -> Iterator[str]:
    yield from notices
    match card.age:
        case Age.OLD:
            yield say("crisis.old")
        case Age.OVERDUE:
            yield say("crisis.overdue")
        case Age.CURRENT | Age.UNKNOWN:
            pass
    if card.country is not None and card.sections:
        yield say("crisis.talk")
    elif card.country is not None:
        yield say("crisis.none", country=card.country.name)


def _blocks(say: Speech, card: Card) -> Iterator[Block]:
    if card.country is not None:
        for section in card.sections:
            heading = say(HEADINGS[section.heading])
            for entry in section.entries:
                yield Block(heading, entry_text(say, entry, card.country))
        if card.country.note is not None:
            addiction = say("crisis.heading.addiction")
            yield Block(addiction, f"{card.country.note} ({card.country.name})")
    yield from _finders(say("crisis.heading.helplines"), card.helplines)
    yield from _finders(say("crisis.heading.meetings"), card.meetings)


def _finders(heading: str, finders: tuple[Finder, ...]) -> Iterator[Block]:
    return (Block(heading, finder_text(each)) for each in finders)


def _fill(blocks: tuple[Block, ...], first: tuple[int, int], others: int) -> list[list[Block]]:
    """Put as many blocks on each page as fit, in their order; the first page may be without any.

    `first`: what is wished for there, and what its one block may take at most.
    """
    wished, at_most = first
    pages: list[list[Block]] = [[]]
    for block in blocks:
        on_first = wished if pages[-1] else at_most
        room = on_first if len(pages) == 1 else others
        if len(_text([*pages[-1], block])) > room and (pages[-1] or len(pages) == 1):
            pages.append([])
        pages[-1].append(block)
    return pages


def _text(page: list[Block]) -> str:
    rows: list[str] = []
    heading = None
    for block in page:
        if block.heading != heading:
            heading = block.heading
            rows.append(f"**{heading}**")
        rows.append(block.text)
    return "\n".join(rows)


def _foot(say: Speech, page: int, pages: int, headings: tuple[str, ...]) -> str:
    where = say("crisis.page", page=page, pages=pages) if pages > 1 else ""
    rest = say("crisis.next", headings=" · ".join(headings)) if headings else ""
    rows = (_finder(say), f"-# {where} {rest}".rstrip() if where else "")
    return "\n".join(row for row in rows if row)


def _finder(say: Speech) -> str:
    link = linked(FIND_A_HELPLINE.name, FIND_A_HELPLINE.website)
    return f"-# {say('crisis.finder', link=link)}"


def _fitting(say: Speech, entries: Sequence[Entry], country: Country, room: int) -> list[str]:
    """Return the entries, from the first on, that fit into so many characters."""
    fitting: list[str] = []
    for entry in entries:
        fitting.append(entry_text(say, entry, country))
        if len("\n".join(fitting)) > room:
            return fitting[:-1]
    return fitting
