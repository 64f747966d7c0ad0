"""The roll call: who left is erased in the thirtieth day, and nobody else ever."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from bot.domain.answers import Answer
from bot.domain.ids import GuildId, MemberId
from bot.roll_call import AT_A_TIME
from bot.services.check_ins import Form, Recorded
from bot.services.groups import Group
from bot.store.tables import departures, members
from tests.delivery.crash import DAY, DUE, FILE, GUILD
from tests.delivery.relay import ANA, Relay, open_relay, until
from tests.services.conftest import CHECK_INS

BEN = MemberId(902)
ANSWER = Answer(mood=3)


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[Relay]:
    async with open_relay(tmp_path, busy_ms=1) as opened:
        yield opened


async def check_in(relay: Relay, *people: MemberId, channel: int = 22) -> Group:
    group = await relay.a_group(channel)
    for person in people:
        agreed = await relay.check_ins.agree(GUILD, group.id, DAY, person, CHECK_INS)
        assert isinstance(agreed, Form)
        told = await relay.check_ins.answer(GUILD, group.id, DAY, person, ANSWER, "button")
        assert isinstance(told, Recorded)
    return group


async def is_kept(relay: Relay, person: MemberId) -> bool:
    hashed = relay.store.keyring.member(GUILD, person)

    def look(conn: Connection) -> bool:
        rows = select(members.c.member).where(members.c.member == hashed)
        return conn.execute(rows).first() is not None

    kept = await relay.store.read(look)
    assert relay.store.vault.holds(hashed) == kept
    return kept


async def call_roll(relay: Relay) -> None:
    """One round, of those who are due."""
    await relay.roll_call.start_due()
    await relay.roll_call.settle()


async def pass_days(relay: Relay, days: float, hours: float = 1) -> None:
    end = relay.clock.moment + timedelta(days=days)
    while relay.clock.moment < end:
        relay.go(hours=hours)
        await relay.ticker.tick_now()


async def erased_at(relay: Relay, person: MemberId, hours: float = 1) -> datetime:
    for _ in range(24 * 45):
        relay.go(hours=hours)
        await call_roll(relay)
        if not await is_kept(relay, person):
            return relay.clock.moment
    raise AssertionError("never erased")


@pytest.mark.parametrize("left_after_hours", [0, 1, 11, 22, 23, 30, 45])
async def test_who_leaves_is_erased_in_the_thirtieth_day(
    relay: Relay, left_after_hours: int
) -> None:
    await check_in(relay, ANA, BEN)
    for _ in range(left_after_hours):
        relay.go(hours=1)
        await call_roll(relay)
    left = relay.clock.moment
    relay.discord.left.add(ANA)
    gone = await erased_at(relay, ANA)
    assert timedelta(days=29) <= gone - left <= timedelta(days=30)
    assert await is_kept(relay, BEN)


async def test_an_hour_in_which_discord_was_silent_does_not_put_the_erasing_off(
    relay: Relay,
) -> None:
    await check_in(relay, ANA)
    left = relay.clock.moment
    relay.discord.left.add(ANA)
    await pass_days(relay, 28)
    relay.discord.cannot_say = True
    await pass_days(relay, 1)
    relay.discord.cannot_say = False
    assert await erased_at(relay, ANA) - left <= timedelta(days=30)


async def test_who_comes_back_within_the_time_keeps_everything(relay: Relay) -> None:
    await check_in(relay, ANA)
    relay.discord.left.add(ANA)
    await pass_days(relay, 28.5, hours=6)
    relay.discord.left.clear()
    await pass_days(relay, 20, hours=6)
    assert await is_kept(relay, ANA)
    # and the time begins anew
    relay.discord.left.add(ANA)
    await pass_days(relay, 28, hours=6)
    assert await is_kept(relay, ANA)


async def test_what_cannot_be_found_out_never_leads_to_an_erase_and_is_asked_hourly(
    relay: Relay,
) -> None:
    await check_in(relay, ANA)
    relay.discord.left.add(ANA)
    relay.discord.cannot_say = True
    relay.go(days=1)
    await call_roll(relay)
    for minutes in (30, 29):
        relay.go(minutes=minutes)
        await call_roll(relay)
    assert len(relay.discord.asked_for) == 1
    relay.go(minutes=1)
    await call_roll(relay)
    assert len(relay.discord.asked_for) == 2
    await pass_days(relay, 60, hours=8)
    assert await is_kept(relay, ANA)


async def test_somebody_found_gone_is_not_erased_while_discord_cannot_say(relay: Relay) -> None:
    await check_in(relay, ANA)
    relay.discord.left.add(ANA)
    await pass_days(relay, 2, hours=6)
    relay.discord.cannot_say = True
    await pass_days(relay, 60, hours=8)
    assert await is_kept(relay, ANA)
    relay.discord.cannot_say = False
    relay.go(hours=1)
    await call_roll(relay)
    assert not await is_kept(relay, ANA)


async def test_who_is_here_is_asked_for_once_a_day(relay: Relay) -> None:
    await check_in(relay, ANA)
    await pass_days(relay, 10)
    assert 10 <= len(relay.discord.asked_for) <= 11


async def test_a_round_asks_for_ten_one_after_the_other(relay: Relay) -> None:
    people = [MemberId(1000 + number) for number in range(25)]
    await check_in(relay, *people)
    relay.go(days=1)
    rounds = []
    for _ in range(4):
        rounds.append(await relay.roll_call.start_due())
        await relay.roll_call.settle()
    assert rounds == [AT_A_TIME, AT_A_TIME, 5, 0]
    assert sorted(relay.discord.asked_for) == people
    assert relay.discord.most_looking == 1


async def test_there_are_never_two_rounds_at_once_and_prompts_go_on(relay: Relay) -> None:
    group = await check_in(relay, *(MemberId(1000 + number) for number in range(25)))
    relay.clock.moment = DUE + timedelta(hours=22, minutes=59)
    relay.discord.looks_held = door = asyncio.Event()
    assert await relay.heartbeat.beat() == AT_A_TIME
    await until(lambda: relay.discord.looking)
    for _ in range(5):
        await relay.heartbeat.beat()
    relay.clock.moment = DUE + timedelta(days=1)
    await relay.heartbeat.beat()
    await relay.delivery.settle()
    assert [one.channel for one in relay.discord.messages] == [group.channel]
    assert relay.discord.most_looking == 1
    assert relay.discord.asked_for == []
    door.set()
    await relay.heartbeat.settle()
    assert len(relay.discord.asked_for) == AT_A_TIME


async def test_a_discord_that_does_not_answer_is_asked_once_in_a_round(relay: Relay) -> None:
    people = [MemberId(1000 + number) for number in range(4)]
    await check_in(relay, *people)
    relay.go(days=1)
    relay.discord.silent = True
    for _ in range(2):
        await call_roll(relay)
    assert len(relay.discord.asked_for) == 2
    relay.discord.silent = False
    await call_roll(relay)
    relay.go(hours=1)
    await call_roll(relay)
    # nobody is passed over
    assert sorted(relay.discord.asked_for[2:]) == people


async def test_a_locked_store_ends_the_round_and_the_rest_is_asked_later(
    relay: Relay, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await check_in(relay, ANA, BEN)
    relay.go(days=1)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await call_roll(relay)
        other.execute("ROLLBACK")
    assert "not saved (locked) in a roll call" in caplog.text
    assert len(relay.discord.asked_for) == 1
    await call_roll(relay)
    assert sorted(relay.discord.asked_for[1:]) == [ANA, BEN]
    await call_roll(relay)
    assert len(relay.discord.asked_for) == 3


async def test_closing_lets_one_question_end_and_asks_no_other(relay: Relay) -> None:
    await check_in(relay, ANA, BEN)
    relay.discord.left.update({ANA, BEN})
    relay.go(days=1)
    relay.discord.looks_held = door = asyncio.Event()
    await relay.roll_call.start_due()
    await until(lambda: relay.discord.looking)
    ending = asyncio.create_task(relay.roll_call.close(grace=60))
    await asyncio.sleep(0)
    door.set()
    await ending
    assert len(relay.discord.asked_for) == 1
    assert await relay.roll_call.start_due() == 0

    def noticed(conn: Connection) -> int:
        return conn.execute(select(func.count(members.c.gone_at))).scalar_one()

    assert await relay.store.read(noticed) == 1


async def test_closing_does_not_wait_for_ever(relay: Relay) -> None:
    await check_in(relay, ANA)
    relay.go(days=1)
    relay.discord.looks_held = door = asyncio.Event()
    await relay.roll_call.start_due()
    await until(lambda: relay.discord.looking)
    await relay.roll_call.close(grace=0)
    assert relay.discord.looking == 1
    door.set()
    await relay.roll_call.settle()


async def test_whose_key_is_gone_is_asked_of_nobody_and_holds_up_nobody(relay: Relay) -> None:
    await check_in(relay, ANA, BEN)
    keys = relay.store.vault.keys
    keys._ask("DELETE FROM member_keys WHERE member = ?", (relay.store.keyring.member(GUILD, ANA),))
    relay.store.vault._unwrapped.clear()
    relay.go(days=1)
    await call_roll(relay)
    assert relay.discord.asked_for == [BEN]
    relay.go(minutes=59)
    assert await relay.roll_call.start_due() == 0


async def test_a_round_that_breaks_is_not_the_last(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await check_in(relay, ANA)
    relay.go(days=1)

    async def broken(_guild: GuildId, _person: MemberId) -> str:
        raise ValueError("words that must not be logged")

    with monkeypatch.context() as patch:
        patch.setattr(type(relay.discord), "presence", lambda _self, *given: broken(*given))
        await call_roll(relay)
    assert "while calling the roll" in caplog.text
    assert "words" not in caplog.text
    await call_roll(relay)
    assert relay.discord.asked_for == [ANA]


async def test_servers_are_noted_at_a_tick_wherever_the_event_was_missed(relay: Relay) -> None:
    group = await check_in(relay, ANA)
    relay.discord.bot_is_in = frozenset()
    await relay.ticker.tick_now()
    assert await noted(relay) == [GUILD]
    found = await relay.groups.at(group.channel)
    assert found is not None
    assert found.resting == "left"
    relay.go(days=29)
    relay.discord.bot_is_in = frozenset({GUILD})
    await relay.ticker.tick_now()
    assert await noted(relay) == []
    await pass_days(relay, 31, hours=12)
    assert await is_kept(relay, ANA)


async def test_while_it_is_not_known_where_the_bot_is_no_server_is_taken_for_left(
    relay: Relay,
) -> None:
    await check_in(relay, ANA)
    await relay.ticker.tick_now()
    assert await noted(relay) == []


async def test_a_departure_that_could_not_be_noted_is_noted_at_the_next_tick(
    relay: Relay, tmp_path: Path
) -> None:
    await check_in(relay, ANA)
    relay.discord.bot_is_in = frozenset()
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await relay.ticker._tick()
        other.execute("ROLLBACK")
    assert await noted(relay) == []
    await relay.ticker._tick()
    assert await noted(relay) == [GUILD]


async def noted(relay: Relay) -> list[int]:
    def look(conn: Connection) -> list[int]:
        return list(conn.execute(select(departures.c.guild_id)).scalars())

    return await relay.store.read(look)
