"""The life of a message nobody asked for just now. Pure: states, keys, and what follows what.

PLANNED -> SENDING -> SENT | RECONCILE | SKIPPED | DEAD. Each prompt is posted at most once, and
exactly once whenever Discord can be read again. The full table is in docs/delivery.md.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.ids import ChannelId, GroupId, GuildId, MessageId

State = Literal["PLANNED", "SENDING", "SENT", "RECONCILE", "SKIPPED", "DEAD"]
Kind = Literal["prompt"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message to be posted, as the table holds it. All moments are aware and in UTC."""

    key: str
    kind: Kind
    guild: GuildId
    channel: ChannelId
    group: GroupId
    day: date
    payload: bytes | None
    due_at: datetime
    expires_at: datetime
    state: State
    not_before: datetime | None = None
    first_try: datetime | None = None
    last_try: datetime | None = None
    tries: int = 0
    doubtful: bool = False
    """An earlier attempt may have been posted: a refusal now is not the end of the story."""
    lease_until: datetime | None = None
    owner: str | None = None
    message: MessageId | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """Discord has the message."""

    message: MessageId


@dataclass(frozen=True, slots=True)
class RemovedByAPerson:
    """It was posted, then deleted (404 10008 on a POST with our nonce): never post it again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Definitely not posted by this attempt. `code` is Discord's error code, 0 where it has none."""

    status: int
    code: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Posted or not: nobody here can tell. `how` is the kind of error, never its text."""

    how: str


PostOutcome = Sent | RemovedByAPerson | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Found:
    """History shows our marker."""

    message: MessageId


@dataclass(frozen=True, slots=True)
class NotFound:
    """History could be read and our marker is not in it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """History cannot be read: no permission, or the channel is gone. `why` is a short code word."""

    why: str


@dataclass(frozen=True, slots=True)
class AskLater:
    """Reading history did not work this time; nothing is known."""

    how: str


HistoryOutcome = Found | NotFound | Unreadable | AskLater


def prompt_key(guild: GuildId, group: GroupId, day: date) -> str:
    """Return the unique key of a group's prompt for one local date."""
    return f"{guild}|prompt|{day.isoformat()}|{group}"
