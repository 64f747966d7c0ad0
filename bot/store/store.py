"""The store: one writer, one reader, one file. Transactions are plain functions of a connection."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Engine

from bot.store import facts
from bot.store.backup import back_up
from bot.store.errors import StoreRefused
from bot.store.file import locked, make_ready
from bot.store.keyring import Keyring
from bot.store.thread import ConnectionThread
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
        self, path: Path, keyring: Keyring, writing: ConnectionThread, reading: ConnectionThread
    ) -> None:
        self.path = path
        self.keyring = keyring
        self._writing = writing
        self._reading = reading
        self._writer = Writer(writing)

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
        """Move the log into the file and empty it, so that what was erased is gone from both."""
        await self._writing.run(_checkpoint)

    async def backup(self, target: Path) -> None:
        """Copy the database to `target` while it is in use."""
        await asyncio.to_thread(back_up, self.path, target)

    async def close(self) -> None:
        """Write what waits and close both connections; the writer last, since it checkpoints."""
        await self._writer.close()
        await self._reading.close()
        await self._writing.close()


@asynccontextmanager
async def open_store(
    path: Path, keyring: Keyring, *, busy_ms: int = BUSY_MS
) -> AsyncIterator[Store]:
    """Open the database at `path`, made where nothing is, for this process alone."""
    with locked(path.parent):
        await asyncio.to_thread(make_ready, path)
        try:
            writing = await ConnectionThread.open(path, busy_ms, _WRITER)
        except sqlite3.Error as error:
            raise StoreRefused(f"{path} cannot be opened: {error}.") from error
        try:
            reading = await ConnectionThread.open(path, busy_ms, _READER)
        except BaseException:
            await writing.close()
            raise
        store = Store(path, keyring, writing, reading)
        try:
            await _check_key(store)
            yield store
        finally:
            await store.close()


async def _check_key(store: Store) -> None:
    """Refuse a key file that does not belong to this database: its answers could not be read."""
    mark = store.keyring.nonce("this database")
    known = await store.read(facts.read, "key")
    if known is None:
        await store.write(facts.put, "key", mark)
    elif known != mark:
        raise StoreRefused(
            f"The key file does not belong to {store.path}."
            " Put back the secret.key that was made with it; nothing was changed."
        )


def _on_one_view(sql: Connection, unit: Callable[[Connection], T]) -> T:
    sql.exec_driver_sql("BEGIN")
    try:
        return unit(sql)
    finally:
        sql.exec_driver_sql("ROLLBACK")


def _checkpoint(sql: Connection) -> None:
    sql.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
