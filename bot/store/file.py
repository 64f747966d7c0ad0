"""The database file: whose is it, which version, and is anybody else using it? Runs no query.

Looking never changes a file: what is not plainly ours is left as it was found.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.store.errors import StoreRefused, outage
from bot.store.revisions import APPLICATION_ID, HEAD, KNOWN

MARK = "key"
"""The fact by which a database names the keys it was made with."""

_MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID_AT = slice(68, 72)
_HEADER_BYTES = 100


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "handrail.lock").open("ab")
    except OSError as error:
        raise StoreRefused(
            f"The data folder {folder} cannot be written to: {error.strerror}."
            " Give this user the right to write there, or name another folder."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreRefused(
                f"Another Handrail is already running on {folder}."
                " Stop it first, or name another data folder."
            ) from error
        yield


def make_ready(path: Path, revision: str | None) -> None:
    """Bring the database at `path` from `revision` (None: nothing is there) to today's version."""
    if revision is None:
        _make(path)
    elif revision != HEAD:
        # Alembic takes longer to import than the bot to open its file: only when it is needed.
        from bot.store.migrations.run import migrate  # noqa: PLC0415 - see above

        migrate(path, since=revision)


@dataclass(frozen=True, slots=True)
class Found:
    """What a database of ours says of itself."""

    revision: str
    mark: str | None
    """Which keys it was made with; None where that was not written yet."""


def read_revision(path: Path) -> str:
    """Return the schema version of our file at `path`, or refuse it with a sentence."""
    return look_into(path).revision


def look_into(path: Path) -> Found:
    """Return what our file at `path` says of itself, or refuse it with a sentence."""
    check_header(path, APPLICATION_ID)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as sql:
            found = sql.execute("SELECT version_num FROM alembic_version").fetchall()
            mark = sql.execute("SELECT value FROM facts WHERE name = ?", (MARK,)).fetchone()
    except sqlite3.Error as error:
        if outage(error) == "locked":
            raise StoreRefused(f"Another program is using {path}. Close it and start again.") from (
                error
            )
        raise StoreRefused(_damaged(path)) from error
    if len(found) != 1:
        raise StoreRefused(_damaged(path))
    revision = str(found[0][0])
    if revision not in KNOWN:
        raise StoreRefused(
            f"{path} was written by a newer Handrail (version {revision} of the tables)."
            " Install that version again, or put back a backup made before the upgrade;"
            " nothing was changed."
        )
    return Found(revision, None if mark is None else str(mark[0]))


def check_header(path: Path, application_id: int) -> None:
    """Refuse a file that does not say in its first bytes that it is ours."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError as error:
        raise StoreRefused(f"{path} cannot be read: {error.strerror}.") from error
    if not header:
        raise StoreRefused(
            f"{path} is empty, so the database that was there is gone."
            " Put back a backup; to begin anew, move the empty file away first."
        )
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise StoreRefused(_damaged(path))
    if int.from_bytes(header[_APPLICATION_ID_AT], "big") != application_id:
        raise StoreRefused(
            f"{path} is the database of another program. Name another data folder;"
            " nothing was changed."
        )


def _make(path: Path) -> None:
    from bot.store.migrations.run import migrate  # noqa: PLC0415 - as above

    # Made beside and renamed: a crash on the way leaves no file that looks like a lost database.
    fresh = path.with_name(path.name + ".new")
    try:
        for leftover in (fresh, fresh.with_name(fresh.name + "-journal")):
            leftover.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        migrate(fresh, since=None)
        fresh.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreRefused(f"{path} cannot be made: {error.strerror}.") from error


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged(path: Path) -> str:
    return (
        f"{path} is damaged or not a database. Keep the file, stop the bot and put a backup in its"
        " place; nothing was changed."
    )
