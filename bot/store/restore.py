"""Opens a backup beside the files in use, and puts it in their place. Decides nothing about rows.

Until the last rename nothing in use is changed; what was in use is kept aside under a dated name.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, StaticPool, create_engine

from bot.store.backup import ASIDE, COPY_SUFFIX, new_file
from bot.store.backup_file import Label, open_file, read_label
from bot.store.errors import StoreRefused
from bot.store.file import look_into, make_ready, sync_folder
from bot.store.host_key import HostKey
from bot.store.keyring import Keyring
from bot.store.keys_file import open_keys
from bot.store.rollback import roll_back
from bot.store.store import refuse_strange_keys

_BESIDE = ("-wal", "-shm", "-journal")
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR)


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
        # With what a crash left beside it: a journal of another copy would be played into this.
        _clear(part)
        with backup.open("rb") as source, new_file(part) as plain:
            open_file(backup, source, plain, key)
        yield part
    except (OSError, sqlite3.Error) as error:
        raise StoreRefused(f"{backup} was not put back: {error}. Nothing was changed.") from error
    finally:
        _clear(part)


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
    """Put `part` where `target` is; return where that is kept now, None where nothing was.

    Stopped anywhere, it leaves the one file or the other, whole, and never with the other's log.
    """
    aside = None
    if target.exists():
        _empty_log(target)
        aside = target.with_name(f"{target.name}{ASIDE}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        # A link, so that at no moment there is no database at all.
        aside.hardlink_to(target)
    for suffix in _BESIDE:
        beside = target.with_name(target.name + suffix)
        if beside.exists() and aside is not None:
            beside.rename(aside.with_name(aside.name + suffix))
        else:
            # It would be taken for the log of the file that comes now.
            beside.unlink(missing_ok=True)
    # After a power cut, too, the log must be gone before the file is another.
    sync_folder(target.parent)
    part.rename(target)
    sync_folder(target.parent)
    return aside


def _empty_log(target: Path) -> None:
    """Move the log of `target` into it. Refuse where only its log makes it whole."""
    if not target.stat().st_size:
        return  # SQLite would throw away the log of an empty file, which may be all there is left
    try:
        with closing(sqlite3.connect(target, isolation_level=None, timeout=1)) as sql:
            ((busy, _, _),) = sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
            raise
        return  # nothing can be done with it any more; its log goes aside with it
    if busy:
        raise StoreRefused(
            f"Another program is using {target}. Close it and try again; nothing was changed."
        )


def _clear(part: Path) -> None:
    for left in (part, *(part.with_name(part.name + each) for each in _BESIDE)):
        left.unlink(missing_ok=True)
