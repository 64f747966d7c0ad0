"""Where the app is installed, and what follows from it for commands, presses and answers.

An app is invited to a server, or installed to a person's account, or both. What goes through an
account alone reaches the bot as an interaction and as nothing else: the bot is not in that place.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from sandbox.permissions import Permission
from sandbox.things import Channel, Json, Message, User

if TYPE_CHECKING:
    from sandbox.world import World

Owners = dict[str, str]
"""Who let the app in, as interactions tell it: under "0" a server (0 in direct messages),
under "1" a person.
"""

SERVER: Final = "0"
ACCOUNT: Final = "1"
FOLLOW_UPS: Final = 5
"""How many follow-ups an answer may have where only an account let the app in."""
_WITH_PEOPLE: Final = int(
    Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE
)
_ANSWERS: Final = int(_WITH_PEOPLE | Permission.USE_EXTERNAL_EMOJIS)


class Context(IntEnum):
    """What kind of place a command is used in."""

    SERVER = 0
    BOT_DM = 1
    PRIVATE_CHANNEL = 2


def context_of(channel: Channel) -> Context:
    if channel.guild:
        return Context.SERVER
    return Context.BOT_DM if channel.recipient else Context.PRIVATE_CHANNEL


def bot_is_in(channel: Channel) -> bool:
    """Whether the bot is there as itself, and so hears what happens."""
    if channel.guild:
        return channel.guild.bot is not None
    return channel.recipient is not None


# -- who let the app in ------------------------------------------------------------------------


def owners_of_command(world: World, user: User, channel: Channel, raw: Json) -> Owners:
    """Through which installations this person has the command here; none: not at all."""
    context = context_of(channel)
    if not _fits(raw, context):
        return {}
    supported = raw.get("integration_types") or [0]
    owners: Owners = {}
    if 0 in supported and _served(world, user, channel):
        owners[SERVER] = str(channel.guild.id if channel.guild else 0)
    if 1 in supported and user.id in world.installed:
        owners[ACCOUNT] = str(user.id)
    return owners


def _fits(raw: Json, context: Context) -> bool:
    contexts = raw.get("contexts")
    if contexts is not None:
        return context in contexts
    return context is Context.SERVER or bool(raw.get("dm_permission", True))


def _served(world: World, user: User, channel: Channel) -> bool:
    """Whether a server's invitation reaches here."""
    if context_of(channel) is Context.BOT_DM:
        return any(one.bot and user.id in one.members for one in world.guilds.values())
    return bot_is_in(channel)


def owners_of_message(world: World, channel: Channel, message: Message | None) -> Owners:
    """Who let the app in that wrote this; it may be somebody else than the one who presses."""
    if message and message.metadata:
        return still(world, channel, message.metadata["authorizing_integration_owners"])
    if not bot_is_in(channel):
        return {}
    return {SERVER: str(channel.guild.id if channel.guild else 0)}


def still(world: World, channel: Channel, owners: Owners) -> Owners:
    """Those of the owners that have not put the app out since."""
    kept: Owners = {}
    if SERVER in owners and bot_is_in(channel):
        kept[SERVER] = owners[SERVER]
    if ACCOUNT in owners and int(owners[ACCOUNT]) in world.installed:
        kept[ACCOUNT] = owners[ACCOUNT]
    return kept


# -- what an answer may do ---------------------------------------------------------------------


def app_permissions(world: World, user: User, channel: Channel) -> int:
    """What the app may do here: as a member, or on behalf of the person who asks."""
    match context_of(channel):
        case Context.BOT_DM:
            return _ANSWERS
        case Context.PRIVATE_CHANNEL:
            return _WITH_PEOPLE
        case Context.SERVER if bot_is_in(channel):
            return world.permissions(world.bot, channel)
        case Context.SERVER:
            return world.permissions(user, channel) & _ANSWERS


def answers_alone(world: World, user: User, channel: Channel, owners: Owners) -> bool:
    """Whether an answer is shown to the asker alone, however it was meant."""
    if channel.guild is None or SERVER in owners:
        return False
    needed = channel.send_permission
    if not bot_is_in(channel):
        needed |= Permission.USE_EXTERNAL_APPS
    return not world.may(user, channel, needed)
