"""What the commands for moderators share: who may use them, and their channel option."""

import discord
from discord import app_commands

from bot.domain.ids import ChannelId
from cogs.ui import Press, reply


class TextChannelOption(app_commands.Transformer):
    """A text or announcement channel, also one that the bot itself cannot see yet."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return [discord.ChannelType.text, discord.ChannelType.news]

    async def transform(
        self, interaction: discord.Interaction, value: app_commands.AppCommandChannel, /
    ) -> ChannelId:
        del interaction
        return ChannelId(value.id)


async def is_moderator(interaction: Press, *, in_direct: str, to_others: str) -> bool:
    """Ask Discord's word in this very interaction; tell everybody else kindly.

    A server can hand a command to anybody in its settings, so what the command itself asks for
    is not enough. `in_direct` and `to_others` are the sentences to be told.
    """
    if interaction.guild_id is None:
        await reply(interaction, in_direct)
        return False
    if not interaction.permissions.manage_guild:
        await reply(interaction, to_others)
        return False
    return True
