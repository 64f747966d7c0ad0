"""What a Discord consists of, as plain mutable records. They hold no rules and send nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from sandbox.permissions import Overwrite, Permission

if TYPE_CHECKING:
    from sandbox.guild import Guild

Json = dict[str, Any]


class ChannelKind(IntEnum):
    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    CATEGORY = 4
    NEWS = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


THREADS = frozenset({ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD})


class Component(IntEnum):
    """Component types, in messages and in modals."""

    ROW = 1
    BUTTON = 2
    SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


class Flag(IntEnum):
    """Message flags."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    V2 = 1 << 15


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component of a tree, parents first, in reading order."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for key in ("accessory", "component"):
            if isinstance(child := component.get(key), dict):
                yield from walk([child])


@dataclass(slots=True, eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    dms_open: bool = True
    locale: str = "en-US"
    """The language of this person's own window."""

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True, eq=False)
class Role:
    id: int
    name: str
    permissions: int
    position: int = 0
    managed: bool = False
    colour: int = 0
    hoist: bool = False
    mentionable: bool = False


@dataclass(slots=True, eq=False)
class Attachment:
    id: int
    filename: str
    body: bytes
    content_type: str
    url: str
    made_at: datetime
    description: str | None = None
    ephemeral: bool = False


@dataclass(slots=True, eq=False)
class Message:
    """One message. Live: an edit changes this very object."""

    id: int
    channel: Channel
    author: User
    content: str
    sent_at: datetime
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    kind: int = 0
    edited_at: datetime | None = None
    reference: Message | None = None
    reference_id: int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, list[int]] = field(default_factory=dict)
    pinned: bool = False
    nonce: str | int | None = None
    ephemeral_for: int | None = None
    deleted: bool = False
    metadata: Json | None = None
    """How an interaction made it, as Discord says it (interaction_metadata)."""

    @property
    def channel_id(self) -> int:
        return self.channel.id

    @property
    def loading(self) -> bool:
        """Whether the bot has promised an answer here and not given it yet."""
        return bool(self.flags & Flag.LOADING)

    @property
    def text(self) -> str:
        """All the words a person sees, in reading order, joined by line breaks."""
        return "\n".join(part for part in _words(self) if part)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons (an emoji where a button has no label)."""
        return [
            str(part.get("label") or (part.get("emoji") or {}).get("name", ""))
            for part in walk(self.components)
            if part["type"] == Component.BUTTON
        ]


def _words(message: Message) -> Iterator[str]:
    yield message.content
    for embed in message.embeds:
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        for pair in embed.get("fields", []):
            yield pair.get("name", "")
            yield pair.get("value", "")
        yield (embed.get("footer") or {}).get("text", "")
    for part in walk(message.components):
        yield part.get("content") or part.get("label") or part.get("placeholder") or ""
        for option in part.get("options", []):
            yield option.get("label", "")


@dataclass(slots=True, eq=False)
class Thread:
    """What makes a channel a thread."""

    owner_id: int
    made_at: datetime
    members: dict[int, datetime] = field(default_factory=dict)
    archived: bool = False
    archived_at: datetime | None = None
    locked: bool = False
    invitable: bool = True
    auto_archive: int = 1440
    sent: int = 0


@dataclass(slots=True, eq=False)
class Channel:
    id: int
    kind: ChannelKind
    name: str
    guild: Guild | None = None
    parent: Channel | None = None
    position: int = 0
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    recipient: User | None = None
    """The person at the other end of the bot's direct messages."""
    people: list[User] = field(default_factory=list)
    """Who talks here without the bot: direct messages between two people, or a group."""
    thread: Thread | None = None
    slow_mode: int = 0
    nsfw: bool = False

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def is_thread(self) -> bool:
        return self.thread is not None

    @property
    def send_permission(self) -> int:
        """What it takes to write here."""
        return Permission.SEND_MESSAGES_IN_THREADS if self.thread else Permission.SEND_MESSAGES


@dataclass(slots=True, eq=False)
class Member:
    guild: Guild
    user: User
    joined_at: datetime
    roles: list[int] = field(default_factory=list)
    nick: str | None = None
    timed_out_until: datetime | None = None

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.nick or self.user.name

    @property
    def mention(self) -> str:
        return self.user.mention
