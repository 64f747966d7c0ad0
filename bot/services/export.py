"""Everything that is kept about one member, read for that member alone. Knows no words, no form."""

from bot.clock import Clock
from bot.domain.export import Export
from bot.domain.ids import GuildId, MemberId
from bot.store import export
from bot.store.store import Connection, Store

__all__ = ["Exports"]


class Exports:
    """A member's way to take away what is kept about them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_member(self, guild: GuildId, person: MemberId) -> Export:
        """Read and open all of it, on the reading thread and on one unchanging view."""

        def look(conn: Connection) -> Export:
            keyring = self._store.keyring
            member = keyring.member(guild, person)
            return Export(
                guild=guild,
                written_at=self._clock.now(),
                consents=export.consents_of(conn, guild, member),
                members=export.members_of(conn, self._store.vault, guild, member),
                check_ins=export.check_ins_of(conn, self._store.vault, member),
                tallies=export.tallies_of(conn, keyring, guild, person),
            )

        return await self._store.read(look)
