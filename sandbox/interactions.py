"""Interactions: from a person's press or command to the bot's one answer, and its follow-ups.

The 3 seconds and the 15 minutes run on the sandbox's clock; besides, a person waits 3 real seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from secrets import token_urlsafe
from typing import Final

from sandbox import installs, render
from sandbox.forms import Modal
from sandbox.installs import Owners
from sandbox.refusal import refusal
from sandbox.things import Channel, Json, Message, User
from sandbox.world import World

ACK_WITHIN: Final = timedelta(seconds=3)
TOKEN_LIVES: Final = timedelta(minutes=15)
NO_RESPONSE: Final = "The application did not respond"
_REMEMBERED: Final = 20_000
ATTACHMENT_LIMIT: Final = 10 * 1024 * 1024


class Kind(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Stage(Enum):
    WAITING = "no answer yet"
    DEFERRED = "an answer was promised"
    UPDATE_DEFERRED = "an edit was promised"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Choice:
    """One proposal of an autocomplete."""

    name: str
    value: str | int | float


@dataclass(slots=True, eq=False)
class Answer:
    """What a person got. Live: `shown` of a deferred answer fills in, `followups` arrive later."""

    shown: Message | None = None
    modal: Modal | None = None
    updated: Message | None = None
    error: str | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Interaction:
    id: int
    token: str
    kind: Kind
    user: User
    channel: Channel
    made_at: datetime
    message: Message | None
    """The message whose component was used, also behind a form that it opened."""
    metadata: Json
    first: asyncio.Future[None]
    answer: Answer = field(default_factory=Answer)
    stage: Stage = Stage.WAITING
    original: Message | None = None
    given_up: bool = False
    command: str | None = None

    @property
    def owners(self) -> Owners:
        """Who let the app in that was asked."""
        return dict(self.metadata["authorizing_integration_owners"])

    def acknowledge(self, stage: Stage) -> None:
        self.stage = stage
        if not self.first.done():
            self.first.set_result(None)


class Interactions:
    """Opens interactions for persons and finds them for the bot."""

    def __init__(self, world: World, patience: float) -> None:
        self._world = world
        self.patience = patience
        self.open: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self.waiting = 0
        """Persons waiting for a first answer."""
        self.anybody_listening: Callable[[], bool] = lambda: True

    async def ask(
        self,
        kind: Kind,
        user: User,
        channel: Channel,
        data: Json,
        *,
        message: Message | None = None,
        cause: Interaction | None = None,
        owners: Owners | None = None,
    ) -> Interaction:
        """Send the event and wait for the first answer, as long as a person would.

        `owners` let the app in for a command; a press and a form inherit those of what was used.
        """
        if owners is None and cause:
            owners = installs.still(self._world, channel, cause.owners)
        elif owners is None:
            owners = installs.owners_of_message(self._world, channel, message)
        made = self._make(kind, user, channel, data, message, cause, owners)
        if self.anybody_listening() and owners:
            self._tell(made, data)
            self.waiting += 1
            try:
                await asyncio.wait([made.first], timeout=self.patience)
            finally:
                self.waiting -= 1
        if not made.first.done():
            made.given_up = True
            made.answer.error = NO_RESPONSE
            failed = {"interaction_id": str(made.id), "user_id": str(user.id)}
            self._world.tell("PAGE_INTERACTION_FAILED", failed, channel=channel)
        return made

    def _make(
        self,
        kind: Kind,
        user: User,
        channel: Channel,
        data: Json,
        message: Message | None,
        cause: Interaction | None,
        owners: Owners,
    ) -> Interaction:
        identifier = next(self._world.ids)
        metadata: Json = {
            "id": str(identifier),
            "type": int(kind),
            "user": render.user(user),
            "authorizing_integration_owners": owners,
        }
        if kind is Kind.COMPONENT and message:
            metadata["interacted_message_id"] = str(message.id)
        if kind is Kind.MODAL and cause:
            metadata["triggering_interaction_metadata"] = cause.metadata
        made = Interaction(
            identifier,
            token_urlsafe(48),
            kind,
            user,
            channel,
            self._world.clock.now(),
            message,
            metadata,
            asyncio.get_running_loop().create_future(),
            command=data.get("name"),
        )
        self.open[identifier] = self._by_token[made.token] = made
        if len(self.open) > _REMEMBERED:
            oldest = self.open.pop(next(iter(self.open)))
            del self._by_token[oldest.token]
        return made

    def _tell(self, made: Interaction, data: Json) -> None:
        world, channel, user = self._world, made.channel, made.user
        payload: Json = {
            "id": str(made.id),
            "application_id": str(world.bot.id),
            "type": int(made.kind),
            "token": made.token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": self.partial(channel, user),
            "locale": user.locale,
            "app_permissions": str(installs.app_permissions(world, user, channel)),
            "entitlements": [],
            "authorizing_integration_owners": made.owners,
            "context": int(installs.context_of(channel)),
            "attachment_size_limit": ATTACHMENT_LIMIT,
        }
        guild = channel.guild
        if guild:
            payload["guild_id"] = str(guild.id)
            payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
            payload["guild_locale"] = guild.locale
            payload["member"] = render.member(guild.members[user.id]) | {
                "permissions": str(world.permissions(user, channel))
            }
        else:
            payload["user"] = render.user(user)
        if made.message:
            payload["message"] = render.message(made.message, world.bot.id)
        world.tell("INTERACTION_CREATE", payload, guild=guild, channel=channel, forced=True)

    def partial(self, channel: Channel, user: User) -> Json:
        """A channel as interactions tell of it."""
        partial = render.channel(channel)
        partial["permissions"] = str(self._world.permissions(user, channel))
        partial.pop("permission_overwrites", None)
        if channel.people:
            # as the one who asks sees it: with the others
            others = [one for one in channel.people if one is not user]
            partial["recipients"] = [render.user(one) for one in others]
        return partial

    # -- for the bot ---------------------------------------------------------------------------

    def to_answer(self, identifier: int, token: str) -> Interaction:
        """Find an interaction that may still be answered for the first time, or refuse."""
        found = self.open.get(identifier)
        if found is None or found.token != token:
            raise refusal(10062)
        if found.stage is not Stage.WAITING:
            raise refusal(40060)
        if found.given_up or self._world.clock.now() - found.made_at > ACK_WITHIN:
            raise refusal(10062)
        return found

    def to_follow(self, application: int, token: str) -> Interaction:
        """Find an interaction by its token, for follow-ups and edits, or refuse."""
        found = self._by_token.get(token)
        if found is None or application != self._world.bot.id:
            raise refusal(10015)
        if self._world.clock.now() - found.made_at > TOKEN_LIVES:
            raise refusal(50027)
        if found.stage is Stage.WAITING or found.kind is Kind.AUTOCOMPLETE:
            raise refusal(10015)
        return found
