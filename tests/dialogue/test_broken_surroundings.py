"""Things break around the bot: nothing is doubled, nothing is lost, somebody is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.domain.ids import ChannelId
from bot.store import tables
from bot.store.store import Store
from sandbox.permissions import Permission
from sandbox.things import Message
from tests.dialogue.stage import Stage, say_yes

POST = "POST /channels/{channel_id}/messages"


def prompts_in(stage: Stage) -> list[Message]:
    return [one for one in stage.ana.sees(stage.room) if "Check in" in one.buttons]


def store_of(stage: Stage) -> Store:
    return stage.bot.check_ins._store


async def states(stage: Stage) -> list[tuple[str, str | None]]:
    """State and reason of every outbox row, oldest first."""

    def look(conn: Connection) -> list[tuple[str, str | None]]:
        outbox = tables.outbox.c
        found = conn.execute(select(outbox.state, outbox.why).order_by(outbox.due_at))
        return [(state, why) for state, why in found]

    return await store_of(stage).read(look)


async def resting(stage: Stage) -> str | None:
    group = await stage.bot.groups.at(ChannelId(stage.room.id))
    assert group is not None
    return group.resting


@asynccontextmanager
async def full_disk(stage: Stage) -> AsyncIterator[None]:
    """Leave the database no page to grow by."""

    def limit(conn: Connection, pages: int) -> None:
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await store_of(stage).write(limit, 1)
    yield
    await store_of(stage).write(limit, 1_000_000)


@pytest.mark.parametrize(
    "fault",
    ["lost-answer", "torn-body", "html-200", "status-500", "status-502", "status-503"],
)
async def test_a_prompt_whose_posting_went_wrong_is_there_once(stage: Stage, fault: str) -> None:
    await stage.set_up()
    stage.box.faults.arm(fault, route=POST)
    await stage.pass_time(hours=1)
    for _ in range(6):
        await stage.pass_time(seconds=30)
    assert len(prompts_in(stage)) == 1
    assert [state for state, _ in await states(stage)] == ["SENT"]


@pytest.mark.parametrize("fault", ["rate-limit", "global-rate-limit"])
async def test_a_rate_limit_only_delays_the_prompt(stage: Stage, fault: str) -> None:
    await stage.set_up()
    stage.box.faults.arm(fault, route=POST, retry_after=0.2)
    await stage.pass_time(hours=1)
    assert len(prompts_in(stage)) == 1


async def test_a_message_adopted_from_history_answers_presses(stage: Stage) -> None:
    await stage.set_up()
    stage.box.faults.arm("lost-answer", route=POST)
    await stage.pass_time(hours=1)
    await stage.stop_bot()
    stage.clock.advance(timedelta(minutes=20))
    await stage.start_bot()
    for _ in range(4):
        await stage.pass_time(seconds=30)
    [prompt] = prompts_in(stage)
    assert await states(stage) == [("SENT", "found in history")]
    await stage.ana.reply(prompt, "here")
    await stage.box.quiet()
    await stage.tick()
    assert "1 of us so far" in prompt.text


async def test_a_prompt_is_posted_late_while_it_is_timely(stage: Stage) -> None:
    await stage.set_up()
    await stage.stop_bot()
    stage.clock.advance(timedelta(hours=3, minutes=59))
    await stage.start_bot()
    await stage.tick()
    assert len(prompts_in(stage)) == 1


async def test_after_a_long_outage_there_is_no_burst_and_every_day_is_accounted_for(
    stage: Stage,
) -> None:
    await stage.set_up()
    await stage.stop_bot()
    stage.clock.advance(timedelta(days=9, hours=8))
    await stage.start_bot()
    await stage.tick()
    assert prompts_in(stage) == []
    assert await states(stage) == [("SKIPPED", "late")] * 10
    await stage.pass_time(hours=17)
    assert len(prompts_in(stage)) == 1


async def test_a_deleted_channel_rests_and_the_others_go_on(stage: Stage) -> None:
    await stage.set_up()
    await stage.set_up(stage.hall)
    stage.box.world.delete_channel(stage.room)
    await stage.box.quiet()
    await stage.pass_time(hours=1)
    assert await resting(stage) == "channel-gone"
    assert any("Check in" in one.buttons for one in stage.ana.sees(stage.hall))
    assert not [one for one in stage.box.requests if one.status == 404]


async def test_without_send_messages_the_group_rests_until_it_is_set_up_again(
    stage: Stage,
) -> None:
    await stage.set_up()
    me = stage.guild.bot
    assert me is not None
    stage.box.world.set_overwrite(stage.room, me, deny=int(Permission.SEND_MESSAGES))
    await stage.pass_time(hours=1)
    assert prompts_in(stage) == []
    assert await resting(stage) == "no-permission"
    [(state, why)] = await states(stage)
    assert state == "DEAD"
    assert why is not None
    assert "50013" in why
    stage.box.world.clear_overwrite(stage.room, me)
    await stage.set_up(at="10:00")
    assert await resting(stage) is None


async def test_a_group_that_was_refused_is_not_tried_again_at_every_start(stage: Stage) -> None:
    await stage.set_up()
    me = stage.guild.bot
    assert me is not None
    stage.box.world.set_overwrite(stage.room, me, deny=int(Permission.SEND_MESSAGES))
    await stage.pass_time(hours=1)
    await stage.restart_bot()
    await stage.box.quiet()
    assert await resting(stage) == "no-permission"
    await stage.pass_time(days=1)
    assert len([one for one in stage.box.requests if one.status == 403]) == 1


async def test_a_server_that_takes_the_bot_back_is_asked_again(stage: Stage) -> None:
    await stage.set_up()
    stage.box.world.remove_bot(stage.guild)
    await stage.box.quiet()
    assert await resting(stage) == "left"
    await stage.pass_time(days=2)
    stage.box.world.install_bot(stage.guild)
    await stage.box.quiet()
    assert await resting(stage) is None
    await stage.pass_time(days=1, hours=1)
    assert len(prompts_in(stage)) == 1


async def test_a_full_disk_is_owned_up_to_and_what_was_typed_comes_back(stage: Stage) -> None:
    prompt = await stage.prompt()
    card = (await stage.ana.press(prompt, "Check in")).shown
    assert card is not None
    form = await say_yes(stage.ana, card)
    line = "so much to say " * 100
    async with full_disk(stage):
        answer = await stage.ana.submit(form, {"How are you?": "2", "A line for yourself": line})
        await stage.box.quiet()
    assert answer.shown is not None
    said = [one.text for one in stage.ana.sees(stage.room) if one.ephemeral_for == stage.ana.id]
    assert any("was not saved" in text for text in said)
    assert "".join(said).count("so much to say") == 100
    assert not any(text.startswith("**Saved") for text in said)
    again = await stage.ana.press(prompt, "Check in")
    await stage.ana.submit(again, {"How are you?": "2"})
    await stage.box.quiet()
    assert "1 of us so far" in prompt.text


@pytest.mark.parametrize("fault", ["gateway-drop", "gateway-abort", "reconnect"])
async def test_a_reply_during_a_dropped_connection_is_heard_afterwards(
    stage: Stage, fault: str
) -> None:
    prompt = await stage.prompt()
    stage.box.faults.arm(fault)
    await stage.ana.reply(prompt, "still here")
    for _ in range(100):
        await stage.pass_time(seconds=31)
        if "1 of us so far" in prompt.text:
            break
    assert "1 of us so far" in prompt.text


async def test_many_replies_refresh_the_count_at_most_twice_a_minute(stage: Stage) -> None:
    people = [stage.box.person(stage.guild.add_member(f"Person {number}")) for number in range(12)]
    prompt = await stage.prompt()
    for who in people:
        await who.reply(prompt, "here")
        await stage.pass_time(seconds=5)
    await stage.pass_time(seconds=30)
    edits = [one for one in stage.box.requests if one.method == "PATCH"]
    assert "12 of us so far" in prompt.text
    assert 1 <= len(edits) <= 4


async def test_a_clock_that_goes_back_asks_nobody_twice(stage: Stage) -> None:
    prompt = await stage.prompt()
    stage.clock.set(stage.clock.now() - timedelta(hours=1))
    await stage.tick()
    await stage.pass_time(hours=1)
    await stage.pass_time(minutes=30)
    assert prompts_in(stage) == [prompt]
    await stage.ana.reply(prompt, "still the same day")
    await stage.box.quiet()
    await stage.pass_time(seconds=31)
    assert "1 of us so far" in prompt.text


async def test_at_the_hour_that_summer_time_takes_away_the_group_is_asked_once(
    stage: Stage,
) -> None:
    stage.clock.set(datetime(2026, 3, 28, 12, 0, tzinfo=UTC))
    await stage.set_up(at="02:30")
    for _ in range(4 * 24):
        await stage.pass_time(minutes=15)
    assert [one.sent_at for one in prompts_in(stage)] == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30, as long after 02:00 as it was meant
    ]
