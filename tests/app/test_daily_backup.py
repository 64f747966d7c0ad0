"""The running bot makes its backup: once a day, beside everything else, whatever the clock says."""

import asyncio
import logging
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.compose import handrail
from bot.daily_backup import DailyBackup
from bot.services.backups import BackedUp, Backups, NotDue, NotMade
from bot.settings import Settings
from bot.store import facts
from bot.store.backup import back_up, made_in
from bot.store.store import Store, open_store
from tests.delivery.crash import HOST_KEY, MovedClock

START = datetime(2026, 3, 2, 3, tzinfo=UTC)


@dataclass
class Place:
    """An open store, the bot's backup, and a clock."""

    store: Store
    folder: Path
    clock: MovedClock

    @property
    def backups(self) -> Backups:
        path = self.store.path
        return Backups(path, path.with_name("keys.db"), self.folder, HOST_KEY)

    @property
    def daily(self) -> DailyBackup:
        return DailyBackup(self.backups, self.clock)

    @property
    def made(self) -> list[datetime]:
        return sorted(made_in(self.folder))


@pytest.fixture
async def place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Place]:
    caplog.set_level(logging.INFO, "handrail.backup")
    async with open_store(tmp_path / "data" / "handrail.db", HOST_KEY) as store:
        yield Place(store, tmp_path / "data" / "backups", MovedClock(START))


async def tick(daily: DailyBackup) -> None:
    daily.begin()
    await daily.settle()


async def test_a_backup_is_made_at_once_and_then_a_day_after_the_last(place: Place) -> None:
    daily = place.daily
    for minutes in range(0, 24 * 60 * 3, 10):
        place.clock.moment = START + timedelta(minutes=minutes)
        await tick(daily)
    assert place.made == [START + timedelta(days=day) for day in range(3)]


async def test_a_restart_does_not_make_another_one(place: Place) -> None:
    await tick(place.daily)
    place.clock.moment += timedelta(hours=23)
    await tick(place.daily)
    assert len(place.made) == 1
    place.clock.moment += timedelta(hours=1)
    await tick(place.daily)
    assert len(place.made) == 2


async def test_what_the_host_made_by_hand_counts(place: Place) -> None:
    await asyncio.to_thread(
        back_up, place.store.path, place.backups.keys, place.folder, HOST_KEY, START
    )
    assert place.backups.make_if_due(START + timedelta(hours=1)) == NotDue(
        START + timedelta(days=1)
    )


async def test_half_a_backup_does_not_count(place: Place) -> None:
    """Killed between the two files: the second, that of the keys, is not there."""
    assert place.backups.make_if_due(START) == BackedUp(0)
    (keys,) = place.folder.glob("keys-*")
    keys.unlink()
    assert isinstance(place.backups.make_if_due(START + timedelta(hours=1)), BackedUp)


async def test_a_folder_that_somebody_emptied_is_noticed_within_the_hour(place: Place) -> None:
    daily = place.daily
    await tick(daily)
    shutil.rmtree(place.folder)
    place.clock.moment += timedelta(hours=1)
    await tick(daily)
    assert place.made == [place.clock.moment]


async def test_what_goes_wrong_is_one_line_and_is_tried_again_in_an_hour(
    place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place.folder = tmp_path / "not-mounted" / "copies"
    daily = place.daily
    for _ in range(720):
        await tick(daily)
        place.clock.moment += timedelta(seconds=5)
    (line,) = caplog.messages
    assert line == (
        f"The backup was not made: there is no folder {place.folder}. Make it, or mount its disk."
        " It is tried again in an hour."
    )
    await tick(daily)
    assert len(caplog.messages) == 2
    place.folder.mkdir(parents=True)
    place.clock.moment += timedelta(hours=1)
    await tick(daily)
    assert place.made == [place.clock.moment]


async def test_a_folder_that_is_none_is_said_plainly(place: Place) -> None:
    place.folder.write_text("a file")
    assert place.backups.make_if_due(START) == NotMade(
        f"The folder {place.folder} cannot be read: Not a directory."
    )


async def test_an_unexpected_fault_is_an_incident_and_not_the_last_try(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    class Stumbling(Backups):
        def make_if_due(self, now: datetime) -> BackedUp | NotDue | NotMade:
            if now == START:
                raise ValueError("words that must not be logged")
            return super().make_if_due(now)

    path = place.store.path
    daily = DailyBackup(
        Stumbling(path, path.with_name("keys.db"), place.folder, HOST_KEY), place.clock
    )
    await tick(daily)
    assert "while making the daily backup" in caplog.text
    assert "words" not in caplog.text
    place.clock.moment += timedelta(hours=1)
    await tick(daily)
    assert len(place.made) == 1


async def test_one_at_a_time_and_nothing_waits_for_it(place: Place) -> None:
    go_on, begun = threading.Event(), []

    class Slow(Backups):
        def make_if_due(self, now: datetime) -> BackedUp | NotDue | NotMade:
            begun.append(now)
            go_on.wait()
            return super().make_if_due(now)

    path = place.store.path
    daily = DailyBackup(Slow(path, path.with_name("keys.db"), place.folder, HOST_KEY), place.clock)
    for _ in range(5):
        daily.begin()
        place.clock.moment += timedelta(hours=2)
        await place.store.write(facts.put, "meanwhile", "written")
    leaving = asyncio.create_task(daily.settle())
    impatient = asyncio.create_task(daily.settle())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait({impatient})
    assert not leaving.done()
    go_on.set()
    await leaving
    assert begun == [START]
    assert place.made == [START]


@pytest.mark.parametrize("wrong", [timedelta(days=3650), timedelta(days=-10000)])
async def test_a_wrong_clock_neither_stops_backups_nor_costs_good_ones(
    place: Place, wrong: timedelta
) -> None:
    daily = place.daily
    for day in range(7):
        place.clock.moment = START + timedelta(days=day)
        await tick(daily)
    good = place.made
    place.clock.moment = START + timedelta(days=6, hours=1) + wrong
    await tick(daily)
    assert place.clock.moment in place.made
    # only the one whose place the new one has taken is gone
    names = {path.name for path in place.folder.glob("handrail-*")}
    assert len([each for each in good if f"handrail-{each:%Y%m%dT%H%M%S}Z.backup" in names]) >= 6
    for day in range(7, 40):
        place.clock.moment = START + timedelta(days=day)
        await tick(daily)
        assert place.clock.moment in place.made
    assert all(START <= each <= place.clock.moment for each in place.made)


async def test_keys_dated_later_than_now_do_not_outlive_the_next_backup(place: Place) -> None:
    """Their true age is unknown, and no copy of keys may get older than a week."""
    assert place.backups.make_if_due(START + timedelta(days=300)) == BackedUp(0)
    assert place.backups.make_if_due(START) == BackedUp(1)
    (keys,) = place.folder.glob("keys-*")
    assert keys.name == f"keys-{START:%Y%m%dT%H%M%S}Z.backup"


READS_AND_CLOSES = """
import sqlite3, sys
for path in sys.argv[1:]:
    with sqlite3.connect(path) as sql:
        sql.execute("SELECT count(*) FROM sqlite_master").fetchone()
    sql.close()
"""


async def test_a_backup_leaves_the_bot_the_locks_on_its_files(place: Place) -> None:
    """Without them, whoever looks into a file next deletes its log as one left behind."""
    files = [place.store.path, place.store.path.with_name("keys.db")]
    await place.store.write(facts.put, "before", "kept")
    place.store.vault.make(b"ana")
    assert place.backups.make_if_due(START) == BackedUp(0)
    logs = [path.with_name(f"{path.name}-wal") for path in files]
    assert all(log.stat().st_size for log in logs)
    await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", READS_AND_CLOSES, *map(str, files)],
        check=True,
    )
    assert all(log.exists() for log in logs)
    await place.store.write(facts.put, "after", "kept")
    place.store.vault.make(b"ben")
    with sqlite3.connect(files[0]) as sql:
        assert ("after",) in sql.execute("SELECT name FROM facts").fetchall()
    sql.close()


async def test_a_bot_that_is_told_to_stop_ends_the_backup_it_has_begun(tmp_path: Path) -> None:
    data = tmp_path / "data"
    settings = Settings("unused", bytes(32), data, "INFO", 3600.0, None, data / "backups")
    async with handrail(settings, MovedClock(START)) as bot:
        await bot.ticker._heartbeat.beat()
    names = sorted(path.name for path in data.iterdir())
    assert names == ["backup.lock", "backups", "handrail.db", "handrail.lock", "keys.db"]
    stamp = f"{START:%Y%m%dT%H%M%S}Z.backup"
    copies = sorted(path.name for path in (data / "backups").iterdir())
    assert copies == [f"handrail-{stamp}", f"keys-{stamp}"]


async def test_a_host_who_wants_none_gets_none(tmp_path: Path) -> None:
    settings = Settings("unused", bytes(32), tmp_path / "data", "INFO", 3600.0, None, None)
    async with handrail(settings, MovedClock(START)) as bot:
        await bot.ticker.tick_now()
    assert not (tmp_path / "data" / "backups").exists()
