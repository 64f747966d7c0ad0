"""The tick: never lost, never the last, and nothing in flight is cancelled when it stops."""

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from apscheduler.schedulers import base as apscheduler_base

from bot.scheduler import FromNow, Ticker
from tests.delivery.crash import DUE, FILE
from tests.delivery.relay import open_relay, until

QUICK = 0.02


async def test_a_tick_that_the_loop_was_too_busy_for_still_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By default APScheduler drops what is a second late, and says that it was missed."""
    async with open_relay(tmp_path, tick_seconds=1.5) as relay:
        await relay.a_group()
        relay.clock.moment = DUE
        relay.ticker.start()
        time.sleep(2.7)  # noqa: ASYNC251 - the stall is the point
        await until(lambda: relay.discord.messages)
        await relay.ticker.stop()
        await relay.delivery.settle()
        assert "missed" not in caplog.text
        assert len(relay.discord.messages) == 1
        assert (await relay.row()).state == "SENT"


async def test_stopping_during_a_send_lets_it_finish(tmp_path: Path) -> None:
    async with open_relay(tmp_path, tick_seconds=QUICK) as relay:
        group = await relay.a_group()
        door = relay.discord.held[group.channel] = asyncio.Event()
        relay.clock.moment = DUE
        relay.ticker.start()
        await until(lambda: relay.discord.entered)
        await relay.ticker.stop()
        closing_down = asyncio.create_task(relay.delivery.close(grace=60))
        await asyncio.sleep(0)
        door.set()
        await closing_down
        assert relay.discord.entered == [group.channel]
        assert (await relay.row()).state == "SENT"


async def test_nothing_is_begun_after_the_ticker_stopped(tmp_path: Path) -> None:
    async with open_relay(tmp_path, tick_seconds=QUICK) as relay:
        await relay.a_group()
        relay.ticker.start()
        relay.ticker.start()
        await relay.ticker.stop()
        await relay.ticker.stop()
        relay.clock.moment = DUE
        await asyncio.sleep(5 * QUICK)
        assert relay.discord.entered == []


async def test_a_locked_database_costs_a_tick_and_no_prompt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_relay(tmp_path, tick_seconds=QUICK, busy_ms=1) as relay:
        await relay.a_group()
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            relay.clock.moment = DUE
            relay.ticker.start()
            await until(lambda: "not saved (locked) in a tick" in caplog.text)
            other.execute("ROLLBACK")
        await until(lambda: relay.discord.messages)
        await relay.ticker.stop()
        await relay.delivery.settle()
        assert len(relay.discord.messages) == 1


async def test_a_tick_that_raises_is_not_the_last(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    beats: list[int] = []

    async with open_relay(tmp_path) as relay:
        await relay.a_group()
        relay.clock.moment = DUE
        beat = relay.heartbeat.beat

        async def stumbling() -> int:
            beats.append(len(beats))
            if len(beats) == 1:
                raise ValueError("words that must not be logged")
            return await beat()

        relay.heartbeat.beat = stumbling  # type: ignore[method-assign]  # a beat that fails once
        ticker = Ticker(relay.heartbeat, QUICK)
        ticker.start()
        await until(lambda: relay.discord.messages)
        await ticker.stop()
    assert "while ticking" in caplog.text
    assert "words" not in caplog.text


async def test_a_tick_that_is_waited_for_ends_although_nothing_can_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The planned row stays due as long as nobody can claim it."""
    async with open_relay(tmp_path, busy_ms=1) as relay:
        await relay.a_group()
        relay.clock.moment = DUE
        await relay.prompts.plan_due()
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await relay.ticker.tick_now()
            other.execute("ROLLBACK")
        assert (await relay.row()).state == "PLANNED"
        assert "not saved (locked) while delivering" in caplog.text
        await relay.ticker.tick_now()
        assert (await relay.row()).state == "SENT"


class SetClock(datetime):
    """This computer's clock as APScheduler reads it, and how far somebody has set it."""

    by = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "SetClock":
        return super().now(tz) + cls.by


@pytest.mark.parametrize("by", [timedelta(hours=-1), timedelta(days=-20000), timedelta(hours=1)])
async def test_a_clock_that_is_set_does_not_stop_the_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    beats: list[timedelta] = []

    monkeypatch.setattr(apscheduler_base, "datetime", SetClock)
    monkeypatch.setattr(SetClock, "by", timedelta())
    async with open_relay(tmp_path) as relay:
        beat = relay.heartbeat.beat

        async def counting() -> int:
            beats.append(SetClock.by)
            return await beat()

        relay.heartbeat.beat = counting  # type: ignore[method-assign]  # the beats are counted
        ticker = Ticker(relay.heartbeat, QUICK)
        ticker.start()
        await until(lambda: beats)
        monkeypatch.setattr(SetClock, "by", by)
        await until(lambda: beats.count(by) > 3)
        await ticker.stop()
        ended = len(beats)
        await asyncio.sleep(5 * QUICK)
        assert len(beats) == ended


def test_a_clock_put_forward_by_years_leaves_nothing_to_make_up_for() -> None:
    years_on = DUE + timedelta(days=20000)
    assert FromNow(5).get_next_fire_time(DUE, years_on) == years_on + timedelta(seconds=5)
