"""Puts a backup in the place of the database, so that nobody comes back and nothing is said twice.

Two things happened since the backup was made that the copy does not know: people were erased, and
prompts were posted. The tombstones in today's keys.db tell of the first, Discord's history of the
second.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.clock import Clock
from bot.domain.outbox_rules import QUIET
from bot.services.prompts import plan_again
from bot.store import erasing, outbox
from bot.store.backup import newest_in, sweep
from bot.store.backup_file import Kind
from bot.store.errors import StoreRefused
from bot.store.file import locked
from bot.store.host_key import HostKey
from bot.store.instants import to_moment
from bot.store.keyring import Keyring
from bot.store.keys_file import open_keys
from bot.store.restore import check_database, check_keys, label_of, opened, put_in_place, revise
from bot.store.store import Connection
from bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Restored:
    """A copy is in use now."""

    place: Path
    made: datetime
    aside: Path | None
    """Where the file is kept that was there before."""
    doubtful: int = 0
    """How many prompts are looked for in Discord's history before anything is posted."""
    erased: int = 0
    """How many were erased after the backup, and are erased from it, too."""


@dataclass(frozen=True, slots=True)
class Place:
    """The two files of a data folder, and the key that opens them."""

    database: Path
    keys: Path
    host_key: HostKey
    backups: Path | None = None
    """Where backups usually lie, to name one to somebody who looks for it."""


def restore(backup: Path, place: Place, backup_key: HostKey, clock: Clock) -> Restored:
    """Put `backup` back while the bot is stopped; refuse with a sentence and change nothing."""
    with locked(place.database.parent):
        sweep(place.database)
        match _kind_of(backup, place, clock.now()):
            case "database":
                return _database(backup, place, backup_key, clock.now())
            case "keys":
                return _keys(backup, place, backup_key, clock.now())


def _kind_of(backup: Path, place: Place, now: datetime) -> Kind:
    try:
        return label_of(backup).kind
    except StoreRefused as refusal:
        raise StoreRefused(f"{refusal}{_newest(place, 'database', now)}") from refusal


def _newest(place: Place, kind: Kind, now: datetime) -> str:
    """Return a sentence that names the newest backup, where there is any to name."""
    found = None if place.backups is None else newest_in(place.backups, kind, now)
    return "" if found is None else f" The newest in {place.backups} is {found.name}."


def _database(backup: Path, place: Place, backup_key: HostKey, now: datetime) -> Restored:
    if not place.keys.exists():
        raise StoreRefused(
            f"There is no {place.keys}, which the backup cannot be opened without. Put it back"
            f" first, from its own backup; nothing was changed.{_newest(place, 'keys', now)}"
        )
    keys, root = open_keys(place.keys, place.host_key, busy_ms=0)
    keyring, vault = Keyring(root), Vault(keys, place.host_key)
    counts = {"erased": 0, "doubtful": 0}

    def unit(conn: Connection) -> None:
        counts["erased"] = erasing.waiting(conn, vault)
        erasing.obey(conn, vault)
        plan_again(conn, keyring, now)
        counts["doubtful"] = outbox.doubt_all(conn, now + QUIET)

    try:
        with opened(backup, place.database, backup_key) as part:
            check_database(part, keyring)
            revise(part, unit)
            aside = put_in_place(part, place.database, now)
    finally:
        vault.close()
    made = to_moment(label_of(backup).made)
    return Restored(place.database, made, aside, **counts)


def _keys(backup: Path, place: Place, backup_key: HostKey, now: datetime) -> Restored:
    if place.keys.exists():
        raise StoreRefused(
            f"{place.keys} is there, and it knows best who was erased. Only where it is lost or"
            " damaged: move it away, then try again; nothing was changed."
        )
    with opened(backup, place.keys, backup_key) as part:
        check_keys(part, place.host_key)
        put_in_place(part, place.keys, now)
    return Restored(place.keys, to_moment(label_of(backup).made), None)
