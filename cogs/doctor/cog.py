"""/doctor at Discord's edge: ask the service and Discord, show it to a moderator. No rule here."""

from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.permissions import missing_permissions
from cogs.doctor import cards
from cogs.moderators import is_moderator
from cogs.ui import CONTENT_LIMIT, Press, guild_of, in_pieces, patiently, reply, speech


class Doctor(commands.Cog):
    """A moderator sees what keeps a prompt from coming, and how to mend it. No member is named."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    @app_commands.command(
        name="doctor", description="See how the check-ins of this server are, and what to mend."
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False)
    async def doctor(self, interaction: Press) -> None:
        say = speech(interaction)
        if not await is_moderator(
            interaction,
            in_direct=say("doctor.only_servers"),
            to_others=say("doctor.only_moderators"),
        ):
            return
        found = await patiently(interaction, self.look(interaction))
        for piece in in_pieces(cards.card_text(say, found), CONTENT_LIMIT):
            await reply(interaction, piece)

    async def look(self, interaction: Press) -> list[cards.Look]:
        """Return each group's state with the permissions its channel lacks at this moment."""
        groups = await self.bot.health.of_guild(guild_of(interaction))
        guild = interaction.guild
        if guild is None:
            return []
        return [
            cards.Look(
                each,
                await missing_permissions(guild, guild.me.id, each.group.channel, picked_here=True),
            )
            for each in groups
        ]
