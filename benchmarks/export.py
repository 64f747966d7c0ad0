"""A member's export of five years, from the press to both files, beside json.dumps of the rows."""

import asyncio
import gc
import json
import os
import random
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from benchmarks.check_ins import Lag, watch
from benchmarks.table import Row
from bot.domain.answers import Answer
from bot.domain.export import Export
from bot.domain.ids import GroupId, GuildId, MemberId
from bot.services.export import Exports
from bot.store import check_ins
from bot.store.check_ins import Person
from bot.store.host_key import HostKey
from bot.store.store import Store, open_store
from bot.store.tables import groups, schedules
from bot.text import load_words
from bot.text.export_files import ExportFile, export_files, to_json

DAYS = 5 * 365 + 1
ROUNDS = 3
GUILD, GROUP, MEMBER = GuildId(1), GroupId(1), MemberId(2)
LINE_LENGTH = 400

SAY = load_words().in_language("en")

_BEGAN = date(2021, 3, 3)
_NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return _NOON


async def run() -> list[Row]:
    with TemporaryDirectory() as name:
        host_key = HostKey(bytes(32), os.urandom)
        async with open_store(Path(name) / "handrail.db", host_key) as store:
            await store.write(_seed, store)
            rounds = [await _time_export(store) for _ in range(ROUNDS)]
            export, _ = await _export(store)
    ours, lag = min(seconds for seconds, _ in rounds), min(lag for _, lag in rounds)
    peer = min(_time_peer(export) for _ in range(ROUNDS))
    return [
        Row(
            "export of five years, both files",
            f"{ours * 1000:.0f} ms",
            f"limit; json.dumps of the rows alone takes {peer * 1000:.0f} ms",
            "1000 ms",
            ours,
            "<= 1.00",
        ),
        Row(
            "longest wait of the event loop meanwhile",
            f"{lag * 1000:.1f} ms",
            "limit",
            "50 ms",
            lag / 0.050,
            "<= 1.00",
        ),
    ]


def _seed(conn: Connection, store: Store) -> None:
    conn.execute(
        groups.insert(), {"id": GROUP, "guild_id": GUILD, "channel_id": 1, "created_at": 0}
    )
    rhythm = {"group_id": GROUP, "zone": "Europe/Berlin", "at_minute": 540, "weekdays": 127}
    conn.execute(schedules.insert(), rhythm)
    member = store.keyring.member(GUILD, MEMBER)
    store.vault.make(member)
    dice = random.Random(5)
    for number in range(DAYS):
        day = _BEGAN + timedelta(days=number)
        who = Person(GUILD, GROUP, day, member, b"")
        line = "".join(dice.choices("abcdefgh ijklm <&> nopqrst", k=LINE_LENGTH))
        at = int(datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp())
        answer = Answer(dice.randint(1, 5), dice.randint(0, 10), line)
        check_ins.keep(conn, store.vault, who, answer, "button", at)


async def _export(store: Store) -> tuple[Export, tuple[ExportFile, ExportFile]]:
    """Do what a press of Export does, as cogs/privacy/cog.py does it."""
    export = await Exports(store, Noon()).of_member(GUILD, MEMBER)
    return export, await asyncio.to_thread(export_files, SAY, export)


async def _time_export(store: Store) -> tuple[float, float]:
    gc.collect()
    gc.freeze()
    lag = Lag()
    watcher = asyncio.create_task(watch(lag))
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    export, _ = await _export(store)
    seconds = time.perf_counter() - began
    watcher.cancel()
    gc.unfreeze()
    assert len(export.check_ins) == DAYS
    return seconds, lag.worst


def _time_peer(export: Export) -> float:
    rows = json.loads(to_json(export))
    began = time.perf_counter()
    json.dumps(rows)
    return time.perf_counter() - began
