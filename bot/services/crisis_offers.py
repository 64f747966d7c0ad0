"""Being sent the crisis card because somebody else asked: with the member's own yes, and rarely.

Nothing is kept about who asks, or how often. What comes of asking is for no asker to learn.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.crisis_opening import Standing
from bot.domain.ids import GuildId, MemberId
from bot.services.consents import see_to_key
from bot.store import crisis, crisis_offers, erasing, holdings, members
from bot.store.instants import to_seconds
from bot.store.keys_file import Hashed
from bot.store.store import Connection, Store

__all__ = ["CrisisOffers", "Sending"]

OFFER_VERSION = 1
"""The wording of the page on which a yes was given; raised when it comes to mean more."""

REST = timedelta(hours=24)
"""How long a member is left alone after a card, in all servers together, whoever asks."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A card to be sent now. The same `marker` makes Discord show one message only."""

    standing: Standing
    marker: str


class CrisisOffers:
    """A member's yes in one server, and the one moment before which no other card is sent."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def are_taken(self, guild: GuildId, member: MemberId) -> bool:
        """Tell whether others may ask for this member to be sent the card."""

        def look(conn: Connection) -> bool:
            return self._not_before(conn, guild, member) is not None

        return await self._store.read(look)

    async def allow(self, guild: GuildId, member: MemberId) -> None:
        """Keep a member's yes. A card sent for another server counts here, too. Raises NotSaved."""

        def unit(conn: Connection, now: datetime) -> None:
            vault, seconds = self._store.vault, to_seconds(now)
            erasing.obey(conn, vault)
            moments = [self._not_before(conn, each, member) for each in crisis_offers.guilds(conn)]
            hashed = self._store.keyring.member(guild, member)
            see_to_key(conn, self._store, guild, hashed)
            # so that it goes with them when they leave the server
            members.join(conn, vault, guild, hashed, member, seconds)
            latest = max((each for each in moments if each is not None), default=seconds)
            crisis_offers.allow(conn, guild, hashed, OFFER_VERSION, seconds, latest)

        await self._store.write(unit, self._clock.now())

    async def stop(self, guild: GuildId, member: MemberId) -> None:
        """Delete a member's yes, and their key and row where nothing else needs them.

        Raises NotSaved.
        """
        await self._store.write(self._stop, [guild], member)
        await self._store.checkpoint()

    async def stop_everywhere(self, member: MemberId) -> None:
        """Do the same in every server."""

        def unit(conn: Connection) -> None:
            self._stop(conn, crisis_offers.guilds(conn), member)

        await self._store.write(unit)
        await self._store.checkpoint()

    async def take(self, guild: GuildId, member: MemberId) -> Sending | None:
        """Return what to send now. It is counted as sent before it is: it may be lost, not doubled.

        None where the member has not said yes, or was sent a card in the past 24 hours.
        """
        if not await self._store.read(self._is_due, guild, member, self._clock.now()):
            return None

        def unit(conn: Connection, now: datetime) -> Sending | None:
            if not self._is_due(conn, guild, member, now):
                return None
            keyring, until = self._store.keyring, to_seconds(now + REST)
            for each in crisis_offers.guilds(conn):
                crisis_offers.rest(conn, each, keyring.member(each, member), until)
            hashed = keyring.member(guild, member)
            standing = crisis.standing(conn, self._store.vault, guild, hashed)
            marker = keyring.nonce(f"{guild}|crisis-offer|{hashed.hex()}|{until}")
            return Sending(standing, marker)

        return await self._store.write(unit, self._clock.now())

    def _is_due(self, conn: Connection, guild: GuildId, member: MemberId, now: datetime) -> bool:
        moment = self._not_before(conn, guild, member)
        return moment is not None and moment <= to_seconds(now)

    def _not_before(self, conn: Connection, guild: GuildId, member: MemberId) -> int | None:
        """Return from when on a card may be sent; None without a yes, or where its key is gone."""
        hashed = self._store.keyring.member(guild, member)
        moment = crisis_offers.not_before(conn, guild, hashed, OFFER_VERSION)
        return None if moment is None or not self._store.vault.holds(hashed) else moment

    def _stop(self, conn: Connection, guilds: list[GuildId], member: MemberId) -> None:
        nobody: list[Hashed] = []
        for guild in guilds:
            hashed = self._store.keyring.member(guild, member)
            if not crisis_offers.stop(conn, guild, hashed):
                continue
            left = holdings.of_member(conn, guild, hashed)
            if replace(left, is_member=False).is_empty:
                nobody.append((guild, hashed))
        if nobody:
            erasing.erase(conn, self._store.vault, nobody)
