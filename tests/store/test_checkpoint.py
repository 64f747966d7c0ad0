"""What was erased leaves the logs too, if need be later: none is emptied while somebody reads."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.store import facts
from bot.store.store import Store


@contextmanager
def somebody_reads(file: Path, table: str) -> Iterator[None]:
    """Hold a view of the file open, as a backup does while it copies."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608 - our own two names
        yield
        other.execute("ROLLBACK")


def log_of(file: Path) -> int:
    return file.with_name(file.name + "-wal").stat().st_size


def leave_a_mark(conn: Connection) -> None:
    facts.put(conn, "mark", "a quiet marigold morning")


@pytest.mark.parametrize(("name", "table"), [("handrail.db", "facts"), ("keys.db", "member_keys")])
async def test_a_log_that_somebody_reads_is_emptied_once_they_are_gone(
    store: Store, path: Path, name: str, table: str
) -> None:
    file = path.with_name(name)
    with somebody_reads(file, table):
        await store.write(leave_a_mark)
        store.vault.make(b"ana")
        await store.checkpoint()
        assert log_of(file) > 0
        await store.finish_checkpoint()
        assert log_of(file) > 0
    await store.finish_checkpoint()
    assert log_of(file) == 0


async def test_what_is_not_owed_is_not_done_again(store: Store, path: Path) -> None:
    await store.checkpoint()
    await store.write(leave_a_mark)
    await store.finish_checkpoint()
    assert log_of(path) > 0
