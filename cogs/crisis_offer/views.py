"""The buttons around being sent the crisis card. What they mean is all in their custom_ids."""

import re

from discord import ui

from bot.text import Speech
from cogs.ui import buttons
from cogs.urgent import urgent_button

HERE = re.compile(r"o:(?P<act>show|on|off)")
STOP = re.compile(r"o:stop")

BACK = "h:show"
"""The card of /privacy, which is another feature's."""


def page_buttons(say: Speech, *, is_on: bool) -> ui.View:
    """Return what a member can do on the page."""
    change: ui.Button[ui.View] = (
        ui.Button(label=say("offer.turn_off"), custom_id="o:off")
        if is_on
        else ui.Button(label=say("offer.turn_on"), custom_id="o:on")
    )
    return buttons(change, ui.Button(label=say("privacy.back"), custom_id=BACK))


def card_buttons(say: Speech) -> ui.View:
    """Return what stands under a card that was sent: more lines, and never again."""
    return buttons(urgent_button(say), ui.Button(label=say("offer.stop"), custom_id="o:stop"))
