"""Statements on the hot way of a check-in: compiled once, run on the driver's own cursor.

SQLAlchemy writes the SQL; carrying it out through SQLAlchemy costs several times what SQLite needs
for it. Who watches the engine's statements is told of these too. All columns here hold whole
numbers, text or bytes, which drivers take and give as they are.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.expression import ClauseElement


class Prepared:
    """A statement, at least two parameters in it, all of them named with bindparam.

    An INSERT without values of its own is told its `columns`.
    """

    def __init__(self, statement: ClauseElement, columns: tuple[str, ...] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {}

    def first(self, conn: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return the first row, as the driver gives it."""
        cursor = self._run(conn, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        cursor.close()
        return row

    def run(self, conn: Connection, values: Mapping[str, Any]) -> int:
        """Carry the statement out; return how many rows it wrote."""
        cursor = self._run(conn, values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def _run(self, conn: Connection, values: Mapping[str, Any]) -> Any:
        sql, pick = self._compiled.get(conn.dialect.name) or self._compile(conn)
        cursor = conn.connection.cursor()
        given = pick(values)
        for watch in conn.engine.dispatch.before_cursor_execute:
            watch(conn, cursor, sql, given, None, False)  # noqa: FBT003 - SQLAlchemy's own order
        cursor.execute(sql, given)
        for watch in conn.engine.dispatch.after_cursor_execute:
            watch(conn, cursor, sql, given, None, False)  # noqa: FBT003 - as above
        return cursor

    def _compile(self, conn: Connection) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
        compiled: Any = self._statement.compile(
            dialect=conn.dialect, column_keys=None if self._columns is None else [*self._columns]
        )
        found = (compiled.string, itemgetter(*compiled.positiontup))
        self._compiled[conn.dialect.name] = found
        return found
