"""The general crisis card: the emergency number and a few lines, in one message that needs no page.

Moderators post it in a channel, and members are sent it where they allowed that. Pure.
"""

from collections.abc import Iterator

from bot.domain.crisis import Kind
from bot.domain.crisis_card import Card, Entry, Heading
from bot.domain.crisis_fallback import FIND_A_HELPLINE
from bot.text import Speech
from cogs.crisis_lines import danger_text, entry_text, linked
from cogs.ui import CONTENT_LIMIT

MOST_LINES = 4
"""More are a press away, and a short message is read."""


def general_text(say: Speech, card: Card, room: int = CONTENT_LIMIT) -> str:
    """Return the card in at most `room` characters; the emergency number always fits."""
    head = danger_text(say, card.country)
    finder = linked(FIND_A_HELPLINE.name, FIND_A_HELPLINE.website)
    foot = "\n".join(
        (
            f"-# {say('crisis.finder', link=finder)}",
            say("general.more"),
            f"-# {say('general.nobody')}",
        )
    )
    lines = fitting_lines(say, card, room - len(head) - len(foot) - 2)
    return "\n".join((head, *lines, foot))


def fitting_lines(say: Speech, card: Card, room: int) -> list[str]:
    """Return crisis lines, the first ones first, that fit into so many characters."""
    country = card.country
    if country is None:
        return []
    rows = [say("general.talk")]
    for entry in _first(card):
        text = entry_text(say, entry, country)
        if len("\n".join((*rows, text))) + 1 > room:
            break
        rows.append(text)
    return rows if len(rows) > 1 else []


def _first(card: Card) -> Iterator[Entry]:
    """Yield the suicide and crisis lines; where there are none, those for any worry."""
    talk = [each for each in card.sections if each.heading is Heading.TALK]
    entries = [entry for each in talk for entry in each.entries]
    crisis = [each for each in entries if each.line.kind is Kind.SUICIDE_AND_CRISIS]
    yield from (crisis or entries)[:MOST_LINES]
