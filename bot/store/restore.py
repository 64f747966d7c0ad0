"""Opens a backup beside the files in use, and puts it in their place. Decides nothing about rows.

Until the last rename nothing in use is changed; what was in use is kept aside under a dated name.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, StaticPool, create_engine

from bot.store.backup import COPY_SUFFIX, new_file
from bot.store.backup_file import Label, open_file, read_label
from bot.store.errors import StoreRefused
from bot.store.file import look_into, make_ready, sync_folder
from bot.store.host_key import HostKey
from bot.store.keyring import Keyring
from bot.store.keys_file import open_keys
from bot.store.rollback import roll_back
from bot.store.store import refuse_strange_keys

_BESIDE = ("-wal", "-shm", "-journal")


def label_of(backup: Path) -> Label:
    """Return what a backup says of itself."""
    try:
        with backup.open("rb") as source:
            return read_label(backup, source)
    except OSError as error:
        raise StoreRefused(f"{backup} cannot be read: {error.strerror}.") from error


@contextmanager
def opened(backup: Path, target: Path, key: HostKey) -> Iterator[Path]:
    """Open `backup` into a file beside `target`, which is gone again unless it was renamed."""
    # Named as a readable copy, so that one left by a crash is swept away at the next start.
    part = target.with_name(f"{target.name}.restored{COPY_SUFFIX}")
    try:
        part.unlink(missing_ok=True)
        with backup.open("rb") as source, new_file(part) as plain:
            open_file(backup, source, plain, key)
        yield part
    except (OSError, sqlite3.Error) as error:
        raise StoreRefused(f"{backup} was not put back: {error}. Nothing was changed.") from error
    finally:
        for left in (part, *(part.with_name(part.name + each) for each in _BESIDE)):
            left.unlink(missing_ok=True)


def check_database(part: Path, keyring: Keyring) -> None:
    """Refuse a copy that is not ours, not sound, newer, or made with other keys; update an old."""
    found = look_into(part)
    with closing(sqlite3.connect(part)) as sql:
        (sound,) = sql.execute("PRAGMA integrity_check(1)").fetchone()
    if sound != "ok":
        raise StoreRefused("The database in the backup is not sound; nothing was changed.")
    if found.mark is not None:
        refuse_strange_keys(part, found.mark, keyring)
    make_ready(part, found.revision)


def check_keys(part: Path, host_key: HostKey) -> None:
    """Refuse a copy of keys.db that this host's key does not open."""
    open_keys(part, host_key, busy_ms=0, to_look=True)[0].close()


def revise(part: Path, unit: Callable[[Connection], None]) -> None:
    """Run `unit` on the copy in one transaction."""
    with closing(sqlite3.connect(part, isolation_level=None)) as handle:
        for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL"):
            handle.execute(f"PRAGMA {pragma}").fetchall()
        engine = create_engine(
            "sqlite://", creator=lambda: handle, poolclass=StaticPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as sql:
            sql.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                unit(sql)
                sql.exec_driver_sql("COMMIT")
            except BaseException:
                roll_back(handle)
                raise


def put_in_place(part: Path, target: Path, now: datetime) -> Path | None:
    """Put `part` where `target` is; return where that is kept now, None where nothing was."""
    aside = None
    if target.exists():
        aside = target.with_name(f"{target.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        # Its log belongs to it: into the file where that can still be done, else aside with it.
        with (
            contextlib.suppress(sqlite3.Error),
            closing(sqlite3.connect(target, isolation_level=None)) as sql,
        ):
            sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        # A link, so that at no moment there is no database at all.
        aside.hardlink_to(target)
    for suffix in _BESIDE:
        beside = target.with_name(target.name + suffix)
        if beside.exists() and aside is not None:
            beside.rename(aside.with_name(aside.name + suffix))
        else:
            # It would be taken for the log of the file that comes now.
            beside.unlink(missing_ok=True)
    part.rename(target)
    sync_folder(target.parent)
    return aside
