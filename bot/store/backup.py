"""A whole copy of the database, taken while it is in use. Never touches the original."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.errors import StoreRefused
from bot.store.file import read_revision, sync_folder


def back_up(database: Path, target: Path) -> None:
    """Write a checked copy of `database` to `target`, which must not exist yet.

    The copy has a temporary name until it is whole, checked and on the disk.
    """
    if target.exists():
        raise StoreRefused(f"{target} exists already. Name a file that does not exist yet.")
    if not database.exists():
        raise StoreRefused(f"There is no database at {database} to copy.")
    read_revision(database)
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _copy(database, part)
            part.rename(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise StoreRefused(f"The backup {target} was not made: {error}.") from error


def _copy(database: Path, part: Path) -> None:
    source_uri = f"{database.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(source_uri, uri=True)) as source,
        closing(sqlite3.connect(part, isolation_level=None)) as copy,
    ):
        # All pages in one step: one view of the data, while the writer goes on in its log.
        source.backup(copy)
        # A copy without a log beside it: one file is the whole backup.
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
        found = copy.execute("PRAGMA integrity_check").fetchone()
        if found != ("ok",):
            raise StoreRefused(f"The copy of {database} is not sound ({found[0]}).")
    with part.open("rb") as file:
        os.fsync(file.fileno())
