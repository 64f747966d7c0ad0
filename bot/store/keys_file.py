"""keys.db: the wrapped root, a wrapped key for each member, and tombstones. Plain SQL, no policy.

A file of its own, so that its copies can live shorter than those of the database. One connection
for all threads; whoever holds `lock` has it alone. Each change is one durable transaction.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from bot.store.errors import SealBroken, StoreRefused, outage
from bot.store.file import check_header, sync_folder
from bot.store.host_key import HostKey
from bot.store.keyring import ROOT_BYTES
from bot.store.rollback import roll_back

NAME = "keys.db"
APPLICATION_ID = 0x48524B31
"""Marks a file as ours: the letters HRK1."""
VERSION = 1

_ROOT = b"root"
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    # some 100,000 wrapped keys: each answer looks one up
    "cache_size = -16384",
)
_TABLES = """
CREATE TABLE root (
    id INTEGER PRIMARY KEY CHECK (id = 1), wrapped BLOB NOT NULL, kek TEXT NOT NULL
);
CREATE TABLE member_keys (
    member BLOB PRIMARY KEY, wrapped BLOB NOT NULL, kek TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE tombstones (
    number INTEGER PRIMARY KEY, guild INTEGER NOT NULL, hash BLOB NOT NULL
);
"""


Hashed = tuple[int, bytes]
"""A server, and the keyed hash of a person in it or of one counted there for a day."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Somebody whose rows must not be in any database any more, as a keyed hash."""

    number: int
    guild: int
    hash: bytes


class KeysFile:
    """An open keys.db."""

    def __init__(self, path: Path, busy_ms: int, *, to_look: bool = False) -> None:
        self.lock = RLock()
        self.watch: Callable[[str], None] = lambda _sql: None
        """Told of each statement before it runs, for those who count or stop them."""
        uri = f"{path.absolute().as_uri()}?mode={'ro' if to_look else 'rw'}"
        self._sql = sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=busy_ms / 1000, check_same_thread=False
        )
        try:
            for pragma in () if to_look else _PRAGMAS:
                self._sql.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            self._sql.close()
            raise

    def root(self) -> tuple[bytes, str]:
        """Return the wrapped root and the number of the host's key that wrapped it."""
        ((wrapped, number),) = self._ask("SELECT wrapped, kek FROM root")
        return wrapped, number

    def key_of(self, member: bytes) -> bytes | None:
        """Return a member's wrapped key, None where there is none."""
        found = self._ask("SELECT wrapped FROM member_keys WHERE member = ?", (member,))
        wrapped: bytes | None = found[0][0] if found else None
        return wrapped

    def add(self, keys: Sequence[tuple[bytes, bytes, str]]) -> None:
        """Keep wrapped keys: member, key, number of the host's key."""
        with self._transaction():
            for key in keys:
                self._ask("INSERT INTO member_keys (member, wrapped, kek) VALUES (?, ?, ?)", key)

    def bury(self, people: Sequence[Hashed], after: int) -> None:
        """Delete the keys of all `people` and leave tombstones with numbers above `after`."""
        with self._transaction():
            for guild, hashed in people:
                self._ask(
                    "INSERT INTO tombstones (number, guild, hash) VALUES"
                    " ((SELECT max(ifnull(max(number), 0), ?) + 1 FROM tombstones), ?, ?)",
                    (after, guild, hashed),
                )
                self._ask("DELETE FROM member_keys WHERE member = ?", (hashed,))

    def tombstones(self, after: int) -> list[Tombstone]:
        """Return the tombstones with numbers above `after`, oldest first."""
        found = self._ask(
            "SELECT number, guild, hash FROM tombstones WHERE number > ? ORDER BY number", (after,)
        )
        return [Tombstone(*row) for row in found]

    def rewrap(self, old: HostKey, new: HostKey) -> int:
        """Wrap everything with `new` instead of `old`; return how many members' keys there are."""
        with self._transaction():
            wrapped, _ = self.root()
            again = new.wrap(old.unwrap(wrapped, _ROOT), _ROOT)
            self._ask("UPDATE root SET wrapped = ?, kek = ?", (again, new.number))
            keys = self._ask("SELECT member, wrapped FROM member_keys")
            for member, wrapped in keys:
                again = new.wrap(old.unwrap(wrapped, member), member)
                self._ask(
                    "UPDATE member_keys SET wrapped = ?, kek = ? WHERE member = ?",
                    (again, new.number, member),
                )
        self.checkpoint()
        return len(keys)

    def checkpoint(self) -> bool:
        """Empty the log into the file, so that what was deleted is gone from both.

        Return False where somebody else was reading: then it is still to be done.
        """
        ((busy, *_pages),) = self._ask("PRAGMA wal_checkpoint(TRUNCATE)")
        return not busy

    def close(self) -> None:
        with self.lock:
            self._sql.close()

    def _ask(self, sql: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self.lock:
            self.watch(sql)
            return self._sql.execute(sql, given).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self.lock:
            try:
                self._ask("BEGIN IMMEDIATE")
                yield
                self._ask("COMMIT")
            except BaseException:
                roll_back(self._sql)
                raise


def open_keys(
    path: Path, host_key: HostKey, busy_ms: int, *, to_look: bool = False
) -> tuple[KeysFile, bytes]:
    """Open our keys.db at `path` with the host's key; return it and the root. Changes nothing."""
    check_header(path, APPLICATION_ID)
    try:
        keys = KeysFile(path, busy_ms, to_look=to_look)
    except sqlite3.Error as error:
        raise _refusal(path, error) from error
    try:
        return keys, _open_root(path, keys, host_key)
    except BaseException:
        keys.close()
        raise


def make_keys(path: Path, host_key: HostKey) -> None:
    """Make a keys.db with a new root at `path`, where none is."""
    # Made beside and renamed: a crash leaves a whole file or none.
    fresh = path.with_name(path.name + ".new")
    root = host_key.random_bytes(ROOT_BYTES)
    try:
        for leftover in (fresh, fresh.with_name(fresh.name + "-journal")):
            leftover.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(fresh, isolation_level=None)) as sql:
            sql.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            sql.execute(f"PRAGMA user_version = {VERSION}")
            sql.executescript(f"BEGIN; {_TABLES}")
            wrapped = host_key.wrap(root, _ROOT)
            sql.execute("INSERT INTO root VALUES (1, ?, ?)", (wrapped, host_key.number))
            sql.execute("COMMIT")
        fresh.rename(path)
        sync_folder(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise StoreRefused(f"{path} cannot be made: {error}.") from error


def rotate(path: Path, old: HostKey, new: HostKey) -> int:
    """Wrap every key in the file at `path` anew; return how many members' keys there are."""
    if not path.exists():
        raise StoreRefused(f"There is no {path} to wrap anew.")
    keys, _ = open_keys(path, old, busy_ms=0)
    try:
        return keys.rewrap(old, new)
    except (sqlite3.Error, SealBroken) as error:
        raise _refusal(path, error) from error
    finally:
        keys.close()


def _open_root(path: Path, keys: KeysFile, host_key: HostKey) -> bytes:
    try:
        ((version,),) = keys._ask("PRAGMA user_version")  # noqa: SLF001 - our own file
        if version != VERSION:
            raise StoreRefused(f"{path} was written by a newer Handrail; nothing was changed.")
        wrapped, number = keys.root()
        if number != host_key.number:
            raise StoreRefused(
                f"This is not the key that {path} was made with: it wants number {number},"
                f" and was given number {host_key.number}. Put back the right key;"
                " nothing was changed."
            )
        return host_key.unwrap(wrapped, _ROOT)
    except (sqlite3.Error, ValueError, SealBroken) as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: Exception) -> StoreRefused:
    if outage(error) == "locked":
        return StoreRefused(f"Another program is using {path}. Close it and start again.")
    return StoreRefused(f"{path} is damaged. Put your copy in its place; nothing was changed.")
