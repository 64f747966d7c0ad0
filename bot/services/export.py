"""Everything that is kept about one member, read for that member alone. Knows no words, no form."""

from datetime import datetime

from bot.clock import Clock
from bot.domain.export import Export, ExportEverywhere
from bot.domain.ids import GuildId, MemberId
from bot.store import departures, export
from bot.store.store import Connection, Store

__all__ = ["Exports"]


class Exports:
    """A member's way to take away what is kept about them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_member(self, guild: GuildId, person: MemberId) -> Export:
        """Read and open all of one server, on the reading thread and on one unchanging view."""
        return await self._store.read(self._of_member, guild, person, self._clock.now())

    async def everywhere(self, person: MemberId) -> ExportEverywhere:
        """Read and open all of every server that keeps anything, on one unchanging view."""

        def look(conn: Connection, now: datetime) -> ExportEverywhere:
            every = (
                self._of_member(conn, guild, person, now)
                for guild in sorted(departures.known_guilds(conn))
            )
            return ExportEverywhere(now, tuple(each for each in every if not each.is_empty))

        return await self._store.read(look, self._clock.now())

    def _of_member(
        self, conn: Connection, guild: GuildId, person: MemberId, now: datetime
    ) -> Export:
        keyring = self._store.keyring
        member = keyring.member(guild, person)
        return Export(
            guild=guild,
            written_at=now,
            consents=export.consents_of(conn, guild, member),
            members=export.members_of(conn, self._store.vault, guild, member),
            check_ins=export.check_ins_of(conn, self._store.vault, member),
            tallies=export.tallies_of(conn, keyring, guild, person),
            crisis_choices=export.crisis_choices_of(conn, self._store.vault, guild, member),
            crisis_offers=export.crisis_offers_of(conn, guild, member),
        )
