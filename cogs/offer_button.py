"""The way from /privacy to the page on being sent the crisis card. cogs/crisis_offer answers it."""

from typing import Any

from discord import ui

from bot.text import Speech

OPEN = "o:show"


def offer_button(say: Speech) -> ui.Button[Any]:
    """Return the button that opens the page."""
    return ui.Button(label=say("offer.button"), custom_id=OPEN)
