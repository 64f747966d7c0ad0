"""Which permissions the bot lacks in a channel, asked of Discord itself by REST. Decides no more.

discord.py's own sum hides everything behind a missing View Channel; a moderator wants to know
exactly which switches to turn, so the documented order is followed here without that step.
"""

from collections.abc import Mapping

import discord

from bot.domain.ids import ChannelId

REASONS: Mapping[str, str] = {
    "view_channel": "setup.view_channel",
    "send_messages": "setup.send_messages",
    "read_message_history": "setup.read_message_history",
    "add_reactions": "setup.add_reactions",
}
"""Every permission the bot uses in a check-in channel, and the key of what it is for."""

NEEDED_TO_POST = frozenset({"view_channel", "send_messages"})


async def missing_permissions(
    guild: discord.Guild, me: int, channel_id: ChannelId, *, picked_here: bool
) -> tuple[str, ...] | None:
    """Return the names of missing permissions, or None where it is no text channel of the server.

    Channel and own roles are fetched anew, so that "Check again" never answers from memory.
    `me` is the bot's own account. `picked_here`: it is certain from elsewhere that the channel is
    of this server; a button may be forged.
    """
    try:
        channel = await guild.fetch_channel(channel_id)
    except discord.Forbidden:
        # Hidden from us, so what we remember of it may be of before; only this much is certain.
        return ("view_channel",) if picked_here or guild.get_channel(channel_id) else None
    except (discord.NotFound, discord.InvalidData):
        return None
    if not isinstance(channel, discord.TextChannel):
        return None
    member = await guild.fetch_member(me)
    allowed = permissions_in(channel, member)
    return tuple(name for name in REASONS if not getattr(allowed, name))


def permissions_in(channel: discord.TextChannel, member: discord.Member) -> discord.Permissions:
    """Return what a member may do: base, @everyone's overwrite, the roles', the member's own."""
    allowed = discord.Permissions.none()
    for role in member.roles:
        allowed.value |= role.permissions.value
    if allowed.administrator:
        return discord.Permissions.all()
    own_roles = [role for role in member.roles if not role.is_default()]
    _overwrite(allowed, [channel.overwrites_for(channel.guild.default_role)])
    _overwrite(allowed, [channel.overwrites_for(role) for role in own_roles])
    _overwrite(allowed, [channel.overwrites_for(member)])
    return allowed


def _overwrite(allowed: discord.Permissions, overwrites: list[discord.PermissionOverwrite]) -> None:
    """Apply overwrites of one rank: all that deny, then all that allow."""
    pairs = [overwrite.pair() for overwrite in overwrites]
    for _, deny in pairs:
        allowed.value &= ~deny.value
    for allow, _ in pairs:
        allowed.value |= allow.value
