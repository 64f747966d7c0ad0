"""The buttons and the list of /crisis-desk. What they mean is all in their custom_ids."""

from collections.abc import Sequence

import discord
from discord import ButtonStyle, ui

from bot.domain.crisis_desk import MOST_CHANGES, Change
from bot.text import Speech
from cogs.ui import buttons

LABEL_LIMIT = 100


def share_button(say: Speech, draft: int) -> ui.View:
    return buttons(
        ui.Button(label=say("desk.post"), style=ButtonStyle.success, custom_id=f"d:post:{draft}")
    )


def line_buttons(say: Speech, draft: int) -> ui.View:
    """Return Save and Cancel for a change."""
    return buttons(
        ui.Button(label=say("desk.save"), style=ButtonStyle.success, custom_id=f"d:save:{draft}"),
        ui.Button(label=say("desk.cancel"), custom_id=f"d:drop:{draft}"),
    )


def undo_list(say: Speech, changes: Sequence[Change]) -> ui.View:
    """Return the list from which one change is undone."""
    options = [
        discord.SelectOption(
            label=f"{each.line.name[: LABEL_LIMIT - 5]} ({each.line.country})", value=each.line.id
        )
        for each in changes[:MOST_CHANGES]
    ]
    view = ui.View(timeout=None)
    view.add_item(ui.Select(custom_id="d:undo", placeholder=say("desk.undo"), options=options))
    # finished, so that discord.py keeps no copy: the door answers it
    view.stop()
    return view
