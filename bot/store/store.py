"""The store: one writer, one reader, one file, and the vault that opens what is sealed in it.

Transactions are plain functions of a connection.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Engine

from bot.store import erasing, facts
from bot.store.backup import sweep
from bot.store.errors import StoreRefused
from bot.store.file import MARK, locked, look_into, make_ready
from bot.store.host_key import HostKey
from bot.store.keyring import Keyring
from bot.store.keys_file import NAME as KEYS_NAME
from bot.store.keys_file import make_keys, open_keys
from bot.store.thread import ConnectionThread
from bot.store.vault import Vault
from bot.store.writer import Writer

__all__ = ["Connection", "Store", "open_store"]

P = ParamSpec("P")
T = TypeVar("T")

BUSY_MS = 5000

_BOTH = (
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "mmap_size = 0",
    "temp_store = MEMORY",
)
_WRITER = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    f"journal_size_limit = {16 * 1024 * 1024}",
    *_BOTH,
)
_READER = ("query_only = ON", "wal_autocheckpoint = 0", *_BOTH)


class Store:
    """Open it with `open_store`."""

    def __init__(
        self,
        path: Path,
        keyring: Keyring,
        vault: Vault,
        writing: ConnectionThread,
        reading: ConnectionThread,
    ) -> None:
        self.path = path
        self.keyring = keyring
        self.vault = vault
        self._writing = writing
        self._reading = reading
        self._writer = Writer(writing)
        self._owes_checkpoint = False

    @property
    def writer_engine(self) -> Engine:
        """The engine every write passes through, for those who count or stop its statements."""
        return self._writing.engine

    async def write(
        self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `unit(connection, ...)` and return once it is durable. Raises NotSaved if it is not.

        A cancelled caller leaves the unit in the queue: it still happens, whole.
        """

        def work(sql: Connection) -> T:
            return unit(sql, *args, **kwargs)

        return cast("T", await self._writer.submit(work))

    async def read(
        self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `unit(connection, ...)` on the reading connection, on one unchanging view."""

        def look(sql: Connection) -> T:
            return unit(sql, *args, **kwargs)

        return await self._reading.run(_on_one_view, look)

    async def checkpoint(self) -> None:
        """Move both logs into their files and empty them, so that what was erased is gone.

        While somebody else reads, such as a backup, a log cannot be emptied: then it is owed, and
        `finish_checkpoint` tries again.
        """
        self._owes_checkpoint = True
        self._owes_checkpoint = not await self._writing.run(_checkpoint, self.vault)

    async def finish_checkpoint(self) -> None:
        """Empty the logs if the last try could not."""
        if self._owes_checkpoint:
            await self.checkpoint()

    async def end_writing(self) -> None:
        """Write what waits, and take no more."""
        await self._writer.close()


@asynccontextmanager
async def open_store(
    path: Path, host_key: HostKey, *, busy_ms: int = BUSY_MS
) -> AsyncIterator[Store]:
    """Open the database at `path`, made where nothing is, and the keys.db beside it.

    For this process alone. A key that does not fit changes nothing.
    """
    with locked(path.parent):
        sweep(path)
        left_by_a_crash = any(_has_log(file) for file in (path, _keys_of(path)))
        keyring, vault = await asyncio.to_thread(_prepare, path, host_key, busy_ms)
        async with AsyncExitStack() as stack:
            stack.callback(vault.close)
            try:
                writing = await ConnectionThread.open(path, busy_ms, _WRITER)
            except sqlite3.Error as error:
                raise StoreRefused(f"{path} cannot be opened: {error}.") from error
            stack.push_async_callback(writing.close)
            reading = await ConnectionThread.open(path, busy_ms, _READER)
            stack.push_async_callback(reading.close)
            store = Store(path, keyring, vault, writing, reading)
            stack.push_async_callback(store.end_writing)
            settled = await store.read(_is_settled, vault)
            if not settled:
                await store.write(_settle, keyring, vault)
            if left_by_a_crash or not settled:
                await store.checkpoint()
            yield store


def _prepare(path: Path, host_key: HostKey, busy_ms: int) -> tuple[Keyring, Vault]:
    """See that both files are ours and fit the key, before either is changed."""
    found, keys_path = look_into(path) if path.exists() else None, _keys_of(path)
    if not keys_path.exists():
        if found is not None:
            raise StoreRefused(
                f"{keys_path} is missing, and nothing in {path} can be opened without it."
                " Put your copy of it back; nothing was changed."
            )
        make_keys(keys_path, host_key)
    keys, root = open_keys(keys_path, host_key, busy_ms)
    keyring, vault = Keyring(root), Vault(keys, host_key)
    try:
        if found is not None and found.mark is not None:
            refuse_strange_keys(path, found.mark, keyring)
        make_ready(path, None if found is None else found.revision)
    except BaseException:
        vault.close()
        raise
    return keyring, vault


def refuse_strange_keys(path: Path, mark: str, keyring: Keyring) -> None:
    if mark != _mark(keyring):
        raise StoreRefused(
            f"{_keys_of(path)} does not belong to {path}."
            " Put back the one that was made with it; nothing was changed."
        )


def _settle(conn: Connection, keyring: Keyring, vault: Vault) -> None:
    """Do what is left to do before the first use: sign a new database, finish erasing."""
    facts.put(conn, MARK, _mark(keyring))
    erasing.obey(conn, vault)


def _is_settled(conn: Connection, vault: Vault) -> bool:
    return facts.read(conn, MARK) is not None and not erasing.lags(conn, vault)


def _mark(keyring: Keyring) -> str:
    """Return what a database says of the keys it was made with."""
    return keyring.nonce("this database")


def _keys_of(path: Path) -> Path:
    return path.with_name(KEYS_NAME)


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _on_one_view(sql: Connection, unit: Callable[[Connection], T]) -> T:
    sql.exec_driver_sql("BEGIN")
    try:
        return unit(sql)
    finally:
        sql.exec_driver_sql("ROLLBACK")


def _checkpoint(sql: Connection, vault: Vault) -> bool:
    """Empty both logs; return whether both could be."""
    keys_are_empty = vault.checkpoint()
    busy, *_pages = sql.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return keys_are_empty and not busy
