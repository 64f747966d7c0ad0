"""Takes backups: a consistent copy while the bot writes, checked, sealed and only then named.

Database and keys go into files of their own, because copies of keys must not live long: who was
erased can be read again by whoever has an old copy of both. Touches neither original.
"""

import contextlib
import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bot.domain.retention import choose_to_keep, newest_until
from bot.store.backup_file import Kind, seal_file
from bot.store.errors import StoreRefused
from bot.store.file import read_revision, sync_folder
from bot.store.host_key import HostKey
from bot.store.keys_file import open_keys

COPY_SUFFIX = ".copying"
ASIDE = ".before-"
"""Between the name of a file that `restore` kept aside and the time when it did."""
_PART = ".part"
KEYS_LIFE = timedelta(days=7)
_NAMES: dict[Kind, str] = {"database": "handrail", "keys": "keys"}
_NAME = re.compile(r"(?P<whose>handrail|keys)-(?P<made>\d{8}T\d{6})Z\.backup")
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Made:
    """The two files of one backup, and how many older ones were deleted."""

    database: Path
    keys: Path
    dropped: int


def back_up(database: Path, keys: Path, folder: Path, host_key: HostKey, now: datetime) -> Made:
    """Write a backup of both files to `folder` and delete there what is no longer kept.

    Never in a process that has them open: see `back_up_open`.
    """
    if not database.exists():
        raise StoreRefused(f"There is no {database} to copy.")
    read_revision(database)
    open_keys(keys, host_key, busy_ms=5000, to_look=True)[0].close()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _not_made(folder, error) from error
    return back_up_open(database, keys, folder, host_key, now)


def back_up_open(
    database: Path, keys: Path, folder: Path, host_key: HostKey, now: datetime
) -> Made:
    """Do the same where this very process has both files open, which were looked at by that.

    It reaches them through SQLite alone. To close any other handle on a file, were it only to look
    at its first bytes, would take from this process the locks that its open connections rely on.
    """
    try:
        if folder.parent == database.parent:
            folder.mkdir(exist_ok=True, mode=0o700)
        elif not folder.is_dir():
            # Not made here: where its disk is not mounted, it would be made on the wrong one.
            raise StoreRefused(
                f"The backup was not made: there is no folder {folder}. Make it, or mount its disk."
            )
        with _alone(database.parent):
            # Keys last: theirs holds a key or a tombstone for everybody in the database's.
            copy = _take(database, folder, "database", host_key, now)
            keys_copy = _take(keys, folder, "keys", host_key, now)
            return Made(copy, keys_copy, _drop_old(folder, now))
    except (OSError, sqlite3.Error) as error:
        raise _not_made(folder, error) from error


def made_in(folder: Path) -> set[datetime]:
    """Return when each whole backup in `folder`, of database and keys, was made."""
    if not folder.exists():
        return set()
    found = _found_in(folder)
    return found["database"].keys() & found["keys"].keys()


def newest_in(folder: Path, kind: Kind, now: datetime) -> Path | None:
    """Return the newest backup of one kind in `folder` that is not dated later than `now`."""
    try:
        found = _found_in(folder)[kind]
    except OSError:
        return None
    newest = newest_until(found, now)
    return None if newest is None else found[newest]


def sweep(database: Path) -> None:
    """Delete what a crash left of an unfinished backup or restore: readable copies, and a second
    name of the database itself.
    """
    for left in database.parent.glob(f"*{COPY_SUFFIX}*"):
        left.unlink(missing_ok=True)
    for aside in database.parent.glob(f"{database.name}{ASIDE}*"):
        if database.exists() and aside.samefile(database):
            aside.unlink()


def _take(original: Path, folder: Path, kind: Kind, host_key: HostKey, now: datetime) -> Path:
    target = folder / f"{_NAMES[kind]}-{now.astimezone(UTC).strftime(_STAMP)}Z.backup"
    if target.exists():
        raise StoreRefused(f"{target} exists already. Try again in a second.")
    part = target.with_name(target.name + _PART)
    # The readable copy stays beside the original, where the same people can read it anyway.
    copy = original.with_name(original.name + COPY_SUFFIX)
    part.unlink(missing_ok=True)
    try:
        _copy(original, copy)
        with copy.open("rb") as source, new_file(part) as sealed:
            seal_file(source, sealed, kind, int(now.timestamp()), host_key)
        part.rename(target)
        sync_folder(folder)
    finally:
        copy.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return target


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Make a file for our eyes only, on the disk when this ends."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _copy(original: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source_uri = f"{original.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(source_uri, uri=True)) as source,
        closing(sqlite3.connect(copy, isolation_level=None)) as sql,
    ):
        # All pages in one step: one view of the data, while the writer goes on in its log.
        source.backup(sql)
        # A copy without a log beside it: one file is the whole backup.
        sql.execute("PRAGMA journal_mode = DELETE").fetchall()
        found = sql.execute("PRAGMA integrity_check").fetchone()
        if found != ("ok",):
            raise StoreRefused(f"The copy of {original} is not sound ({found[0]}).")


def _drop_old(folder: Path, now: datetime) -> int:
    """Delete backups beyond their life. A file that is not named as ours is left alone."""
    for path in list(folder.glob(f"*{_PART}")):
        if _NAME.fullmatch(path.name.removesuffix(_PART)):
            path.unlink()  # a crash left it half made
    found = _found_in(folder)
    kept = choose_to_keep(found["database"], now)
    old = [path for made, path in found["database"].items() if made not in kept]
    # Keys dated later than now are of unknown age, perhaps too old: today's copy is there already.
    old += [
        path for made, path in found["keys"].items() if not timedelta(0) <= now - made <= KEYS_LIFE
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _found_in(folder: Path) -> dict[Kind, dict[datetime, Path]]:
    found: dict[Kind, dict[datetime, Path]] = {"database": {}, "keys": {}}
    for path in folder.iterdir():
        named = _NAME.fullmatch(path.name)
        if named is not None:
            # A name with an impossible date is not ours.
            with contextlib.suppress(ValueError):
                made = datetime.strptime(named["made"], _STAMP).replace(tzinfo=UTC)
                found["keys" if named["whose"] == "keys" else "database"][made] = path
    return found


def _not_made(folder: Path, error: OSError | sqlite3.Error) -> StoreRefused:
    why = error.strerror if isinstance(error, OSError) else None
    return StoreRefused(f"The backup in {folder} was not made: {why or error}.")


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    with (data / "backup.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreRefused("Another backup is being made at this moment.") from error
        yield
