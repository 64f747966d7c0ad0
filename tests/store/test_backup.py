"""A backup is one whole file, made while the bot goes on writing."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.store import facts
from bot.store.backup import back_up
from bot.store.errors import StoreRefused
from bot.store.keyring import Keyring
from bot.store.store import Store, open_store


def pair(conn: Connection, number: int) -> None:
    facts.put(conn, f"left-{number}", "x" * 150)
    facts.put(conn, f"right-{number}", "x" * 150)


async def test_a_backup_made_while_writing_is_whole(
    store: Store, tmp_path: Path, keyring: Keyring
) -> None:
    stop = asyncio.Event()

    async def keep_writing(which: int) -> None:
        number = which
        while not stop.is_set():
            await store.write(pair, number)
            number += 10

    writers = [asyncio.create_task(keep_writing(which)) for which in range(10)]
    for number in range(4):
        await store.write(facts.put, f"before-{number}", "there")
        await store.backup(tmp_path / "copies" / f"{number}.db")
    stop.set()
    await asyncio.gather(*writers)
    for number in range(4):
        copy = tmp_path / "copies" / f"{number}.db"
        assert copy.stat().st_mode & 0o777 == 0o600
        with closing(sqlite3.connect(copy)) as sql:
            assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            names = {name for (name,) in sql.execute("SELECT name FROM facts")}
        assert f"before-{number}" in names
        assert {n[5:] for n in names if n.startswith("left")} == {
            n[6:] for n in names if n.startswith("right")
        }
    assert len(list((tmp_path / "copies").iterdir())) == 4

    (tmp_path / "elsewhere").mkdir()
    restored = (tmp_path / "copies" / "3.db").rename(tmp_path / "elsewhere" / "handrail.db")
    async with open_store(restored, keyring) as again:
        assert await again.read(facts.read, "before-3") == "there"


async def test_a_backup_replaces_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_text("my notes")
    with pytest.raises(StoreRefused, match="exists already"):
        await store.backup(tmp_path / "mine.db")
    with pytest.raises(StoreRefused, match="exists already"):
        await store.backup(store.path)
    assert (tmp_path / "mine.db").read_text() == "my notes"


def test_there_must_be_something_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="no database"):
        back_up(tmp_path / "handrail.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []
