"""Who may do what where: Discord's documented order, as pure functions of plain numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal


class Permission(IntEnum):
    """The bits the sandbox knows by name; others pass through. Not an IntFlag: that is slow."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51


ALL: Final = (1 << 53) - 1
P = Permission

EVERYONE: Final = int(
    P.CREATE_INSTANT_INVITE
    | P.ADD_REACTIONS
    | P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.USE_EXTERNAL_EMOJIS
    | P.CONNECT
    | P.SPEAK
    | P.CHANGE_NICKNAME
    | P.USE_APPLICATION_COMMANDS
    | P.CREATE_PUBLIC_THREADS
    | P.SEND_MESSAGES_IN_THREADS
    | P.USE_EXTERNAL_APPS
)
"""What a new server gives everybody."""

INVITED_BOT: Final = int(
    P.VIEW_CHANNEL | P.SEND_MESSAGES | P.READ_MESSAGE_HISTORY | P.ADD_REACTIONS
)
"""What the bot's invite asks for: 68672, and never Administrator."""

DIRECT_MESSAGE: Final = int(
    P.ADD_REACTIONS
    | P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.USE_EXTERNAL_EMOJIS
    | P.PIN_MESSAGES
)
_WITHOUT_SEND: Final = int(
    P.MENTION_EVERYONE | P.ATTACH_FILES | P.EMBED_LINKS | P.SEND_TTS_MESSAGES
)
_WHILE_TIMED_OUT: Final = int(P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY)


@dataclass(frozen=True, slots=True)
class Overwrite:
    """A channel's exception for one role or one member."""

    target: int
    kind: Literal["role", "member"]
    allow: int = 0
    deny: int = 0


def in_guild(*, owner: bool, everyone: int, roles: Iterable[int], timed_out: bool = False) -> int:
    """Return the permissions a member has before any channel is considered."""
    if owner:
        return ALL
    granted = everyone
    for role in roles:
        granted |= role
    if granted & P.ADMINISTRATOR:
        return ALL
    return granted & _WHILE_TIMED_OUT if timed_out else granted


def in_channel(
    base: int,
    overwrites: Mapping[int, Overwrite],
    *,
    guild: int,
    roles: Iterable[int],
    member: int,
    thread: bool = False,
    timed_out: bool = False,
) -> int:
    """Apply the overwrites: everyone, then all roles together, then the member."""
    if base & P.ADMINISTRATOR:
        return ALL
    granted = base
    if everyone := overwrites.get(guild):
        granted = granted & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role in roles:
        if role != guild and (overwrite := overwrites.get(role)):
            allow |= overwrite.allow
            deny |= overwrite.deny
    granted = granted & ~deny | allow
    if own := overwrites.get(member):
        granted = granted & ~own.deny | own.allow
    if timed_out:
        granted &= _WHILE_TIMED_OUT
    return _implied(granted, thread=thread)


def _implied(granted: int, *, thread: bool) -> int:
    if not granted & P.VIEW_CHANNEL:
        return 0
    send = P.SEND_MESSAGES_IN_THREADS if thread else P.SEND_MESSAGES
    if not granted & send:
        granted &= ~_WITHOUT_SEND
    return granted
