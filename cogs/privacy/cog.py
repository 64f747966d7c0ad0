"""/privacy at Discord's edge: show what is kept, hand it over, ask once, erase. No rule here.

In a server it is about that server, in a direct message about all of them.
"""

import asyncio
import io
import logging
import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.services import NotSaved
from bot.text.export_files import ExportFile, export_files, packed
from cogs.privacy import cards, parse, views
from cogs.privacy.choices import Choices
from cogs.ui import Press, door_of, guild_of, member_of, patiently, reply, speech, update

_log = logging.getLogger("handrail.privacy")


class Privacy(commands.Cog):
    """A member sees what is kept about them, can take it along, and can erase it."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot
        self.choices = Choices(bot)

    async def cog_load(self) -> None:
        door = door_of(self.bot)
        door.presses(parse.HERE, self.pressed_here)
        door.presses(parse.EVERYWHERE, self.pressed_everywhere)
        self.choices.listen(door)

    @app_commands.command(
        name="privacy",
        description="See what is kept about you, take it with you, keep less, or erase it.",
    )
    # Somebody who left every server of the bot can still add it to their own account and erase.
    @app_commands.allowed_installs(guilds=True, users=True)
    async def privacy(self, interaction: Press) -> None:
        say = speech(interaction)
        if not interaction.is_guild_integration() or interaction.guild_id is None:
            every = await self.bot.privacy.held_everywhere(member_of(interaction))
            view = views.everywhere_buttons(say) if every else None
            await reply(interaction, cards.everywhere_text(say, every), view)
            return
        held = await self.bot.privacy.held(guild_of(interaction), member_of(interaction))
        await reply(interaction, cards.held_text(say, held), views.held_buttons(say, held))

    async def pressed_here(self, interaction: Press, match: re.Match[str]) -> None:
        if match["act"] == "keep":
            await update(interaction, speech(interaction)("privacy.kept"), view=None)
            return
        if interaction.guild_id is None:
            await reply(interaction, speech(interaction)("privacy.only_servers"))
            return
        match match["act"]:
            case "show":
                await self.show(interaction)
            case "export":
                await self.export(interaction)
            case "ask":
                await self.ask(interaction)
            case "erase":
                await self.erase(interaction)
            case chosen:
                await self.choices.pressed(interaction, chosen)

    async def pressed_everywhere(self, interaction: Press, match: re.Match[str]) -> None:
        match match["act"]:
            case "export":
                await self.export(interaction, everywhere=True)
            case "ask":
                await self.ask_everywhere(interaction)
            case _:
                await self.erase_everywhere(interaction)

    async def show(self, interaction: Press) -> None:
        """Show the card anew, in place of what it led to."""
        say = speech(interaction)
        held = await self.bot.privacy.held(guild_of(interaction), member_of(interaction))
        await update(interaction, cards.held_text(say, held), views.held_buttons(say, held))

    async def export(self, interaction: Press, *, everywhere: bool = False) -> None:
        """Hand both files to the one who pressed, in one answer that nobody else sees."""
        say = speech(interaction)
        files = await patiently(interaction, self.files_for(interaction, everywhere=everywhere))
        if files is None:
            await reply(interaction, say("privacy.too_large"))
            return
        said = say("everywhere.exported") if everywhere else say("privacy.exported")
        handed = [discord.File(io.BytesIO(file.content), file.name) for file in files]
        try:
            await reply(interaction, said, files=handed)
        except discord.Forbidden:
            await reply(interaction, say("privacy.no_files"))

    async def files_for(
        self, interaction: Press, *, everywhere: bool
    ) -> tuple[ExportFile, ...] | None:
        """Return what is handed over; None where even packed it is too large for Discord."""
        member, exports = member_of(interaction), self.bot.exports
        export = (
            await exports.everywhere(member)
            if everywhere
            else await exports.of_member(guild_of(interaction), member)
        )
        # Years of answers take a while to write out: not on the thread that answers everybody.
        files = await asyncio.to_thread(export_files, speech(interaction), export)
        most = interaction.filesize_limit
        if all(len(file.content) <= most for file in files):
            return files
        smaller = await asyncio.to_thread(packed, files)
        return (smaller,) if len(smaller.content) <= most else None

    async def ask(self, interaction: Press) -> None:
        say, here = speech(interaction), guild_of(interaction)
        every = await self.bot.privacy.held_everywhere(member_of(interaction))
        mine = next((each.held for each in every if each.guild == here), None)
        if mine is None:
            await self.show(interaction)
            return
        view = views.sure_buttons(say, elsewhere=len(every) > 1)
        await update(interaction, cards.sure_text(say, mine), view)

    async def ask_everywhere(self, interaction: Press) -> None:
        say = speech(interaction)
        every = await self.bot.privacy.held_everywhere(member_of(interaction))
        if not every:
            await update(interaction, cards.everywhere_text(say, every), view=None)
            return
        view = views.sure_everywhere_buttons(say)
        await update(interaction, cards.sure_everywhere_text(say, every), view)

    async def erase(self, interaction: Press) -> None:
        say = speech(interaction)
        erasing = self.bot.privacy.erase(guild_of(interaction), member_of(interaction))
        try:
            erased = await patiently(interaction, erasing)
        except NotSaved as error:
            _log.warning("not saved (%s) while erasing", error.why)
            await reply(interaction, say("privacy.not_erased"))
            return
        await update(interaction, cards.erased_text(say, erased), view=None)

    async def erase_everywhere(self, interaction: Press) -> None:
        say = speech(interaction)
        erasing = self.bot.privacy.erase_everywhere(member_of(interaction))
        try:
            erased = await patiently(interaction, erasing)
        except NotSaved as error:
            _log.warning("not saved (%s) while erasing everywhere", error.why)
            await reply(interaction, say("privacy.not_erased"))
            return
        await update(interaction, cards.erased_everywhere_text(say, erased), view=None)
