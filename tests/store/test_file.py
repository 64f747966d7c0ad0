"""What is not plainly our database, in our version, is refused in a sentence and left alone."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.store.errors import StoreRefused
from bot.store.host_key import HostKey
from bot.store.revisions import APPLICATION_ID
from bot.store.store import Store, open_store


async def refusal(path: Path, host_key: HostKey) -> str:
    before = path.read_bytes()
    with pytest.raises(StoreRefused) as refused:
        async with open_store(path, host_key):
            pass
    assert path.read_bytes() == before
    return str(refused.value)


async def make(path: Path, host_key: HostKey) -> None:
    async with open_store(path, host_key):
        pass


async def test_a_missing_database_is_made_and_found_again(path: Path, host_key: HostKey) -> None:
    await make(path, host_key)
    made = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert {found.name for found in path.parent.iterdir()} == {
        "handrail.db",
        "handrail.lock",
        "keys.db",
    }
    await make(path, host_key)
    assert path.read_bytes() == made


async def test_what_a_crash_left_of_a_first_start_is_swept_away(
    path: Path, host_key: HostKey
) -> None:
    path.with_name("handrail.db.new").write_bytes(b"half a database")
    await make(path, host_key)
    assert not path.with_name("handrail.db.new").exists()


async def test_an_empty_file_is_a_lost_database(path: Path, host_key: HostKey) -> None:
    path.touch()
    said = await refusal(path, host_key)
    assert "is empty" in said
    assert "Put back a backup" in said


async def test_the_database_of_another_program_is_not_adopted(
    path: Path, host_key: HostKey
) -> None:
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("CREATE TABLE recipes (name TEXT)")
    assert "another program" in await refusal(path, host_key)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\x00short"])
async def test_what_is_no_database_is_kept(path: Path, host_key: HostKey, content: bytes) -> None:
    path.write_bytes(content)
    said = await refusal(path, host_key)
    assert "damaged or not a database" in said
    assert "put a backup in its place" in said


async def test_a_database_cut_short_is_kept(path: Path, host_key: HostKey) -> None:
    await make(path, host_key)
    os.truncate(path, 5000)
    assert "damaged" in await refusal(path, host_key)


async def test_a_newer_database_is_refused(path: Path, host_key: HostKey) -> None:
    await make(path, host_key)
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.execute("UPDATE alembic_version SET version_num = '9999'")
    said = await refusal(path, host_key)
    assert "newer Handrail" in said
    assert "9999" in said


async def test_another_key_is_refused(path: Path, host_key: HostKey) -> None:
    await make(path, host_key)
    said = await refusal(path, HostKey(bytes(32), os.urandom))
    assert "This is not the key" in said


async def test_a_file_that_another_program_holds_is_refused(path: Path, host_key: HostKey) -> None:
    await make(path, host_key)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE facts SET value = value")
        with pytest.raises(StoreRefused, match="Another program is using"):
            async with open_store(path, host_key, busy_ms=50):
                pass


async def test_the_folder_is_free_again_after_a_refusal(path: Path, host_key: HostKey) -> None:
    path.touch()
    await refusal(path, host_key)
    path.unlink()
    await make(path, host_key)


async def test_the_pragmas_are_as_the_design_says(store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 50,
        "trusted_schema": 0,
        "application_id": APPLICATION_ID,
        "journal_size_limit": 16 * 1024 * 1024,
    }
    for pragma, value in wanted.items():
        assert (pragma, await store._writing.run(ask, pragma)) == (pragma, value)
    assert await store.read(ask, "query_only") == 1


def ask(sql: Connection, pragma: str) -> object:
    return sql.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
