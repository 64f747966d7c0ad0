"""What is kept about me here, and erasing it: for the asker alone. Knows no words."""

from dataclasses import dataclass, replace

from bot.domain.ids import GuildId, MemberId
from bot.store import erasing, export, holdings, tallies
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

        def look(conn: Connection) -> Holdings:
            keyring = self._store.keyring
            found = holdings.of_member(conn, guild, keyring.member(guild, member))
            counted = export.tallies_of(conn, keyring, guild, member)
            return replace(found, counted=len(counted))

        return await self._store.read(look)

    async def erase(self, guild: GuildId, member: MemberId) -> Erased:
        """Destroy their key, then erase all of it, from files and logs; return what there was."""

        def unit(conn: Connection) -> Erased:
            keyring, vault = self._store.keyring, self._store.vault
            hashed = keyring.member(guild, member)
            erased = holdings.of_member(conn, guild, hashed).check_ins
            counted = [
                tally
                for group, day in holdings.tallied_days(conn, guild)
                if tallies.counted(
                    conn, group, day.isoformat(), tally := keyring.tally(group, day, member)
                )
            ]
            erasing.erase(conn, vault, guild, [hashed, *counted])
            return Erased(erased)

        outcome = await self._store.write(unit)
        # What was deleted stays readable in the write-ahead logs until those are emptied.
        await self._store.checkpoint()
        return outcome
