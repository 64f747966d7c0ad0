"""What people do with /privacy, for all tests that need somebody of whom something is kept."""

import json
from typing import Any

from sandbox.interactions import Answer
from sandbox.people import Person
from sandbox.things import Channel, Message
from tests.dialogue.stage import say_yes

WORDS = "a quiet marigold morning"


async def check_in(who: Person, prompt: Message, words: str = WORDS) -> None:
    """Say yes to check-ins for the first time, and send the form with a line."""
    card = await who.press(prompt, "Check in")
    assert card.shown is not None
    form = await say_yes(who, card.shown)
    saved = await who.submit(form, {"How are you?": "4", "A line for yourself": words})
    assert saved.error is None


async def check_in_again(who: Person, prompt: Message, words: str = WORDS) -> None:
    """Send the form of somebody who said yes before."""
    form = await who.press(prompt, "Check in")
    saved = await who.submit(form, {"How are you?": "4", "A line for yourself": words})
    assert saved.error is None


async def privacy(who: Person, place: Channel) -> Message:
    """Use /privacy and return its card, which only they are shown."""
    answer = await who.slash(place, "privacy")
    assert answer.shown is not None, answer.error
    assert answer.shown.ephemeral_for == who.id
    return answer.shown


async def press(who: Person, card: Message, *labels: str) -> Message:
    """Press one button after the other; each changes the card in its place."""
    for label in labels:
        answer = await who.press(card, label)
        assert answer.error is None
        assert answer.updated is card, (label, answer.shown and answer.shown.text)
    return card


def exported(answer: Answer) -> dict[str, Any]:
    """Return what the JSON file of an export says."""
    assert answer.shown is not None, answer.error
    told: dict[str, Any] = json.loads(answer.shown.attachments[0].body)
    return told
