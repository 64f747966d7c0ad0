"""One tick with nothing due, from a thousand groups to a million: the cost must not grow."""

import os
import sqlite3
import time
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.table import Row
from bot.services.prompts import Planned, Prompts
from bot.store.host_key import HostKey
from bot.store.store import open_store

SIZES = (1_000, 10_000, 100_000, 1_000_000)
SCANS = 2_000
_NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return _NOW


async def run() -> list[Row]:
    host_key = HostKey(bytes(32), os.urandom)
    async with AsyncExitStack() as stack:
        name = stack.enter_context(TemporaryDirectory())
        timetables = []
        for size in SIZES:
            path = Path(name) / str(size) / "handrail.db"
            async with open_store(path, host_key):
                pass
            _fill(path, size)
            store = await stack.enter_async_context(open_store(path, host_key))
            timetables.append(Prompts(store, Noon()))
        seconds = await _time_in_turn(timetables)
    return [
        Row(
            f"due scan, {size:,} groups, nothing due",
            f"{found * 1e6:.0f} us",
            f"with {SIZES[0]:,} groups",
            f"{seconds[0] * 1e6:.0f} us",
            found / seconds[0],
            "<= 1.50",
        )
        for size, found in zip(SIZES[1:], seconds[1:], strict=True)
    ]


async def _time_in_turn(timetables: list[Prompts]) -> list[float]:
    """Scan each in turn, so that whatever else this computer does meets them all alike."""
    taken: list[list[float]] = [[] for _ in timetables]
    for _ in range(SCANS):
        for prompts, times in zip(timetables, taken, strict=True):
            began = time.perf_counter()
            planned = await prompts.plan_due()
            times.append(time.perf_counter() - began)
            assert planned == Planned(0, 0)
    return [median(times) for times in taken]


def _fill(path: Path, size: int) -> None:
    tomorrow = int(_NOW.timestamp()) + 86_400
    numbers = range(1, size + 1)
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.executemany(
            "INSERT INTO groups (id, guild_id, channel_id, created_at) VALUES (?, ?, ?, 0)",
            ((number, number, number) for number in numbers),
        )
        sql.executemany(
            "INSERT INTO schedules (group_id, zone, at_minute, weekdays, next_day, next_due_at)"
            " VALUES (?, 'UTC', ?, 127, '2026-03-04', ?)",
            ((number, number % 1440, tomorrow + number % 1440 * 60) for number in numbers),
        )
