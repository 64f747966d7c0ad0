"""A backup is one encrypted file, whole or of no use, made while the bot goes on writing."""

import asyncio
import io
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

from bot.store import facts
from bot.store.backup import Made, back_up
from bot.store.backup_file import PIECE, open_file, read_label, seal_file
from bot.store.errors import StoreRefused
from bot.store.host_key import HostKey
from bot.store.restore import opened
from bot.store.store import Store

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
HERE = Path("a.backup")


def pair(conn: Connection, number: int) -> None:
    facts.put(conn, f"left-{number}", "x" * 150)
    facts.put(conn, f"right-{number}", "x" * 150)


def take(store: Store, folder: Path, host_key: HostKey, now: datetime = NOW) -> Made:
    return back_up(store.path, store.path.with_name("keys.db"), folder, host_key, now)


def sealed(plain: bytes, key: HostKey) -> bytes:
    target = io.BytesIO()
    seal_file(io.BytesIO(plain), target, "database", 1_700_000_000, key)
    return target.getvalue()


def unsealed(content: bytes, key: HostKey) -> bytes:
    target = io.BytesIO()
    open_file(HERE, io.BytesIO(content), target, key)
    return target.getvalue()


def head_of(content: bytes) -> int:
    return len(read_label(HERE, io.BytesIO(content)).head)


async def test_backups_made_while_writing_are_whole(
    store: Store, tmp_path: Path, host_key: HostKey
) -> None:
    stop = asyncio.Event()

    async def keep_writing(which: int) -> None:
        number = which
        while not stop.is_set():
            await store.write(pair, number)
            number += 10

    writers = [asyncio.create_task(keep_writing(which)) for which in range(10)]
    made = []
    for number in range(4):
        await store.write(facts.put, f"before-{number}", "there")
        now = NOW + timedelta(days=number)
        made.append(await asyncio.to_thread(take, store, tmp_path / "copies", host_key, now))
    stop.set()
    await asyncio.gather(*writers)
    for number, each in enumerate(made):
        assert each.database.stat().st_mode & 0o777 == 0o600
        assert b"before-" not in each.database.read_bytes()
        with (
            opened(each.database, tmp_path / "again.db", host_key) as copy,
            closing(sqlite3.connect(copy)) as sql,
        ):
            assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            names = {name for (name,) in sql.execute("SELECT name FROM facts")}
        assert f"before-{number}" in names
        assert {n[5:] for n in names if n.startswith("left")} == {
            n[6:] for n in names if n.startswith("right")
        }
    assert len(list((tmp_path / "copies").iterdir())) == 8
    assert not [left for left in tmp_path.iterdir() if "copying" in left.name]


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_opens_whole(size: int, host_key: HostKey) -> None:
    plain = os.urandom(size)
    content = sealed(plain, host_key)
    assert unsealed(content, host_key) == plain
    assert size < 16 or plain[:16] not in content


def test_the_format_is_the_one_the_hosts_page_describes() -> None:
    key, plain = bytes(range(32)), b"p" * PIECE + b"the end"
    content = sealed(plain, HostKey(key, os.urandom))
    magic, line, body = content.split(b"\n", 2)
    head = magic + b"\n" + line + b"\n"
    said = json.loads(line)
    assert (magic, said["kind"], said["made"]) == (b"HANDRAIL BACKUP 1", "database", 1_700_000_000)
    salt = bytes.fromhex(said["salt"])
    cipher = AESGCM(HKDF(SHA256(), 32, salt, b"handrail|2|backup").derive(key))
    first, last = body[: PIECE + 16], body[PIECE + 16 :]
    assert cipher.decrypt(bytes(11) + b"\0", first, head) == plain[:PIECE]
    assert cipher.decrypt(bytes(10) + b"\1\1", last, head) == b"the end"


def test_a_file_torn_anywhere_does_not_open(host_key: HostKey) -> None:
    content = sealed(os.urandom(3 * PIECE), host_key)
    head = head_of(content)
    edges = [head + piece * (PIECE + 16) for piece in range(4)]
    for edge in edges:
        for cut in {max(0, edge - 1), edge, min(edge + 1, len(content) - 1)}:
            with pytest.raises(StoreRefused):
                unsealed(content[:cut], host_key)
    for added in (b"\0", content[edges[1] : edges[2]]):
        with pytest.raises(StoreRefused, match="damaged or not whole"):
            unsealed(content + added, host_key)


def test_pieces_cannot_change_places_nor_come_from_another_backup(host_key: HostKey) -> None:
    plain = os.urandom(3 * PIECE)
    content, other = sealed(plain, host_key), sealed(plain, host_key)
    head, piece = head_of(content), PIECE + 16
    first, second = content[head : head + piece], content[head + piece : head + 2 * piece]
    rest = content[head + 2 * piece :]
    for forged in (
        content[:head] + second + first + rest,
        content[:head] + first + first + rest,
        content[:head] + first + rest,
        content[:head] + other[head:],
    ):
        with pytest.raises(StoreRefused, match="damaged or not whole"):
            unsealed(forged, host_key)


def test_a_single_changed_bit_is_noticed_wherever_it_is(host_key: HostKey) -> None:
    content = sealed(b"a small database", host_key)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(StoreRefused):
            unsealed(bytes(changed), host_key)


def test_another_key_is_told_which_one_is_wanted(host_key: HostKey) -> None:
    content = sealed(b"a small database", host_key)
    with pytest.raises(StoreRefused, match=f"made with key number {host_key.number}"):
        unsealed(content, HostKey(bytes(32), os.urandom))
    renamed = content.replace(host_key.number.encode(), HostKey(bytes(32), bytes).number.encode())
    with pytest.raises(StoreRefused, match="damaged or not whole"):
        unsealed(renamed, HostKey(bytes(32), os.urandom))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a backup made by Handrail"),
        (b"my notes\n{}\n", "not a backup made by Handrail"),
        (b"HANDRAIL BACKUP 1\n[]\n", "not a backup made by Handrail"),
        (b"HANDRAIL BACKUP 1\n\xff\n", "not a backup made by Handrail"),
        (b'HANDRAIL BACKUP 1\n{"kind": []}\n', "not a backup made by Handrail"),
        (b"HANDRAIL BACKUP 2\nwhatever", "newer Handrail"),
    ],
)
def test_what_is_no_backup_is_refused(content: bytes, said: str, host_key: HostKey) -> None:
    with pytest.raises(StoreRefused, match=said):
        unsealed(content, host_key)


async def test_old_backups_go_keys_after_a_week_and_strange_files_stay(
    store: Store, tmp_path: Path, host_key: HostKey
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "notes.backup").write_text("mine")
    (folder / "keys-20260101T000000Z.backup.part").write_text("half of it")
    for day in range(30):
        made = take(store, folder, host_key, NOW + timedelta(days=day))
    names = sorted(path.name for path in folder.iterdir())
    assert made.dropped > 0
    assert len([name for name in names if name.startswith("handrail-")]) <= 11
    assert [name for name in names if name.startswith("keys-")] == [
        f"keys-{NOW + timedelta(days=day):%Y%m%dT%H%M%S}Z.backup" for day in range(22, 30)
    ]
    assert "notes.backup" in names
    assert not [name for name in names if name.endswith(".part")]


async def test_a_backup_replaces_nothing(store: Store, tmp_path: Path, host_key: HostKey) -> None:
    made = take(store, tmp_path / "copies", host_key)
    before = made.database.read_bytes()
    with pytest.raises(StoreRefused, match="exists already"):
        take(store, tmp_path / "copies", host_key)
    assert made.database.read_bytes() == before


async def test_another_hosts_key_makes_no_backup(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="not the key"):
        take(store, tmp_path / "copies", HostKey(bytes(32), os.urandom))
    assert not (tmp_path / "copies").exists()


def test_there_must_be_something_to_back_up(tmp_path: Path, host_key: HostKey) -> None:
    with pytest.raises(StoreRefused, match="to copy"):
        back_up(tmp_path / "handrail.db", tmp_path / "keys.db", tmp_path / "b", host_key, NOW)
    assert list(tmp_path.iterdir()) == []
