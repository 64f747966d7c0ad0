"""Erasing a person: the key first, then every row. What a crash left undone is done at the start.

A tombstone in the key file says whose rows must be gone; the database knows up to which tombstone
it has obeyed. So a copy put back later obeys the younger ones when it is opened. Knows no clock.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.store import facts, holdings
from bot.store.keys_file import Hashed
from bot.store.vault import Vault

_OBEYED = "tombstones"


def erase(conn: Connection, vault: Vault, people: Sequence[Hashed]) -> None:
    """Destroy the keys of all `people`, then delete their rows.

    All keys go in one durable step: whoever is in it is erased, however often the power fails.
    """
    vault.shred(people, after=_obeyed(conn))
    obey(conn, vault)


def obey(conn: Connection, vault: Vault) -> None:
    """Delete the rows of everybody whose tombstone this database has not met yet."""
    waiting = vault.tombstones(after=_obeyed(conn))
    for tombstone in waiting:
        holdings.erase(conn, tombstone.guild, tombstone.hash)
    if waiting:
        facts.put(conn, _OBEYED, str(waiting[-1].number))


def lags(conn: Connection, vault: Vault) -> bool:
    """Tell whether there are tombstones this database has not met yet."""
    return bool(vault.tombstones(after=_obeyed(conn)))


def waiting(conn: Connection, vault: Vault) -> int:
    """Count the tombstones this database has not met yet."""
    return len(vault.tombstones(after=_obeyed(conn)))


def _obeyed(conn: Connection) -> int:
    return int(facts.read(conn, _OBEYED) or 0)
