"""The country for the crisis card: a member's own, and a server's. The card never depends on it.

No consent is asked for, since nothing is kept unless the member presses for it; who opens the card
is kept nowhere. Knows neither Discord nor words.
"""

from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.domain.crisis_opening import Standing
from bot.domain.ids import OUTSIDE, GuildId, MemberId
from bot.services.consents import see_to_key
from bot.store import crisis, erasing, holdings, members
from bot.store.instants import to_seconds
from bot.store.store import Connection, Store

__all__ = ["CrisisChoices", "Standing"]


class CrisisChoices:
    """What is remembered for the card. Outside servers the guild is OUTSIDE."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def standing(self, guild: GuildId, member: MemberId) -> Standing:
        """Return what is known before the card is shown. Outside servers all lines are named."""

        def look(conn: Connection) -> Standing:
            hashed = self._store.keyring.member(guild, member)
            found = crisis.standing(conn, self._store.vault, guild, hashed)
            return replace(found, names_use_alone=found.names_use_alone or guild == OUTSIDE)

        return await self._store.read(look)

    async def remember(self, guild: GuildId, member: MemberId, country: str) -> None:
        """Keep a country's code, sealed with the member's own key. Raises NotSaved."""

        def unit(conn: Connection, now: datetime) -> None:
            vault = self._store.vault
            erasing.obey(conn, vault)
            hashed = self._store.keyring.member(guild, member)
            see_to_key(conn, self._store, guild, hashed)
            if guild != OUTSIDE:
                # so that it goes with them when they leave the server
                members.join(conn, vault, guild, hashed, member, to_seconds(now))
            crisis.remember(conn, vault, guild, hashed, country)

        await self._store.write(unit, self._clock.now())

    async def forget(self, guild: GuildId, member: MemberId) -> None:
        """Delete the country, and the member's key and row where nothing else needs them.

        Raises NotSaved.
        """

        def unit(conn: Connection) -> None:
            hashed = self._store.keyring.member(guild, member)
            crisis.forget(conn, guild, hashed)
            left = holdings.of_member(conn, guild, hashed)
            if replace(left, is_member=False).is_empty:
                erasing.erase(conn, self._store.vault, [(guild, hashed)])

        await self._store.write(unit)
        await self._store.checkpoint()

    async def choose_for_server(
        self, guild: GuildId, country: str | None, *, names_use_alone: bool
    ) -> None:
        """Keep the country of a server's members, and whether use-alone lines are named there."""
        await self._store.write(crisis.choose, guild, country, names_use_alone=names_use_alone)
