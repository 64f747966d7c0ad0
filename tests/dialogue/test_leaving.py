"""Who leaves, and what leaves with the bot: forgotten in thirty days, and nothing sooner."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.domain.ids import ChannelId
from bot.store.store import Store
from bot.store.tables import metadata
from sandbox import render
from sandbox.things import Message
from tests.dialogue.privacy_card import check_in
from tests.dialogue.stage import Stage

LOOK = "GET /guilds/{guild_id}/members/{user_id}"
PERSONAL = ("members", "consents", "check_ins", "tallies")
OF_A_GROUP = ("groups", "schedules", "prompts", "outbox")
A_DAY = timedelta(days=1)


def store_of(stage: Stage) -> Store:
    return stage.bot.check_ins._store


async def rows(stage: Stage, name: str) -> list[dict[str, Any]]:
    def look(conn: Connection) -> list[dict[str, Any]]:
        return [dict(row) for row in conn.execute(select(metadata.tables[name])).mappings()]

    return await store_of(stage).read(look)


async def counts(stage: Stage, *names: str) -> list[int]:
    return [len(await rows(stage, name)) for name in names]


def keys(stage: Stage) -> int:
    ((count,),) = store_of(stage).vault.keys._ask("SELECT count(*) FROM member_keys")
    return int(count)


def prompts_in(stage: Stage) -> list[Message]:
    return [one for one in stage.ben.sees(stage.room) if "Check in" in one.buttons]


async def resting(stage: Stage) -> str | None:
    group = await stage.bot.groups.at(ChannelId(stage.room.id))
    assert group is not None
    return group.resting


def looks(stage: Stage) -> int:
    return sum(
        one.method == "GET" and f"/members/{stage.ana.id}" in one.path for one in stage.box.requests
    )


async def days_pass(stage: Stage, days: int) -> None:
    for _ in range(days):
        await stage.pass_time(days=1)


async def both_check_in(stage: Stage) -> None:
    prompt = await stage.prompt()
    await check_in(stage.ana, prompt)
    await check_in(stage.ben, prompt)
    await stage.box.quiet()


async def test_a_member_who_left_is_forgotten_and_the_others_are_not(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await both_check_in(stage)
    with caplog.at_level(logging.INFO):
        await stage.ana.leave()
        await days_pass(stage, 28)
        assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]
        assert keys(stage) == 2
        await days_pass(stage, 3)
    assert await counts(stage, *PERSONAL) == [1, 1, 1, 0]
    assert keys(stage) == 1
    card = (await stage.ben.slash(stage.hall, "privacy")).shown
    assert card is not None
    assert "1 check-in" in card.text
    assert "a member who left long ago was erased" in caplog.text
    assert str(stage.ana.id) not in caplog.text
    assert str(stage.guild.id) not in caplog.text


async def test_a_member_who_comes_back_in_time_is_not_forgotten(stage: Stage) -> None:
    await both_check_in(stage)
    await stage.ana.leave()
    await days_pass(stage, 28)
    stage.guild.add_member(stage.ana.user)
    await days_pass(stage, 10)
    assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]


async def test_nobody_is_asked_for_more_than_once_a_day(stage: Stage) -> None:
    await both_check_in(stage)
    for _ in range(8 * 6):
        await stage.pass_time(hours=3)
    assert 5 <= looks(stage) <= 6


@pytest.mark.parametrize("fault", ["missing-permission", "cloudflare", "html-200", "status-503"])
async def test_an_answer_that_says_nothing_erases_nobody(stage: Stage, fault: str) -> None:
    await both_check_in(stage)
    await stage.ana.leave()
    await days_pass(stage, 29)
    stage.box.faults.arm(fault, times=2, route=f"/members/{stage.ana.id}")
    await stage.pass_time(days=1)
    assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]
    await stage.pass_time(hours=1)
    assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]
    await stage.pass_time(hours=1)
    assert await counts(stage, *PERSONAL) == [1, 1, 1, 0]


@pytest.mark.parametrize(
    "fault", ["rate-limit", "global-rate-limit", "status-500", "status-502", "slow"]
)
async def test_a_trouble_on_the_way_only_delays_the_look(stage: Stage, fault: str) -> None:
    await both_check_in(stage)
    await stage.ana.leave()
    await stage.pass_time(hours=2)
    stage.box.faults.arm(fault, route=LOOK, retry_after=0.2, seconds=0.2)
    await stage.pass_time(days=1)
    gone = [row["gone_at"] is not None for row in await rows(stage, "members")]
    assert sorted(gone) == [False, True]


async def test_a_server_that_removed_the_bot_is_forgotten_wholly(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await both_check_in(stage)
    with caplog.at_level(logging.INFO):
        stage.box.world.remove_bot(stage.guild)
        await stage.box.quiet()
        assert await resting(stage) == "left"
        await days_pass(stage, 29)
        assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]
        assert await counts(stage, *OF_A_GROUP) == [1, 1, 1, 1]
        await stage.pass_time(days=1)
    assert await counts(stage, *PERSONAL, *OF_A_GROUP, "departures") == [0] * 9
    assert keys(stage) == 0
    assert looks(stage) == 0
    assert "2 members and 0 servers erased" in caplog.text
    assert "0 members and 1 servers erased" in caplog.text
    assert str(stage.guild.id) not in caplog.text


async def test_a_server_that_takes_the_bot_back_in_time_loses_nothing(stage: Stage) -> None:
    await both_check_in(stage)
    stage.box.world.remove_bot(stage.guild)
    await stage.box.quiet()
    await days_pass(stage, 29)
    stage.box.world.install_bot(stage.guild)
    await stage.box.quiet()
    await days_pass(stage, 2)
    assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]
    assert await resting(stage) is None
    assert len(prompts_in(stage)) == 3
    await stage.ana.reply(prompts_in(stage)[-1], "back again")
    await stage.box.quiet()
    assert await counts(stage, "check_ins") == [3]


async def test_being_removed_while_the_bot_was_down_is_noticed_at_the_start(stage: Stage) -> None:
    await both_check_in(stage)
    await stage.stop_bot()
    stage.box.world.remove_bot(stage.guild)
    await stage.start_bot()
    await stage.tick()
    assert await counts(stage, "departures") == [1]
    assert await resting(stage) == "left"
    await days_pass(stage, 30)
    assert await counts(stage, *PERSONAL, *OF_A_GROUP, "departures") == [0] * 9
    assert keys(stage) == 0


async def test_being_taken_back_while_the_bot_was_down_is_noticed_at_the_start(
    stage: Stage,
) -> None:
    await both_check_in(stage)
    stage.box.world.remove_bot(stage.guild)
    await stage.box.quiet()
    await days_pass(stage, 10)
    await stage.stop_bot()
    stage.box.world.install_bot(stage.guild)
    await stage.start_bot()
    await days_pass(stage, 25)
    assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]
    assert await counts(stage, "departures") == [0]


async def test_a_server_that_is_only_out_of_order_was_not_left(stage: Stage) -> None:
    await both_check_in(stage)
    gone = {"id": str(stage.guild.id), "unavailable": True}
    stage.box.world.tell("GUILD_DELETE", gone, guild=stage.guild, forced=True)
    await stage.box.quiet()
    await days_pass(stage, 2)
    assert await counts(stage, "departures") == [0]
    assert await resting(stage) is None
    # nobody is looked for in a server that cannot say who is there
    assert looks(stage) == 0
    back = render.guild_create(stage.guild)
    stage.box.world.tell("GUILD_CREATE", back, guild=stage.guild)
    await stage.box.quiet()
    await stage.pass_time(hours=1)
    assert looks(stage) == 1
    assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]


async def test_a_bot_told_to_stop_in_the_middle_of_a_look_stops(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await both_check_in(stage)
    stage.box.faults.arm("slow", route=LOOK, seconds=0.5)
    stage.clock.advance(A_DAY)
    await stage.bot.roll_call.start_due()
    with caplog.at_level(logging.WARNING):
        await stage.restart_bot()
    assert "incident" not in caplog.text
    await stage.tick()
    assert await counts(stage, *PERSONAL) == [2, 2, 2, 0]
