"""A message nobody asked for just now: its row, its states, and what may come of a try. Pure.

PLANNED -> SENDING -> SENT | RECONCILE | SKIPPED | DEAD. Each prompt is posted at most once, and
exactly once whenever Discord can be read again. What follows what is in outbox_rules.py.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.domain.ids import ChannelId, GroupId, GuildId, MessageId

State = Literal["PLANNED", "SENDING", "SENT", "RECONCILE", "SKIPPED", "DEAD"]
Kind = Literal["prompt"]
Resting = Literal["left", "channel-gone", "no-permission"]
"""Why a group is not asked at present."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message to be posted, as the table holds it. All moments are aware and in UTC."""

    key: str
    kind: Kind
    guild: GuildId
    channel: ChannelId
    group: GroupId
    day: date
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
    """Definitely not posted by this attempt. `code` is Discord's error code, 0 where it has none.

    `again_after` is set where it is known how long to wait, `everywhere` where that holds for all
    that is sent and not for this message alone.
    """

    status: int
    code: int
    again_after: timedelta | None = None
    everywhere: bool = False


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


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a row. `rests` also puts its group to rest, in the same write."""

    state: State
    not_before: datetime | None = None
    doubtful: bool = False
    message: MessageId | None = None
    why: str | None = None
    rests: Resting | None = None

    @property
    def begins(self) -> bool:
        """Something is done at once: a POST (SENDING) or a look at history (RECONCILE)."""
        return self.state in ("SENDING", "RECONCILE") and self.not_before is None
