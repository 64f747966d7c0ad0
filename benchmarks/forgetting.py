"""Forgetting 10,000 check-ins on one day: how long the event loop, and a member's answer, wait."""

import asyncio
import gc
import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.check_ins import Lag, watch
from benchmarks.table import Row
from bot.services.expiry import Expiry
from bot.store.host_key import HostKey
from bot.store.keyring import Keyring
from bot.store.store import Store, open_store

PEOPLE = 10_000
KEPT = 20
"""Check-ins of each, the oldest of which is due."""
ROUNDS = 3
_LOOP_MS, _WRITE_MS = 50, 500
_NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return _NOW


async def run() -> list[Row]:
    # What else this computer does can only add time: the best of some rounds is the figure.
    rounds = [await _forget_all() for _ in range(ROUNDS)]
    lag, longest = min(lag for lag, _ in rounds), min(longest for _, longest in rounds)
    return [
        _row("longest wait of the event loop, 10,000 check-ins forgotten", lag, _LOOP_MS),
        _row("longest of its writes, which an answer may wait for", longest, _WRITE_MS),
    ]


def _row(name: str, found: float, limit: int) -> Row:
    return Row(name, f"{found:.1f} ms", "limit", f"{limit} ms", found / limit, "<= 1.00")


async def _forget_all() -> tuple[float, float]:
    """Return the loop's longest wait and the longest sweep, in milliseconds."""
    host_key = HostKey(bytes(32), os.urandom)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "handrail.db"
        async with open_store(path, host_key) as store:
            keyring = store.keyring
        _fill(path, keyring)
        async with open_store(path, host_key) as store:
            # as the running bot does; otherwise the collector's pauses are all one sees
            gc.collect()
            gc.freeze()
            lag = Lag()
            watcher = asyncio.create_task(watch(lag))
            longest = await _sweep_all(store)
            watcher.cancel()
            gc.unfreeze()
    return lag.worst * 1000, longest * 1000


async def _sweep_all(store: Store) -> float:
    expiry, forgotten, longest = Expiry(store, Noon()), 0, 0.0
    while forgotten < PEOPLE:
        began = time.perf_counter()
        swept = await expiry.sweep()
        longest = max(longest, time.perf_counter() - began)
        assert swept.check_ins
        forgotten += swept.check_ins
    return longest


def _fill(path: Path, keyring: Keyring) -> None:
    now, day = int(_NOW.timestamp()), 86_400
    hashes = [keyring.member(1, number) for number in range(PEOPLE)]
    days = [(_NOW - timedelta(days=ago)).date().isoformat() for ago in range(KEPT)]
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.execute("INSERT INTO groups (id, guild_id, channel_id, created_at) VALUES (1, 1, 1, 0)")
        sql.executemany(
            "INSERT INTO check_ins (group_id, day, member, way, sealed, at)"
            " VALUES (1, ?, ?, 'button', ?, ?)",
            (
                (text, member, os.urandom(120), now - ago * day - 5)
                for member in hashes
                for ago, text in enumerate(days)
            ),
        )
        sql.executemany(
            "INSERT INTO members (guild_id, member, sealed, keep_days, forget_at, look_at)"
            " VALUES (1, ?, ?, ?, ?, ?)",
            ((member, bytes(50), KEPT - 1, now - 5, now + day) for member in hashes),
        )
