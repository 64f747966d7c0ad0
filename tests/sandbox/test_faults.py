"""Each REST fault as the real library meets it."""

import json
from datetime import timedelta

import aiohttp
import discord
import pytest

from tests.sandbox.scene import Scene, TinyBot, eventually

SEND = "POST /channels/{channel_id}/messages"


def posts(scene: Scene) -> list[int]:
    return [one.status for one in scene.box.requests if one.route.endswith("/messages")]


async def test_a_limited_route_is_waited_for(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("rate-limit", route=SEND, retry_after=0.01)
    await scene.in_channel(bot).send("hello")
    assert posts(scene) == [429, 200]
    assert scene.said() == ["hello"]


async def test_a_global_limit_is_waited_for(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("global-rate-limit", route=SEND, retry_after=0.01)
    await scene.in_channel(bot).send("hello")
    assert posts(scene) == [429, 200]


async def test_a_web_page_with_429_is_raised_at_once(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("cloudflare", route=SEND)
    with pytest.raises(discord.HTTPException) as raised:
        await scene.in_channel(bot).send("hello")
    assert raised.value.status == 429
    assert scene.said() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["status-500", "status-502"])
async def test_a_server_error_is_retried_by_the_library(
    scene: Scene, bot: TinyBot, name: str
) -> None:
    scene.box.faults.arm(name, route=SEND)
    await scene.in_channel(bot).send("hello")
    assert scene.said() == ["hello"]


async def test_503_is_raised_and_nothing_was_done(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("status-503", route=SEND)
    with pytest.raises(discord.DiscordServerError):
        await scene.in_channel(bot).send("hello")
    assert scene.said() == []


async def test_a_lost_answer_leaves_the_work_done_and_the_nonce_saves_the_second_try(
    scene: Scene, bot: TinyBot
) -> None:
    scene.box.faults.arm("lost-answer", route=SEND)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await scene.in_channel(bot).send("hello", nonce="once")
    assert scene.said() == ["hello"]
    again = await scene.in_channel(bot).send("hello", nonce="once")
    assert again.id == scene.ana.sees(scene.channel)[0].id
    assert scene.said() == ["hello"]


async def test_the_nonce_is_forgotten_after_five_minutes(scene: Scene, bot: TinyBot) -> None:
    await scene.in_channel(bot).send("hello", nonce="once")
    scene.clock.advance(timedelta(minutes=5))
    await scene.in_channel(bot).send("hello", nonce="once")
    assert scene.said() == ["hello", "hello"]


async def test_a_torn_body_leaves_the_work_done(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("torn-body", route=SEND)
    with pytest.raises(json.JSONDecodeError):
        await scene.in_channel(bot).send("hello")
    assert scene.said() == ["hello"]


async def test_a_web_page_with_200_leaves_the_work_done(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("html-200", route=SEND)
    with pytest.raises(TypeError):
        await scene.in_channel(bot).send("hello")
    assert scene.said() == ["hello"]


async def test_a_missing_permission_can_be_played(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("missing-permission", route=SEND)
    with pytest.raises(discord.Forbidden) as refused:
        await scene.in_channel(bot).send("hello")
    assert refused.value.code == 50013


async def test_closed_direct_messages_refuse_the_message_not_the_channel(
    scene: Scene, bot: TinyBot
) -> None:
    scene.ana.user.dms_open = False
    person = await bot.fetch_user(scene.ana.id)
    await person.create_dm()
    with pytest.raises(discord.Forbidden) as refused:
        await person.send("hello")
    assert refused.value.code == 50007
    scene.ana.user.dms_open = True
    scene.box.faults.arm("closed-dms")
    with pytest.raises(discord.Forbidden):
        await person.send("hello")
    await person.send("hello")
    await eventually(lambda: scene.ana.sees(scene.ana.dm))


async def test_without_a_common_server_there_is_no_message(scene: Scene, bot: TinyBot) -> None:
    person = await bot.fetch_user(scene.ana.id)
    await scene.ana.leave()
    with pytest.raises(discord.Forbidden) as refused:
        await person.send("hello")
    assert refused.value.code == 50278


async def test_the_reset_token_is_401(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("unauthorized", route="GET /users/")
    with pytest.raises(discord.HTTPException) as refused:
        await bot.fetch_user(scene.ana.id)
    assert refused.value.status == 401
