"""What is kept about me here, and erasing it: for the asker alone. Knows no words."""

from dataclasses import dataclass

from bot.domain.ids import GuildId, MemberId
from bot.store import holdings, tallies
from bot.store.holdings import Holdings
from bot.store.store import Connection, Store

__all__ = ["Erased", "Holdings", "Privacy"]


@dataclass(frozen=True, slots=True)
class Erased:
    """Nothing about the member is kept in this server any more."""

    check_ins: int


class Privacy:
    """A member's own view of what is held, and their way out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def held(self, guild: GuildId, member: MemberId) -> Holdings:
        """Count what is kept about a member in a server."""
        return await self._store.read(
            holdings.of_member, guild, self._store.keyring.member(guild, member)
        )

    async def erase(self, guild: GuildId, member: MemberId) -> Erased:
        """Erase all of it, from the file and its log; return what there was."""

        def unit(conn: Connection) -> Erased:
            keyring = self._store.keyring
            erased = holdings.erase(conn, guild, keyring.member(guild, member))
            for group, day in holdings.tallied_days(conn, guild):
                hashed = keyring.tally(group, day, member)
                tallies.uncount(conn, group, day.isoformat(), hashed)
            return Erased(erased)

        outcome = await self._store.write(unit)
        # What was deleted stays readable in the write-ahead log until that is emptied.
        await self._store.checkpoint()
        return outcome
