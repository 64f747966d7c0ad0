"""Killed at any step, a restore leaves the one database or the other, whole, and can be repeated.

The processes are real ones, and so are the kills (tests/store/dying.py).
"""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import IO

import pytest

from bot.services.privacy import Privacy
from bot.services.restore import Place, restore
from bot.store.backup import Made, back_up
from bot.store.errors import StoreRefused
from bot.store.holdings import Holdings
from bot.store.restore import opened
from bot.store.store import open_store
from tests.delivery.crash import DUE, GUILD, HOST_KEY, MovedClock
from tests.delivery.relay import ANA, open_relay
from tests.store.test_restore import BEN, check_in

PROJECT = Path(__file__).resolve().parents[2]
NOW = DUE + timedelta(hours=2)
NEVER = 10_000
NOTHING = Holdings(0, None)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended, and the steps it had begun."""

    code: int
    steps: list[str]


@dataclass(frozen=True, slots=True)
class Dying:
    """The program that restores in a process of its own for each order."""

    orders: IO[str]
    answers: IO[str]

    def restore(self, folder: Path, backup: Path, kill_at: int = 0) -> Ending:
        """Restore and be killed at a step; or, where none is named, restore a second later."""
        order = {
            "folder": str(folder),
            "backup": str(backup),
            "kill_at": kill_at,
            "now": (NOW if kill_at else NOW + timedelta(seconds=1)).isoformat(),
        }
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()
        return Ending(**json.loads(self.answers.readline()))


@pytest.fixture(scope="module")
def dying() -> Iterator[Dying]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.dying"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Dying(process.stdin, process.stdout)
        process.stdin.close()


@dataclass(frozen=True, slots=True)
class Story:
    """A bot that was killed: since its backup Ana erased herself, and Ben wrote again."""

    beginning: Path
    made: Made
    sealed: bytes
    hashed: bytes

    def staged(self, folder: Path) -> Path:
        shutil.copytree(self.beginning, folder)
        return folder


@pytest.fixture
async def story(tmp_path: Path) -> Story:
    life, beginning = tmp_path / "life", tmp_path / "beginning"
    async with open_relay(life) as relay:
        await relay.a_group()
        relay.go(hours=1)
        await relay.ticker.tick_now()
        await check_in(relay, ANA, "the line of Ana")
        await check_in(relay, BEN, "the line of Ben")
        made = take(life, tmp_path / "copies")
        with (
            opened(made.database, tmp_path / "looked.db", HOST_KEY) as copy,
            closing(sqlite3.connect(copy)) as sql,
        ):
            hashed = relay.store.keyring.member(GUILD, ANA)
            found = sql.execute("SELECT sealed FROM check_ins WHERE member = ?", (hashed,))
            ((sealed,),) = found.fetchall()
        await Privacy(relay.store, relay.clock).erase(GUILD, ANA)
        await check_in(relay, BEN, "written after the backup")
        shutil.copytree(life, beginning, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    assert (beginning / "handrail.db-wal").stat().st_size
    return Story(beginning, made, sealed, hashed)


def take(folder: Path, copies: Path) -> Made:
    return back_up(folder / "handrail.db", folder / "keys.db", copies, HOST_KEY, DUE)


async def opened_and_dumped(folder: Path) -> list[str]:
    """Open the store as the bot does, look for Ana, close it, and return all that is in it."""
    async with open_store(folder / "handrail.db", HOST_KEY) as store:
        assert await Privacy(store, MovedClock(NOW)).held(GUILD, ANA) == NOTHING
    return dumped(folder / "handrail.db")


def dumped(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return sorted(sql.iterdump())


async def test_killed_anywhere_it_leaves_the_old_database_or_the_restored_one(
    tmp_path: Path, story: Story, dying: Dying
) -> None:
    old = await opened_and_dumped(story.staged(tmp_path / "old"))
    whole, later = story.staged(tmp_path / "whole"), story.staged(tmp_path / "later")
    assert dying.restore(whole, story.made.database, NEVER).code == 0
    assert dying.restore(later, story.made.database).code == 0
    restored, again_restored = await opened_and_dumped(whole), await opened_and_dumped(later)
    assert old != restored
    found: list[list[str]] = []
    for kill_at in count(1):
        stage, again = tmp_path / f"stage-{kill_at}", tmp_path / f"again-{kill_at}"
        ending = dying.restore(story.staged(stage), story.made.database, kill_at)
        if ending.code == 0:
            break
        assert ending.code == -signal.SIGKILL, ending
        assert dying.restore(story.staged(again), story.made.database, kill_at).code == ending.code
        found.append(await opened_and_dumped(stage))
        step = ending.steps[-1]
        assert found[-1] in (old, restored), step
        asides = list(stage.glob("handrail.db.before-*"))
        assert [dumped(aside) for aside in asides] == [old] * (found[-1] == restored), step
        assert not list(stage.glob("*copying*")), step
        content = b"".join(path.read_bytes() for path in stage.glob("handrail.db*"))
        assert (story.sealed in content, story.hashed in content) == (False, False), step
        assert dying.restore(again, story.made.database).code == 0, step
        assert await opened_and_dumped(again) == again_restored, step
        # one kept aside for each restore that came to its end, none for one that was killed
        assert len(list(again.glob("handrail.db.before-*"))) == len(asides) + 1, step
    steps = ending.steps
    # killed before the rename, all is as it was; killed at any step after it, all is restored
    (rename,) = (
        place for place, step in enumerate(steps) if step.endswith("restored.copying handrail.db")
    )
    assert [each == restored for each in found] == [place > rename for place in range(len(steps))]
    assert sum(step.startswith("sql ") for step in steps) > 20, steps
    # a power cut may keep later changes to the folder and lose earlier ones, but for this
    assert steps[rename - 1 : rename + 2 : 2] == ["fsync", "fsync"]


async def test_killed_anywhere_lost_keys_are_back_or_can_be_put_back(
    tmp_path: Path, story: Story, dying: Dying
) -> None:
    """The database is today's: a start without its keys is refused, and changes nothing."""
    old = await opened_and_dumped(story.staged(tmp_path / "old"))
    (story.beginning / "keys.db").unlink()
    (story.beginning / "keys.db-wal").write_bytes(b"the log of the lost file" * 400)
    came_back = []
    for kill_at in count(1):
        stage, again = tmp_path / f"stage-{kill_at}", tmp_path / f"again-{kill_at}"
        ending = dying.restore(story.staged(stage), story.made.keys, kill_at)
        if ending.code == 0:
            break
        assert ending.code == -signal.SIGKILL
        step = ending.steps[-1]
        shutil.copytree(stage, again)
        came_back.append((stage / "keys.db").exists())
        if came_back[-1]:
            assert await opened_and_dumped(stage) == old, step
        else:
            with pytest.raises(StoreRefused, match="is missing, and nothing in"):
                await opened_and_dumped(stage)
            assert not list(stage.glob("*copying*")), step
            assert dying.restore(again, story.made.keys).code == 0, step
            assert await opened_and_dumped(again) == old, step
    assert came_back == sorted(came_back)
    assert len([each for each in came_back if each]) >= 1
    assert len(came_back) > 10


def put_back(folder: Path, backup: Path) -> None:
    place = Place(folder / "handrail.db", folder / "keys.db", HOST_KEY)
    restore(backup, place, HOST_KEY, MovedClock(NOW))


async def test_a_journal_that_a_killed_restore_left_is_not_played_into_the_next(
    tmp_path: Path, story: Story
) -> None:
    put_back(story.staged(tmp_path / "whole"), story.made.database)
    stage, other = story.staged(tmp_path / "stage"), tmp_path / "other.db"
    with opened(story.made.database, other, HOST_KEY) as copy:
        copy.rename(other)
    with closing(sqlite3.connect(other, isolation_level=None)) as sql:
        sql.execute("UPDATE check_ins SET way = 'other'")
        # so small a cache that pages are written before the commit: the journal is a hot one
        sql.execute("PRAGMA cache_size = 1")
        sql.execute("BEGIN")
        sql.execute("UPDATE check_ins SET way = way || '!'")
        sql.executemany(
            "INSERT INTO facts VALUES (?, ?)", [(f"f{n}", "x" * 99) for n in range(999)]
        )
        shutil.copy(f"{other}-journal", stage / "handrail.db.restored.copying-journal")
    put_back(stage, story.made.database)
    assert dumped(stage / "handrail.db") == dumped(tmp_path / "whole" / "handrail.db")


async def test_a_database_that_somebody_reads_is_not_parted_from_its_log(
    tmp_path: Path, story: Story
) -> None:
    stage = story.staged(tmp_path / "stage")
    before = (stage / "handrail.db-wal").read_bytes()
    with closing(sqlite3.connect(stage / "handrail.db", isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM facts").fetchone()
        with pytest.raises(StoreRefused, match="Another program is using"):
            put_back(stage, story.made.database)
    assert not list(stage.glob("*before*"))
    assert before


async def test_the_log_of_an_empty_file_is_kept_with_it(tmp_path: Path, story: Story) -> None:
    """It may be all that is left of the database."""
    stage = story.staged(tmp_path / "stage")
    log = (stage / "handrail.db-wal").read_bytes()
    (stage / "handrail.db").write_bytes(b"")
    put_back(stage, story.made.database)
    (kept,) = stage.glob("handrail.db.before-*-wal")
    assert kept.read_bytes() == log
