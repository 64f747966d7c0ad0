"""Where messages nobody asked for meet Discord: post, look into history, redraw, react.

A request is never cancelled here: one that is cancelled while all of Discord makes us wait would
block every later one for good. What an error means is said as a value; what to do about it is
decided elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import discord

from bot.domain.ids import ChannelId, MemberId, MessageId
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

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
REFUSALS = frozenset({400, 401, 403, 404, 413, 429})
"""Only these statuses mean that nothing was posted; anything else may have been."""

CLOUDFLARE_PAUSE = timedelta(minutes=15)
"""Discord's front door answered instead of Discord: everything rests for this long."""

Touched = Literal["done", "gone", "failed"]
"""What came of changing a message: `gone` means that it will never work."""


_NOBODY = discord.AllowedMentions.none()


@dataclass(frozen=True, slots=True)
class Post:
    """One message as it will be seen."""

    content: str
    view: discord.ui.View | None = None


class Wire(Protocol):
    """Discord as delivery sees it."""

    async def post(self, channel: ChannelId, post: Post, nonce: str) -> PostOutcome:
        """Post once. The same nonce within a few minutes gives the same message."""
        ...

    async def search(self, channel: ChannelId, after: datetime, marker: str) -> HistoryOutcome:
        """Look for our own message that carries `p:<marker>` in a button."""
        ...

    async def redraw(self, channel: ChannelId, message: MessageId, post: Post) -> Touched:
        """Show `post` in place of a message of ours."""
        ...

    async def react(self, channel: ChannelId, message: MessageId, emoji: str) -> Touched:
        """Put a reaction on somebody's message."""
        ...

    async def direct(self, person: MemberId) -> ChannelId | PostOutcome:
        """Return the channel of the direct messages with somebody, or why there is none."""
        ...


class DiscordWire:
    """The real thing, over a logged-in client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def post(self, channel: ChannelId, post: Post, nonce: str) -> PostOutcome:
        target = self._client.get_partial_messageable(channel)
        try:
            message = await target.send(
                post.content, nonce=nonce, allowed_mentions=_NOBODY, **_shown(post)
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, it says something about the POST
            return post_outcome(error)
        return Sent(MessageId(message.id))

    async def search(self, channel: ChannelId, after: datetime, marker: str) -> HistoryOutcome:
        try:
            place = await self._client.fetch_channel(channel)
            hindrance = _hindrance(place)
            if hindrance is not None:
                return hindrance
            return await self._look(place, after, f"p:{marker}")
        except Exception as error:  # noqa: BLE001 - as above
            return history_outcome(error)

    async def redraw(self, channel: ChannelId, message: MessageId, post: Post) -> Touched:
        target = self._client.get_partial_messageable(channel).get_partial_message(message)
        try:
            await target.edit(content=post.content, allowed_mentions=_NOBODY, **_shown(post))
        except Exception as error:  # noqa: BLE001 - as above
            return touched(error)
        return "done"

    async def react(self, channel: ChannelId, message: MessageId, emoji: str) -> Touched:
        target = self._client.get_partial_messageable(channel).get_partial_message(message)
        try:
            await target.add_reaction(emoji)
        except Exception as error:  # noqa: BLE001 - as above
            return touched(error)
        return "done"

    async def direct(self, person: MemberId) -> ChannelId | PostOutcome:
        try:
            channel = await self._client.create_dm(discord.Object(person))
        except Exception as error:  # noqa: BLE001 - as above
            return post_outcome(error)
        return ChannelId(channel.id)

    async def _look(self, place: object, after: datetime, custom_id: str) -> HistoryOutcome:
        if not isinstance(place, discord.abc.Messageable):
            return Unreadable("not-a-text-channel")
        us = self._client.user
        async for message in place.history(limit=None, after=after, oldest_first=True):
            ours = us is not None and message.author.id == us.id
            if ours and carries(message.components, custom_id):
                return Found(MessageId(message.id))
        return NotFound()


def _hindrance(place: object) -> HistoryOutcome | None:
    """Return why history would not tell the truth: without the right to read it, it looks empty."""
    if not isinstance(place, discord.abc.GuildChannel | discord.Thread):
        return Unreadable("not-a-server-channel")
    # The cache has no member of ours before the server has arrived, whatever the library promises.
    member: discord.Member | None = place.guild.me
    if member is None:
        return AskLater("server-not-here-yet")
    allowed = place.permissions_for(member)
    if allowed.view_channel and allowed.read_message_history:
        return None
    return Unreadable("no-permission")


def post_outcome(error: Exception) -> PostOutcome:
    """Return what an error of a POST says about the message."""
    match error:
        case discord.HTTPException(status=404, code=10008):
            return RemovedByAPerson()
        case discord.RateLimited(retry_after=seconds):
            return Refused(429, 0, timedelta(seconds=seconds))
        case discord.HTTPException(status=429, response=response):
            # Discord's own 429 passes its proxies and says so; a page without that is a ban.
            banned = not response.headers.get("Via")
            return Refused(429, 0, CLOUDFLARE_PAUSE, everywhere=True) if banned else Refused(429, 0)
        case discord.HTTPException(status=status, code=code) if status in REFUSALS:
            return Refused(status, code)
        case _:
            return Unknown(_kind(error))


def history_outcome(error: Exception) -> HistoryOutcome:
    """Return what an error says about reading a channel's history."""
    match error:
        case discord.Forbidden():
            return Unreadable("no-permission")
        case discord.NotFound(code=code) if code == UNKNOWN_CHANNEL:
            return Unreadable("channel-gone")
        case _:
            return AskLater(_kind(error))


def touched(error: Exception) -> Touched:
    """Return what an error says about a message that was to be changed."""
    match error:
        case discord.NotFound() | discord.Forbidden():
            return "gone"
        case discord.HTTPException(status=400):
            return "gone"
        case _:
            return "failed"


def carries(components: Iterable[object], custom_id: str) -> bool:
    """Tell whether a button with this custom_id is anywhere in a message's components."""
    for component in components:
        if getattr(component, "custom_id", None) == custom_id:
            return True
        inner = [*getattr(component, "children", ()), getattr(component, "accessory", None)]
        if carries((part for part in inner if part is not None), custom_id):
            return True
    return False


def _kind(error: Exception) -> str:
    """Return the kind of an error; never its text, which may hold what members wrote."""
    status = getattr(error, "status", None)
    return type(error).__name__ if status is None else f"{type(error).__name__} {status}"


def _shown(post: Post) -> dict[str, Any]:
    """Return the view as an option, such that the client keeps none: presses go by pattern."""
    if post.view is None:
        return {}
    post.view.stop()
    return {"view": post.view}
