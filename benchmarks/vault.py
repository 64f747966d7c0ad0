"""Sealing and opening with a member's key beside bare AES-GCM, and erasing one of 100,000 members.

The bare call stands for what cannot be saved; the rest is finding the member's key.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.table import Row
from bot.clock import SystemClock
from bot.domain.ids import GuildId, MemberId
from bot.services.privacy import Erased, Privacy
from bot.store.host_key import HostKey
from bot.store.store import Store, open_store

PEOPLE = 100_000
ROWS = 400
ERASED = 7
SEALED = 5_000
ROUNDS = 5
_GUILD = GuildId(1)
_WORDS = bytes(400)
_LIMIT_US, _LIMIT_MS = 20, 100
_FIRST_DAY = date(2025, 1, 1)


async def run() -> list[Row]:
    host_key = HostKey(bytes(32), os.urandom)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "handrail.db"
        async with open_store(path, host_key) as store:
            hashes = [store.keyring.member(_GUILD, person) for person in range(PEOPLE)]
            store.vault.make(*hashes)
            ours, bare = _time_in_turn(store, hashes[0])
        _fill(path, hashes)
        async with open_store(path, host_key) as store:
            erased = median([await _time_erase(store, person) for person in range(ERASED)])
    return [
        Row(
            "seal and open 400 bytes for a member",
            f"{ours:.1f} us",
            "bare AES-256-GCM",
            f"{bare:.1f} us",
            ours / bare,
            "",
        ),
        Row(
            "the same",
            f"{ours:.1f} us",
            "limit",
            f"{_LIMIT_US} us",
            ours / _LIMIT_US,
            "<= 1.00",
        ),
        Row(
            f"erase one of {PEOPLE:,} members, {ROWS} rows, durably",
            f"{erased:.0f} ms",
            "limit",
            f"{_LIMIT_MS} ms",
            erased / _LIMIT_MS,
            "<= 1.00",
        ),
    ]


def _time_in_turn(store: Store, member: bytes) -> tuple[float, float]:
    """Return microseconds of ours and of the bare call; what else runs here only adds to both."""
    vault, cipher, row = store.vault, AESGCM(bytes(32)), "check_ins|1|2026-03-03|" + member.hex()

    def ours() -> None:
        vault.open(member, vault.seal(member, _WORDS, row), row)

    def bare() -> None:
        nonce = os.urandom(12)
        cipher.decrypt(nonce, cipher.encrypt(nonce, _WORDS, row.encode()), row.encode())

    rounds = [(_time(ours), _time(bare)) for _ in range(ROUNDS)]
    return min(found for found, _ in rounds), min(found for _, found in rounds)


def _time(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(SEALED):
        call()
    return (time.perf_counter() - began) / SEALED * 1e6


async def _time_erase(store: Store, person: int) -> float:
    began = time.perf_counter()
    erased = await Privacy(store, SystemClock()).erase(_GUILD, MemberId(person))
    seconds = time.perf_counter() - began
    assert erased == Erased(ROWS)
    return seconds * 1000


def _fill(path: Path, hashes: list[bytes]) -> None:
    """One server: everybody agreed and checked in on a day, the first few on many days."""
    days = [(_FIRST_DAY + timedelta(days=number)).isoformat() for number in range(ROWS)]
    sealed = os.urandom(len(_WORDS) + 32)
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.execute("INSERT INTO groups (id, guild_id, channel_id, created_at) VALUES (1, 1, 1, 0)")
        sql.executemany(
            "INSERT INTO consents (guild_id, member, purpose, version, at)"
            " VALUES (1, ?, 'check-ins', 1, 0)",
            [(member,) for member in hashes],
        )
        # The others' check-ins lie between theirs: each row to be erased is on a page of its own.
        sql.executemany(
            "INSERT INTO check_ins (group_id, day, member, way, sealed, at)"
            " VALUES (1, ?, ?, 'button', ?, 0)",
            [
                (day, member, sealed)
                for number, member in enumerate(hashes)
                for day in (days if number < ERASED else days[number % ROWS :][:1])
            ],
        )
