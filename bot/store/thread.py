"""One SQLite connection on a thread of its own, where whole functions run. Knows no table.

aiosqlite owns connection and thread. Its hop per statement would be most of a check-in's cost, and
an await between two statements would let a neighbour in: so a function runs there from end to end,
with a SQLAlchemy connection on top of the same handle.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, StaticPool, create_engine

P = ParamSpec("P")
T = TypeVar("T")


class ConnectionThread:
    """An open connection; `run` carries a function to it and brings back what it returned."""

    def __init__(self, driver: aiosqlite.Connection, handle: sqlite3.Connection) -> None:
        self._driver = driver
        self._handle = handle
        # AUTOCOMMIT: SQLAlchemy sends no BEGIN or COMMIT of its own; who runs here says both.
        self.engine: Engine = create_engine(
            "sqlite://",
            creator=lambda: handle,
            poolclass=StaticPool,
            isolation_level="AUTOCOMMIT",
        )
        self._sql: Connection | None = None

    @classmethod
    async def open(cls, path: Path, busy_ms: int, pragmas: Sequence[str]) -> Self:
        """Open an existing file; a missing one is an error, never a new database."""
        handles: list[sqlite3.Connection] = []

        def connect() -> sqlite3.Connection:
            handle = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw",
                uri=True,
                isolation_level=None,
                timeout=busy_ms / 1000,
            )
            try:
                for pragma in pragmas:
                    handle.execute(f"PRAGMA {pragma}").fetchall()
            except BaseException:
                handle.close()
                raise
            handles.append(handle)
            return handle

        driver = aiosqlite.Connection(connect, iter_chunk_size=64)
        # Without this a process that ends by an exception would wait for the thread for ever.
        driver._thread.daemon = True  # noqa: SLF001 - omnilib/aiosqlite#299: no public way yet
        await driver
        thread = cls(driver, handles[0])
        thread._sql = await thread._carry(thread.engine.connect)
        return thread

    async def run(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(connection, ...)` whole. A cancelled caller does not stop it."""
        sql = self._sql
        if sql is None:
            raise RuntimeError("the store is closed")
        return await self._carry(lambda: function(sql, *args, **kwargs))

    async def close(self) -> None:
        """Close the connection and end the thread, after what was asked before."""
        sql, self._sql = self._sql, None
        if sql is not None:
            await self._carry(sql.close)
        await self._driver.close()

    async def _carry(self, function: Callable[[], T]) -> T:
        # aiosqlite offers its own statements only; this is the one door to its queue.
        result: T = await self._driver._execute(function)  # type: ignore[no-untyped-call]  # noqa: SLF001 - see above
        return result


def handle_of(sql: Connection) -> sqlite3.Connection:
    """Return the driver's own handle under `sql`."""
    handle = sql.connection.driver_connection
    assert isinstance(handle, sqlite3.Connection)
    return handle
