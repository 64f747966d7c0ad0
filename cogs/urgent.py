"""The quiet way to the crisis card, for whatever feature a hard answer can appear in.

The press is answered by cogs/crisis; no feature needs to know that one.
"""

from typing import Any

from discord import ButtonStyle, ui

from bot.text import Speech

OPEN = "k:open"


def urgent_button(say: Speech) -> ui.Button[Any]:
    """Return the button "Urgent help"."""
    return ui.Button(label=say("crisis.urgent"), style=ButtonStyle.secondary, custom_id=OPEN)
