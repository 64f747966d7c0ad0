"""/privacy at Discord's edge: show what is kept, ask once, erase. No rule lives here."""

import re

from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.services import NotSaved
from cogs.privacy import cards
from cogs.ui import Press, door_of, guild_of, member_of, patiently, reply, speech, update


class Privacy(commands.Cog):
    """A member sees what is kept about them in this server, and can erase it."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        door_of(self.bot).presses(cards.CHOICE, self.pressed)

    @app_commands.command(
        name="privacy", description="See what is kept about you here, and erase it."
    )
    async def privacy(self, interaction: Press) -> None:
        say = speech(interaction)
        if interaction.guild_id is None:
            await reply(interaction, say("privacy.direct"))
            return
        held = await self.bot.privacy.held(guild_of(interaction), member_of(interaction))
        await reply(interaction, cards.held_text(say, held), cards.held_buttons(say, held))

    async def pressed(self, interaction: Press, match: re.Match[str]) -> None:
        say = speech(interaction)
        match match["choice"]:
            case "ask":
                await update(interaction, say("privacy.sure"), view=cards.sure_buttons(say))
            case "erase":
                await self.erase(interaction)
            case _:
                await update(interaction, say("privacy.kept"), view=None)

    async def erase(self, interaction: Press) -> None:
        say = speech(interaction)
        erasing = self.bot.privacy.erase(guild_of(interaction), member_of(interaction))
        try:
            erased = await patiently(interaction, erasing)
        except NotSaved:
            await reply(interaction, say("privacy.not_erased"))
            return
        await update(interaction, cards.erased_text(say, erased), view=None)
