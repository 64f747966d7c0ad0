"""INSERT that meets a row already there, in the dialect of the connection. Knows no table."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.prepared import Prepared


class Upsert:
    """An INSERT ... ON CONFLICT, compiled once per dialect and set of columns.

    `build` gets the dialect's insert statement and says what to do on conflict.
    """

    def __init__(self, table: Table, build: Callable[[Any], Any]) -> None:
        self._statements = {
            "sqlite": build(sqlite.insert(table)),
            "postgresql": build(postgresql.insert(table)),
        }
        self._prepared: dict[tuple[str, ...], Prepared] = {}

    def run(self, conn: Connection, row: Mapping[str, Any]) -> bool:
        """Insert or update; return whether any row was written."""
        key = (conn.dialect.name, *row)
        found = self._prepared.get(key)
        if found is None:
            found = self._prepared[key] = Prepared(self._statements[key[0]], columns=tuple(row))
        return bool(found.run(conn, row))
