"""/setup at Discord's edge: read what was typed, show the preview card, save when told to."""

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.domain.ids import ChannelId, GuildId
from bot.domain.schedule import Schedule
from bot.permissions import NEEDED_TO_POST, missing_permissions
from bot.services import NotSaved
from bot.text.dates import spoken_days
from cogs.moderators import TextChannelOption, is_moderator
from cogs.setup import cards, offers, parse, views
from cogs.ui import Press, door_of, guild_of, patiently, reply, speech, update

Choices = list[app_commands.Choice[str]]


class SetUpCheckIn(commands.Cog):
    """A moderator's way to a check-in; also notices when a server or a channel goes away."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        door_of(self.bot).presses(parse.CARD, self.card_pressed)

    @app_commands.command(
        name="setup", description="Choose where and when your group is asked how it is."
    )
    @app_commands.describe(
        channel="The channel for the daily question",
        zone="The group's time zone, for example Europe/Berlin",
        at="The hour, for example 09:00",
        days="The weekdays; every day if left out",
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False)
    async def set_up(
        self,
        interaction: Press,
        channel: app_commands.Transform[ChannelId, TextChannelOption],
        zone: str,
        at: str,
        days: str = "every day",
    ) -> None:
        if not await self.is_moderator(interaction):
            return
        schedule = parse.read_typed(zone, at, days)
        if isinstance(schedule, Schedule):
            await self.show_card(interaction, parse.Wish(channel, schedule), fresh=True)
        else:
            await reply(interaction, cards.misunderstood_text(speech(interaction), schedule))

    @set_up.autocomplete("zone")
    async def offer_zones(self, interaction: Press, current: str) -> Choices:
        return _choices(interaction, offers.zones(current))

    @set_up.autocomplete("at")
    async def offer_hours(self, interaction: Press, current: str) -> Choices:
        return _choices(interaction, offers.hours(current))

    @set_up.autocomplete("days")
    async def offer_days(self, interaction: Press, current: str) -> Choices:
        say = speech(interaction)
        return _choices(interaction, [spoken_days(say, days) for days in offers.days(current)])

    async def card_pressed(self, interaction: Press, match: re.Match[str]) -> None:
        wish = parse.read_card(match)
        if not await self.is_moderator(interaction):
            return
        if wish is None:
            await reply(interaction, speech(interaction)("calm.old_button"))
        elif match["action"] == "save":
            await self.save(interaction, wish)
        elif match["action"] == "again":
            await self.show_card(interaction, wish, fresh=False)
        else:
            text = speech(interaction)("setup.cancelled")
            await update(interaction, text, view=None)

    async def show_card(self, interaction: Press, wish: parse.Wish, *, fresh: bool) -> None:
        """Show the preview with what is missing now, anew or in place of the earlier card."""
        say = speech(interaction)
        missing = await self.missing(interaction, wish, picked_here=fresh)
        if missing is None:
            await reply(interaction, say("setup.not_here"))
            return
        preview = await self.bot.groups.preview(wish.channel, wish.schedule)
        text = cards.preview_text(say, wish, preview, missing)
        view = views.card_buttons(say, wish, may_save=NEEDED_TO_POST.isdisjoint(missing))
        if fresh:
            await reply(interaction, text, view)
        else:
            await update(interaction, text, view=view)

    async def save(self, interaction: Press, wish: parse.Wish) -> None:
        missing = await self.missing(interaction, wish, picked_here=False)
        if missing is None or not NEEDED_TO_POST.isdisjoint(missing):
            await self.show_card(interaction, wish, fresh=False)
            return
        say = speech(interaction)
        saving = self.bot.groups.set_up(guild_of(interaction), wish.channel, wish.schedule)
        try:
            done = await patiently(interaction, saving)
        except NotSaved:
            await reply(interaction, say("setup.not_saved"))
            return
        await update(interaction, cards.saved_text(say, done), view=None)

    async def missing(
        self, interaction: Press, wish: parse.Wish, *, picked_here: bool
    ) -> tuple[str, ...] | None:
        if interaction.guild is None:
            return None
        return await missing_permissions(
            interaction.guild, interaction.guild.me.id, wish.channel, picked_here=picked_here
        )

    async def is_moderator(self, interaction: Press) -> bool:
        say = speech(interaction)
        return await is_moderator(
            interaction,
            in_direct=say("setup.only_servers"),
            to_others=say("setup.only_moderators"),
        )

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.bot.groups.guild_left(GuildId(guild.id))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.bot.groups.guild_back(GuildId(guild.id))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Notice which servers removed the bot or took it back while it was not running."""
        await self.bot.groups.present([GuildId(guild.id) for guild in self.bot.guilds])

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self.bot.groups.channel_gone(ChannelId(channel.id))


def _choices(interaction: Press, offered: list[str] | tuple[str, ...]) -> Choices:
    """Return what may be picked; nothing for somebody who may not set a check-in up."""
    if not interaction.permissions.manage_guild:
        return []
    return [app_commands.Choice(name=text, value=text) for text in offered[:25]]
