"""The moderators' side of the crisis card: what their server changes, and cards to be posted.

Every preview is kept until it is decided, so that it outlives a restart. No moderator's id is kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.crisis_desk import MOST_CHANGES, Change
from bot.domain.crisis_desk_rows import read, written
from bot.domain.ids import GuildId
from bot.domain.outbox_rules import SAME_NONCE
from bot.store import crisis, crisis_desk
from bot.store.instants import to_moment, to_seconds
from bot.store.store import Connection, Store

__all__ = [
    "AlreadyPosted",
    "Changed",
    "CrisisDesk",
    "Gone",
    "OnCard",
    "Perhaps",
    "Posting",
    "Preview",
    "Saved",
    "TooMany",
    "Undone",
]

DRAFT_LIVES = timedelta(days=1)
"""How long a preview can be decided about."""


@dataclass(frozen=True, slots=True)
class OnCard:
    """What a server has chosen for its card: a country's code, and its changes."""

    country: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A change that would be saved, and the one of the same line it would replace."""

    change: Change
    before: Change | None


@dataclass(frozen=True, slots=True)
class Saved:
    """The change stands on the server's card."""

    change: Change


@dataclass(frozen=True, slots=True)
class Changed:
    """Not saved: since the preview somebody has saved `theirs`, or undone what there was."""

    change: Change
    theirs: Change | None


@dataclass(frozen=True, slots=True)
class TooMany:
    """Not saved: the server has as many changes as there may be."""


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such preview or change any more."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The line is as the directory has it."""

    change: Change | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A card to be posted now. The same `marker` makes Discord show one message only."""

    country: str | None
    marker: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AlreadyPosted:
    """The card of this preview is in the channel."""


@dataclass(frozen=True, slots=True)
class Perhaps:
    """It was begun too long ago to begin again: a person has to look."""


class CrisisDesk:
    """What moderators do with their server's card."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def on_card(self, guild: GuildId) -> OnCard:
        """Return what a server has chosen."""

        def look(conn: Connection) -> OnCard:
            country, _ = crisis.server(conn, guild)
            return OnCard(country, crisis_desk.changes(conn, guild))

        return await self._store.read(look)

    async def propose(self, guild: GuildId, draft: int, change: Change) -> Preview | TooMany:
        """Keep a change until it is decided. `draft` is a number that is used once."""

        def unit(conn: Connection, now: datetime) -> Preview | TooMany:
            crisis_desk.forget_drafts(conn, to_seconds(now - DRAFT_LIVES))
            if _is_full(conn, guild, change):
                return TooMany()
            seen = crisis_desk.saved(conn, guild, change.line.id)
            crisis_desk.draft_change(conn, guild, draft, change, seen, to_seconds(now))
            return Preview(change, _maybe(seen))

        return await self._store.write(unit, self._clock.now())

    async def save(self, guild: GuildId, draft: int) -> Saved | Changed | TooMany | Gone:
        """Put a proposed change on the card, unless the line has changed since its preview.

        Then the moderator sees how, and saving once more replaces it.
        """

        def unit(conn: Connection) -> Saved | Changed | TooMany | Gone:
            found = crisis_desk.draft(conn, guild, draft)
            if found is None or found.change is None:
                return Gone()
            change = found.change
            there = crisis_desk.saved(conn, guild, change.line.id)
            if there == written(change):
                crisis_desk.done(conn, guild, draft)
                return Saved(change)
            if found.done:
                return Gone()
            if there != found.seen:
                crisis_desk.now_seen(conn, guild, draft, there)
                return Changed(change, _maybe(there))
            if _is_full(conn, guild, change):
                return TooMany()
            crisis_desk.keep(conn, guild, change)
            crisis_desk.done(conn, guild, draft)
            return Saved(change)

        return await self._store.write(unit)

    async def undo(self, guild: GuildId, line: str) -> Undone | Gone:
        """Let a line be as the directory has it."""

        def unit(conn: Connection) -> Undone | Gone:
            there = crisis_desk.saved(conn, guild, line)
            if there is None:
                return Gone()
            crisis_desk.undo(conn, guild, line)
            return Undone(_maybe(there))

        return await self._store.write(unit)

    async def prepare(self, guild: GuildId, draft: int, country: str | None) -> None:
        """Keep a card that may be posted."""

        def unit(conn: Connection, now: datetime) -> None:
            crisis_desk.forget_drafts(conn, to_seconds(now - DRAFT_LIVES))
            crisis_desk.draft_card(conn, guild, draft, country, to_seconds(now))

        await self._store.write(unit, self._clock.now())

    async def begin_post(
        self, guild: GuildId, draft: int
    ) -> Posting | AlreadyPosted | Perhaps | Gone:
        """Begin to post a card. Begun again within a minute it is the same message for Discord."""

        def unit(conn: Connection, now: datetime) -> Posting | AlreadyPosted | Perhaps | Gone:
            found = crisis_desk.draft(conn, guild, draft)
            if found is None or found.change is not None:
                return Gone()
            if found.done:
                return AlreadyPosted()
            if found.tried_at is None:
                crisis_desk.tried(conn, guild, draft, to_seconds(now))
            elif not timedelta() <= now - to_moment(found.tried_at) <= SAME_NONCE:
                return Perhaps()
            marker = self._store.keyring.nonce(f"{guild}|crisis-card|{draft}")
            return Posting(found.country, marker, crisis_desk.changes(conn, guild))

        return await self._store.write(unit, self._clock.now())

    async def posted(self, guild: GuildId, draft: int) -> None:
        """Keep that the card is in the channel."""
        await self._store.write(crisis_desk.done, guild, draft)

    async def not_posted(self, guild: GuildId, draft: int) -> None:
        """Keep that Discord took nothing, so that it may be begun anew."""
        await self._store.write(crisis_desk.not_tried, guild, draft)


def _is_full(conn: Connection, guild: GuildId, change: Change) -> bool:
    there = crisis_desk.lines(conn, guild)
    return change.line.id not in there and len(there) >= MOST_CHANGES


def _maybe(body: str | None) -> Change | None:
    return None if body is None else read(body)
