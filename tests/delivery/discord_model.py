"""A small model of Discord as delivery meets it: messages, nonces, history, and scripted trouble.

It is our reading of the documentation. Every request passes points at which a test may kill us.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.clock import Clock
from bot.domain.ids import ChannelId, GuildId, MemberId, MessageId
from bot.domain.outbox import (
    AskLater,
    Found,
    HistoryOutcome,
    NotFound,
    PostOutcome,
    Refused,
    RemovedByAPerson,
    Sent,
    Unknown,
    Unreadable,
)
from bot.roll_call import Presence
from bot.wire import Post, Touched

Trouble = Literal["ok", "forbidden", "busy", "answer lost", "nothing came", "accepted late"]
"""What happens to one POST; the last three look the same to the sender."""

NONCE_WINDOW = timedelta(minutes=5)
LATENESS = timedelta(seconds=10)
FIRST_ID = 1 << 22


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in the channel."""

    id: MessageId
    channel: ChannelId
    marker: str
    at: datetime


@dataclass(slots=True)
class DiscordModel:
    """Discord outlives the bot: one model serves all lives of a schedule."""

    clock: Clock
    script: Sequence[Trouble] = ()
    """What happens to the first POSTs; all later ones are well."""
    readable: bool = True
    deaf_searches: int = 0
    """How many reads of history fail before they work."""
    point: Callable[[str], None] = lambda _: None
    messages: list[Posted] = field(default_factory=list)
    removed: set[MessageId] = field(default_factory=set)
    touched: list[tuple[ChannelId, MessageId, str]] = field(default_factory=list)
    """What was drawn anew and acknowledged."""
    touch: Touched = "done"
    posts: int = 0
    searches: int = 0
    left: set[MemberId] = field(default_factory=set)
    """Who is in no server any more."""
    cannot_say: bool = False
    """Whether nobody's presence can be found out at present."""
    asked_for: list[MemberId] = field(default_factory=list)
    silent: bool = False
    """Whether Discord does not answer at all at present."""
    bot_is_in: frozenset[GuildId] | None = None
    """Which servers the bot is in, None while that is not known."""
    late: list[tuple[datetime, ChannelId, str]] = field(default_factory=list)

    def servers(self) -> frozenset[GuildId] | None:
        return self.bot_is_in

    async def presence(self, guild: GuildId, person: MemberId) -> Presence:
        del guild
        self.asked_for.append(person)
        if self.silent:
            return "no answer"
        if self.cannot_say:
            return "unknown"
        return "gone" if person in self.left else "here"

    def copy(self, clock: Clock) -> "DiscordModel":
        """Return the same Discord, to go on from here under another clock."""
        return replace(
            self,
            clock=clock,
            messages=[*self.messages],
            touched=[*self.touched],
            removed={*self.removed},
            late=[*self.late],
        )

    async def post(self, channel: ChannelId, post: Post, nonce: str) -> PostOutcome:
        """Post, or do what the script says. The marker is the nonce, as in the bot's buttons."""
        assert post.content
        self.point("post begins")
        self.catch_up()
        trouble: Trouble = self.script[self.posts] if self.posts < len(self.script) else "ok"
        self.posts += 1
        outcome: PostOutcome
        match trouble:
            case "ok":
                message = self._accept(channel, nonce)
                gone = message in self.removed
                outcome = RemovedByAPerson() if gone else Sent(message)
            case "forbidden":
                outcome = Refused(403, 50013)
            case "busy":
                outcome = Refused(429, 0)
            case "answer lost":
                self._accept(channel, nonce)
                outcome = Unknown("ServerDisconnectedError")
            case "nothing came":
                outcome = Unknown("DiscordServerError 503")
            case "accepted late":
                self.late.append((self.clock.now() + LATENESS, channel, nonce))
                outcome = Unknown("TimeoutError")
        self.point("post has ended")
        return outcome

    async def search(self, channel: ChannelId, after: datetime, marker: str) -> HistoryOutcome:
        self.point("search begins")
        self.catch_up()
        self.searches += 1
        if not self.readable:
            return Unreadable("no-permission")
        if self.searches <= self.deaf_searches:
            return AskLater("DiscordServerError 500")
        outcome: HistoryOutcome = NotFound()
        for message in self.messages:
            seen = message.channel == channel and message.at >= after
            if seen and message.marker == marker and message.id not in self.removed:
                outcome = Found(message.id)
        self.point("search has ended")
        return outcome

    async def redraw(self, channel: ChannelId, message: MessageId, post: Post) -> Touched:
        self.point("redraw begins")
        self.touched.append((channel, message, post.content))
        return self.touch

    async def react(self, channel: ChannelId, message: MessageId, emoji: str) -> Touched:
        self.point("reaction begins")
        self.touched.append((channel, message, emoji))
        return self.touch

    async def direct(self, person: MemberId) -> ChannelId | PostOutcome:
        return ChannelId(person)

    def catch_up(self) -> None:
        """Let the requests arrive that were on their way longer than their sender waited."""
        now = self.clock.now()
        for late in [late for late in self.late if late[0] <= now]:
            self.late.remove(late)
            self._accept(late[1], late[2], late[0])

    def _accept(self, channel: ChannelId, nonce: str, at: datetime | None = None) -> MessageId:
        at = at or self.clock.now()
        for message in self.messages:
            if message.marker == nonce and at - message.at <= NONCE_WINDOW:
                return message.id
        new = Posted(MessageId(FIRST_ID + len(self.messages)), channel, nonce, at)
        self.messages.append(new)
        return new.id
