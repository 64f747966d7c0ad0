"""What a member reads about what is kept. Pure; nothing is sent here."""

import re

import discord
from discord import ui

from bot.services.privacy import Erased, Holdings
from bot.text import Speech
from bot.text.dates import spoken_date
from cogs.ui import buttons

CHOICE = re.compile(r"h:(?P<choice>export|ask|erase|keep)")


def held_text(say: Speech, held: Holdings) -> str:
    """Return what is kept about the reader in this server, in words."""
    if held.is_empty:
        return say("privacy.nothing")
    lines = [say("privacy.title")]
    if held.counted:
        lines.append(say("privacy.counted"))
    if not held.is_member and held.check_ins == 0:
        return "\n".join(lines)
    lines.append(say("privacy.check_ins", count=held.check_ins))
    if held.oldest is not None:
        oldest = f"{spoken_date(say, held.oldest)} {held.oldest.year}"
        lines.append(say("privacy.oldest", date=oldest))
    return "\n".join([*lines, say("privacy.sealed"), say("privacy.who")])


def erased_text(say: Speech, erased: Erased) -> str:
    """Return what a member reads when it is gone, and only then."""
    if erased.check_ins == 0:
        return say("privacy.erased_mark")
    return say("privacy.erased", count=erased.check_ins)


def held_buttons(say: Speech, held: Holdings) -> ui.View | None:
    """Return the ways to take it away and to erase it, where there is anything."""
    if held.is_empty:
        return None
    return buttons(
        ui.Button(label=say("privacy.export"), custom_id="h:export"),
        ui.Button(label=say("privacy.ask"), style=discord.ButtonStyle.secondary, custom_id="h:ask"),
    )


def sure_buttons(say: Speech) -> ui.View:
    """Return the last question before anything is erased."""
    return buttons(
        ui.Button(
            label=say("privacy.erase"), style=discord.ButtonStyle.danger, custom_id="h:erase"
        ),
        ui.Button(
            label=say("privacy.keep"), style=discord.ButtonStyle.secondary, custom_id="h:keep"
        ),
    )
