"""Delivery as a group lives it: asked once, counted anew, never held up by a neighbour."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.domain.ids import MessageId
from bot.domain.outbox import Refused
from bot.store.tables import prompts
from tests.delivery.crash import DUE, GUILD, Killed, Points
from tests.delivery.discord_model import FIRST_ID
from tests.delivery.relay import Relay, open_relay, until

FIRST = MessageId(FIRST_ID)


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[Relay]:
    async with open_relay(tmp_path) as opened:
        yield opened


async def test_nobody_is_asked_before_the_hour_and_everybody_once_after_it(relay: Relay) -> None:
    group = await relay.a_group()
    relay.clock.moment = DUE - timedelta(seconds=1)
    await relay.ticker.tick_now()
    assert relay.discord.messages == []

    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    await relay.ticker.tick_now()
    assert [message.channel for message in relay.discord.messages] == [group.channel]
    row = await relay.row()
    assert (row.state, row.message) == ("SENT", FIRST)


async def test_every_day_has_its_own_prompt_and_marker(relay: Relay) -> None:
    await relay.a_group()
    for day in range(3):
        relay.clock.moment = DUE + timedelta(days=day)
        await relay.ticker.tick_now()
    assert len({message.marker for message in relay.discord.messages}) == 3


async def test_setting_up_again_on_the_same_day_asks_nobody_twice(relay: Relay) -> None:
    await relay.a_group()
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    await relay.a_group(at=time(10))
    relay.go(hours=1)
    await relay.ticker.tick_now()
    assert len(relay.discord.messages) == 1


async def test_a_bot_that_was_away_past_three_hours_skips_and_says_why(relay: Relay) -> None:
    await relay.a_group()
    relay.clock.moment = DUE + timedelta(hours=3)
    await relay.ticker.tick_now()
    row = await relay.row()
    assert (row.state, row.why) == ("SKIPPED", "late")
    assert relay.discord.messages == []


async def test_a_group_never_waits_for_another_ones_rate_limit(relay: Relay) -> None:
    slow, quick = await relay.a_group(channel=31), await relay.a_group(channel=32)
    relay.discord.held[slow.channel] = asyncio.Event()
    relay.clock.moment = DUE
    tick = asyncio.create_task(relay.ticker.tick_now())
    await until(lambda: any(m.channel == quick.channel for m in relay.discord.messages))
    assert not tick.done()
    relay.discord.held[slow.channel].set()
    await tick
    assert {row.state for row in await relay.rows()} == {"SENT"}


async def test_a_request_in_flight_is_not_begun_again_by_later_ticks(relay: Relay) -> None:
    """Not even when the clock is pushed past the lease: whoever works on it knows."""
    group = await relay.a_group()
    relay.discord.held[group.channel] = asyncio.Event()
    relay.clock.moment = DUE
    tick = asyncio.create_task(relay.ticker.tick_now())
    await until(lambda: relay.discord.entered)
    relay.go(minutes=30)
    assert await relay.delivery.run_due() == 0
    relay.discord.held[group.channel].set()
    await tick
    assert relay.discord.entered == [group.channel]
    assert (await relay.row()).state == "SENT"


async def test_closing_lets_a_send_in_flight_finish_and_settles_its_row(relay: Relay) -> None:
    group = await relay.a_group()
    relay.discord.held[group.channel] = asyncio.Event()
    relay.clock.moment = DUE
    tick = asyncio.create_task(relay.ticker.tick_now())
    await until(lambda: relay.discord.entered)
    closing = asyncio.create_task(relay.delivery.close(grace=60))
    await asyncio.sleep(0)
    relay.discord.held[group.channel].set()
    await closing
    await tick
    assert (await relay.row()).state == "SENT"
    relay.go(days=1)
    assert await relay.delivery.run_due() == 0


async def test_closing_gives_up_waiting_but_cancels_nothing(
    relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    group = await relay.a_group()
    relay.discord.held[group.channel] = asyncio.Event()
    relay.clock.moment = DUE
    tick = asyncio.create_task(relay.ticker.tick_now())
    await until(lambda: relay.discord.entered)
    await relay.delivery.close(grace=0)
    assert "1 requests had not ended" in caplog.text
    assert (await relay.row()).state == "SENDING"
    relay.discord.held[group.channel].set()
    await tick
    assert (await relay.row()).state == "SENT"


async def test_a_refused_group_rests_until_it_is_set_up_again(relay: Relay) -> None:
    group = await relay.a_group()
    relay.discord.refusals[group.channel] = Refused(403, 50013)
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    row = await relay.row()
    assert (row.state, row.why) == ("DEAD", "refused: 403/50013")
    resting = await relay.groups.at(group.channel)
    assert resting is not None
    assert resting.resting == "no-permission"
    relay.go(days=2)
    await relay.ticker.tick_now()
    assert len(relay.discord.entered) == 1

    relay.discord.refusals.clear()
    await relay.a_group()
    relay.go(days=1)
    await relay.ticker.tick_now()
    assert len(relay.discord.messages) == 1


async def test_a_channel_that_is_gone_lets_its_group_rest(relay: Relay) -> None:
    group = await relay.a_group()
    relay.discord.refusals[group.channel] = Refused(404, 10003)
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    resting = await relay.groups.at(group.channel)
    assert resting is not None
    assert resting.resting == "channel-gone"


async def test_when_discords_front_door_shuts_nothing_is_sent_for_a_while_then_longer(
    relay: Relay,
) -> None:
    banned = Refused(429, 0, timedelta(minutes=15), everywhere=True)
    first, second = await relay.a_group(channel=31), await relay.a_group(channel=32, at=time(9, 1))
    relay.discord.refusals = {first.channel: banned, second.channel: banned}
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    relay.go(minutes=2)
    await relay.ticker.tick_now()
    assert relay.discord.entered == [first.channel]
    relay.go(minutes=14)
    await relay.ticker.tick_now()
    assert len(relay.discord.entered) >= 2
    tried = len(relay.discord.entered)
    relay.go(minutes=29)
    await relay.ticker.tick_now()
    assert len(relay.discord.entered) == tried
    relay.discord.refusals.clear()
    relay.go(minutes=31)
    await relay.ticker.tick_now()
    assert len(relay.discord.messages) == 2


async def test_the_prompt_remembers_its_message_in_the_same_write(relay: Relay) -> None:
    await relay.a_group()
    relay.clock.moment = DUE
    await relay.ticker.tick_now()

    def look(conn: Connection) -> int | None:
        found: int | None = conn.execute(select(prompts.c.message_id)).scalar_one()
        return found

    assert await relay.store.read(look) == FIRST


async def test_a_write_that_fails_after_the_post_doubles_nothing(
    relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    """The row is left SENDING, its lease runs out, and Discord still knows the nonce."""
    caplog.set_level(logging.CRITICAL, logger="handrail")
    await relay.a_group()
    relay.clock.moment = DUE
    broken = Points()

    def after_the_post(name: str) -> None:
        broken.dead = name == "post has ended"
        if broken.dead:
            raise Killed(name)

    relay.discord.point = after_the_post
    await relay.ticker.tick_now()
    assert (await relay.row()).state == "SENDING"
    relay.discord.point = lambda _: None
    relay.go(seconds=59)
    await relay.ticker.tick_now()
    assert (await relay.row()).state == "SENDING"
    for _ in range(3):
        relay.go(seconds=16)
        await relay.ticker.tick_now()
    assert (await relay.row()).state == "SENT"
    assert len(relay.discord.messages) == 1


async def test_six_hundred_groups_at_nine_are_all_asked_once(relay: Relay) -> None:
    """More than a batch, so that the second one starts while the first is on its way."""

    def many(conn: Connection) -> None:
        for number in range(600):
            conn.exec_driver_sql(
                "INSERT INTO groups (id, guild_id, channel_id, created_at) VALUES (?, ?, ?, 0)",
                (number + 1, GUILD, 1000 + number),
            )
            conn.exec_driver_sql(
                "INSERT INTO schedules (group_id, zone, at_minute, weekdays, next_day, next_due_at)"
                " VALUES (?, 'UTC', 540, 127, ?, ?)",
                (number + 1, DUE.date().isoformat(), int(DUE.timestamp())),
            )

    await relay.store.write(many)
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    channels = [message.channel for message in relay.discord.messages]
    assert len(channels) == len(set(channels)) == 600
