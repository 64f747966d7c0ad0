"""/privacy at Discord's edge: show what is kept, hand it over, ask once, erase. No rule here."""

import asyncio
import io
import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.services import NotSaved
from bot.text.export_files import ExportFile, export_files, packed
from cogs.privacy import cards
from cogs.ui import Press, door_of, guild_of, member_of, patiently, reply, speech, update


class Privacy(commands.Cog):
    """A member sees what is kept about them in this server, can take it along, and can erase it."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        door_of(self.bot).presses(cards.CHOICE, self.pressed)

    @app_commands.command(
        name="privacy",
        description="See what is kept about you here, take it with you, or erase it.",
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
            case "export":
                await self.export(interaction)
            case "ask":
                await update(interaction, say("privacy.sure"), view=cards.sure_buttons(say))
            case "erase":
                await self.erase(interaction)
            case _:
                await update(interaction, say("privacy.kept"), view=None)

    async def export(self, interaction: Press) -> None:
        """Hand both files to the one who pressed, in one answer that nobody else sees."""
        say = speech(interaction)
        files = await patiently(interaction, self.files_for(interaction))
        if files is None:
            await reply(interaction, say("privacy.too_large"))
            return
        handed = [discord.File(io.BytesIO(file.content), file.name) for file in files]
        try:
            await reply(interaction, say("privacy.exported"), files=handed)
        except discord.Forbidden:
            await reply(interaction, say("privacy.no_files"))

    async def files_for(self, interaction: Press) -> tuple[ExportFile, ...] | None:
        """Return what is handed over; None where even packed it is too large for Discord."""
        guild, member = guild_of(interaction), member_of(interaction)
        export = await self.bot.exports.of_member(guild, member)
        # Years of answers take a while to write out: not on the thread that answers everybody.
        files = await asyncio.to_thread(export_files, speech(interaction), export)
        most = interaction.filesize_limit
        if all(len(file.content) <= most for file in files):
            return files
        smaller = await asyncio.to_thread(packed, files)
        return (smaller,) if len(smaller.content) <= most else None

    async def erase(self, interaction: Press) -> None:
        say = speech(interaction)
        erasing = self.bot.privacy.erase(guild_of(interaction), member_of(interaction))
        try:
            erased = await patiently(interaction, erasing)
        except NotSaved:
            await reply(interaction, say("privacy.not_erased"))
            return
        await update(interaction, cards.erased_text(say, erased), view=None)
