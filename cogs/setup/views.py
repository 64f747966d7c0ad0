"""The buttons of the preview card. What Save would save is all in their custom_ids."""

import discord
from discord import ui

from bot.text import Speech
from cogs.setup.parse import Wish, card_id
from cogs.ui import buttons


def card_buttons(say: Speech, wish: Wish, *, may_save: bool) -> ui.View:
    """Return Save, Check again and Cancel. Save is shut while nothing could be posted."""
    return buttons(
        ui.Button(
            label=say("setup.save"),
            style=discord.ButtonStyle.success,
            custom_id=card_id("save", wish),
            disabled=not may_save,
        ),
        ui.Button(label=say("setup.again"), custom_id=card_id("again", wish)),
        ui.Button(label=say("setup.cancel"), custom_id=card_id("cancel", wish)),
    )
