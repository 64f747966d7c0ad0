"""Which events an app hears: by intent, and with which of their words."""

from __future__ import annotations

from typing import Final

from sandbox.things import Json, Message, User
from sandbox.world import Event

GUILDS: Final = 1 << 0
GUILD_MEMBERS: Final = 1 << 1
PRESENCES: Final = 1 << 8
MESSAGE_CONTENT: Final = 1 << 15
PRIVILEGED: Final = GUILD_MEMBERS | PRESENCES | MESSAGE_CONTENT
KNOWN: Final = (1 << 26) - 1

_GUILD_EVENTS: Final = frozenset(
    f"{what}_{how}"
    for what in ("GUILD", "GUILD_ROLE", "CHANNEL", "THREAD")
    for how in ("CREATE", "UPDATE", "DELETE")
) | {"CHANNEL_PINS_UPDATE", "THREAD_LIST_SYNC", "THREAD_MEMBER_UPDATE", "THREAD_MEMBERS_UPDATE"}
_MEMBER_EVENTS: Final = frozenset(
    {"GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"}
)
_MODERATION_EVENTS: Final = frozenset({"GUILD_BAN_ADD", "GUILD_BAN_REMOVE"})
_BY_PLACE: Final = {
    # what an event starts with: (intent in servers, intent in direct messages)
    "MESSAGE_REACTION": (1 << 10, 1 << 13),
    "MESSAGE": (1 << 9, 1 << 12),
    "TYPING": (1 << 11, 1 << 14),
}


def wanted(event: Event, intents: int) -> bool:
    """Whether an app with these intents is told."""
    name = event.name
    if name == "INTERACTION_CREATE":
        return True
    if name in _GUILD_EVENTS:
        return bool(intents & GUILDS)
    if name in _MEMBER_EVENTS:
        return bool(intents & GUILD_MEMBERS)
    if name in _MODERATION_EVENTS:
        return bool(intents & 1 << 2)
    for start, (in_guilds, in_dms) in _BY_PLACE.items():
        if name.startswith(start):
            return bool(intents & (in_guilds if event.guild else in_dms))
    return False


def may_read(message: Message, bot: User) -> bool:
    """Whether its words are told without the message content intent."""
    return message.channel.guild is None or message.author is bot or bot in message.mentions


def withheld(payload: Json) -> Json:
    """The same message without its words."""
    blank = {"content": "", "embeds": [], "attachments": [], "components": []}
    return payload | {key: value for key, value in blank.items() if key in payload}


def as_read(payload: Json, message: Message | None, bot: User, *, content: bool) -> Json:
    """A message's payload as an app gets it, the message it answers included."""
    if content or message is None:
        return payload
    if not may_read(message, bot):
        payload = withheld(payload)
    answered = message.reference
    if answered and payload.get("referenced_message") and not may_read(answered, bot):
        payload = payload | {"referenced_message": withheld(payload["referenced_message"])}
    return payload
