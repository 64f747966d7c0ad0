"""/counts at Discord's edge: ask the service, show it to a moderator alone. No rule here."""

from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.domain.ids import ChannelId
from cogs.counts import cards
from cogs.moderators import TextChannelOption, is_moderator
from cogs.ui import CONTENT_LIMIT, Press, guild_of, patiently, reply, speech


class ShowCounts(commands.Cog):
    """A moderator sees how many people checked in on the days that are over, never who."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    @app_commands.command(
        name="counts", description="See how many people checked in on the past seven days."
    )
    @app_commands.describe(channel="One check-in's channel; all check-ins if left out")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False)
    async def counts(
        self,
        interaction: Press,
        channel: app_commands.Transform[ChannelId | None, TextChannelOption] = None,
    ) -> None:
        say = speech(interaction)
        if not await is_moderator(
            interaction,
            in_direct=say("counts.only_servers"),
            to_others=say("counts.only_moderators"),
        ):
            return
        found = await patiently(
            interaction, self.bot.counts.of_guild(guild_of(interaction), channel)
        )
        if not found and channel is not None:
            await reply(interaction, say("counts.not_there", channel=f"<#{channel}>"))
        else:
            await reply(interaction, cards.card_text(say, found, CONTENT_LIMIT))
