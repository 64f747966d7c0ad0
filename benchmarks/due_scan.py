"""One tick with nothing due, from a thousand groups to a million: the cost must not grow.

The same for a thousand to a hundred thousand members whose check-ins are to be forgotten one day.
"""

import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.table import Row
from bot.services.expiry import Expiry, Swept
from bot.services.prompts import Planned, Prompts
from bot.store.host_key import HostKey
from bot.store.store import Store, open_store

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MEMBERS = (1_000, 100_000)
SCANS = 2_000
_NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return _NOW


async def run() -> list[Row]:
    groups = await _time_sizes(SIZES, _fill, _plan)
    members = await _time_sizes(MEMBERS, _fill_members, _sweep)
    return [*_rows("groups", SIZES, groups), *_rows("members", MEMBERS, members)]


def _rows(what: str, sizes: Sequence[int], seconds: Sequence[float]) -> list[Row]:
    return [
        Row(
            f"due scan, {size:,} {what}, nothing due",
            f"{found * 1e6:.0f} us",
            f"with {sizes[0]:,} {what}",
            f"{seconds[0] * 1e6:.0f} us",
            found / seconds[0],
            "<= 1.50",
        )
        for size, found in zip(sizes[1:], seconds[1:], strict=True)
    ]


async def _time_sizes(
    sizes: Sequence[int],
    fill: Callable[[Path, int], None],
    scan_of: Callable[[Store], Callable[[], Awaitable[None]]],
) -> list[float]:
    host_key = HostKey(bytes(32), os.urandom)
    async with AsyncExitStack() as stack:
        name = stack.enter_context(TemporaryDirectory())
        scans = []
        for size in sizes:
            path = Path(name) / str(size) / "handrail.db"
            async with open_store(path, host_key):
                pass
            fill(path, size)
            scans.append(scan_of(await stack.enter_async_context(open_store(path, host_key))))
        return await _time_in_turn(scans)


def _plan(store: Store) -> Callable[[], Awaitable[None]]:
    prompts = Prompts(store, Noon())

    async def scan() -> None:
        assert await prompts.plan_due() == Planned(0, 0)

    return scan


def _sweep(store: Store) -> Callable[[], Awaitable[None]]:
    expiry = Expiry(store, Noon())

    async def scan() -> None:
        assert await expiry.sweep() == Swept()
        assert await expiry.looks_due(10) == ()

    return scan


async def _time_in_turn(scans: Sequence[Callable[[], Awaitable[None]]]) -> list[float]:
    """Scan each in turn, so that whatever else this computer does meets them all alike."""
    taken: list[list[float]] = [[] for _ in scans]
    for _ in range(SCANS):
        for scan, times in zip(scans, taken, strict=True):
            began = time.perf_counter()
            await scan()
            times.append(time.perf_counter() - began)
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


def _fill_members(path: Path, size: int) -> None:
    """Each is to be looked for tomorrow; a tenth live in servers the bot was removed from."""
    tomorrow = int(_NOW.timestamp()) + 86_400
    numbers = range(1, size + 1)
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.executemany(
            "INSERT INTO members (guild_id, member, sealed, keep_days, forget_at, look_at)"
            " VALUES (?, ?, ?, 90, ?, ?)",
            (
                (
                    number % 500,
                    number.to_bytes(16, "big"),
                    bytes(50),
                    tomorrow + number,
                    tomorrow + number,
                )
                for number in numbers
            ),
        )
        sql.executemany(
            "INSERT INTO departures (guild_id, at) VALUES (?, ?)",
            ((guild, tomorrow - 86_400) for guild in range(50)),
        )
