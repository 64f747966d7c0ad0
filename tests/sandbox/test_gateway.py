"""Events, their words, and what happens when the connection breaks."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from sandbox.clock import MovableClock
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from tests.sandbox.resolver import connector_to
from tests.sandbox.scene import PLAIN, START, Scene, TinyBot, connected, eventually


async def _heard(bot: TinyBot, box: Sandbox, count: int) -> discord.Message:
    await eventually(lambda: len(bot.heard) >= count)
    await box.quiet()
    return bot.heard[-1]


async def test_a_reply_names_its_message_even_where_its_words_are_withheld(
    scene: Scene, bot: TinyBot
) -> None:
    prompt = await scene.in_channel(bot).send("How are you today?")
    await eventually(lambda: bot.heard)
    asked = scene.ana.sees(scene.channel)[-1]
    await scene.ana.reply(asked, "a hard day", ping=False)
    silent = await _heard(bot, scene.box, 2)
    assert silent.reference
    assert silent.reference.message_id == prompt.id
    assert silent.content == ""
    assert silent.author.id == scene.ana.id

    await scene.ana.reply(asked, "a better day", ping=True)
    loud = await _heard(bot, scene.box, 3)
    assert loud.reference
    assert loud.reference.message_id == prompt.id
    assert loud.content == "a better day"

    await scene.ana.say(scene.channel, "just talking")
    assert (await _heard(bot, scene.box, 4)).content == ""
    await scene.ana.say(scene.ana.dm, "hello there")
    assert (await _heard(bot, scene.box, 5)).content == "hello there"


async def test_a_channel_the_bot_cannot_see_stays_silent(scene: Scene, bot: TinyBot) -> None:
    guild = scene.guild
    closed = guild.add_channel("closed", overwrites={guild.everyone: (0, Permission.VIEW_CHANNEL)})
    scene.box.world.set_overwrite(closed, scene.ana.member, allow=Permission.VIEW_CHANNEL)
    await scene.ana.say(closed, "nobody listens")
    await scene.ana.say(scene.channel, "somebody hears")
    await _heard(bot, scene.box, 1)
    assert [one.channel.id for one in bot.heard] == [scene.channel.id]
    with pytest.raises(discord.Forbidden) as refused:
        await bot.get_partial_messageable(closed.id).send("hello?")
    assert refused.value.code == 50001


async def test_without_the_intent_no_event(scene: Scene) -> None:
    few = discord.Intents(guilds=True, dm_messages=True)
    async with connected(TinyBot(scene.box, few), scene.box) as deaf:
        await scene.ana.say(scene.channel, "in the server")
        await scene.ana.say(scene.ana.dm, "in private")
        assert (await _heard(deaf, scene.box, 1)).content == "in private"
        assert len(deaf.heard) == 1


async def test_privileged_intents_must_be_switched_on(scene: Scene) -> None:
    wide = PLAIN | discord.Intents(message_content=True)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(TinyBot(scene.box, wide), scene.box):
            pass
    assert "4014" in scene.box.problems.pop()


async def test_a_bot_with_message_content_reads_everything() -> None:
    async with Sandbox.open(MovableClock(START), privileged=1 << 15) as box:
        scene = Scene(box, MovableClock(START))
        wide = PLAIN | discord.Intents(message_content=True)
        async with connected(TinyBot(box, wide), box) as bot:
            await scene.ana.say(scene.channel, "just talking")
            assert (await _heard(bot, box, 1)).content == "just talking"


async def test_a_wrong_token_is_refused(scene: Scene) -> None:
    async with TinyBot(scene.box) as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login("sandbox.wrong")


async def test_a_dropped_connection_resumes_and_nothing_is_lost(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("gateway-drop", code=4000)
    await scene.ana.say(scene.channel, "while you were away")
    await eventually(lambda: bot.heard)
    await bot.resumed.wait()
    assert bot.ready_count == 1
    assert len(bot.heard) == 1


async def test_a_cut_connection_resumes_too(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("gateway-abort")
    await scene.ana.say(scene.channel, "while you were away")
    await eventually(lambda: bot.heard)
    await bot.resumed.wait()
    assert bot.ready_count == 1


async def test_a_request_to_reconnect_is_followed(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("reconnect")
    await bot.resumed.wait()
    assert bot.ready_count == 1


@pytest.mark.slow
async def test_a_refused_resume_begins_anew(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("refused-resume")
    scene.box.faults.arm("gateway-drop", code=4000)
    await eventually(lambda: bot.ready_count == 2, within=20)
    await scene.ana.say(scene.channel, "still there?")
    await _heard(bot, scene.box, 1)


@pytest.mark.slow
async def test_an_invalid_session_is_tried_again(scene: Scene) -> None:
    scene.box.faults.arm("invalid-session")
    async with connected(TinyBot(scene.box), scene.box) as bot:
        assert bot.ready_count == 1


async def test_an_event_can_arrive_twice_or_late(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("duplicate-events", event="MESSAGE_CREATE")
    await scene.ana.say(scene.channel, "once")
    await eventually(lambda: len(bot.heard) == 2)
    scene.box.faults.arm("delayed-events", event="MESSAGE_CREATE", seconds=0.1)
    await scene.ana.say(scene.channel, "late")
    await scene.ana.say(scene.channel, "early")
    await eventually(lambda: len(bot.heard) == 4)
    assert bot.heard[3].id < bot.heard[2].id


async def test_a_server_can_remove_the_bot_and_take_it_back(scene: Scene, bot: TinyBot) -> None:
    scene.box.world.remove_bot(scene.guild)
    await eventually(lambda: not bot.guilds)
    await scene.ana.say(scene.channel, "gone?")
    scene.box.world.install_bot(scene.guild)
    await eventually(lambda: bot.guilds)
    await scene.box.quiet()
    assert bot.heard == []


async def test_two_shards_each_hear_their_servers(scene: Scene) -> None:
    scene.box.shards = 2
    sessions: list[Any] = []
    async with aiohttp.ClientSession(connector=connector_to(scene.box)) as http:
        for shard in (0, 1):
            socket = await http.ws_connect("wss://gateway.discord.gg/?v=10")
            await socket.receive_json()
            identify = {
                "token": scene.box.token,
                "intents": 512,
                "properties": {},
                "shard": [shard, 2],
            }
            await socket.send_json({"op": 2, "d": identify})
            assert (await socket.receive_json())["t"] == "READY"
            sessions.append(socket)
        await scene.ana.say(scene.channel, "for one of you")
        mine = sessions[(scene.guild.id >> 22) % 2]
        # GUILD_CREATE comes first: READY announced the server
        assert (await mine.receive_json())["t"] == "GUILD_CREATE"
        assert (await mine.receive_json())["t"] == "MESSAGE_CREATE"
        for socket in sessions:
            await socket.close()


async def test_a_resume_tells_what_was_missed_and_only_that(scene: Scene) -> None:
    async with aiohttp.ClientSession(connector=connector_to(scene.box)) as http:
        url = "wss://gateway.discord.gg/?v=10"
        first = await http.ws_connect(url)
        await first.receive_json()
        identify = {"token": scene.box.token, "intents": 512, "properties": {}}
        await first.send_json({"op": 2, "d": identify})
        ready = await first.receive_json()
        last = await first.receive_json()
        await first.close(code=4000)
        await eventually(lambda: not scene.box.hub.connections)
        await scene.ana.say(scene.channel, "one")
        await scene.ana.say(scene.channel, "two")

        async def resume(session: str, seq: int) -> aiohttp.ClientWebSocketResponse:
            socket = await http.ws_connect(url)
            await socket.receive_json()
            told = {"token": scene.box.token, "session_id": session, "seq": seq}
            await socket.send_json({"op": 6, "d": told})
            return socket

        session = ready["d"]["session_id"]
        second = await resume(session, last["s"])
        told = [await second.receive_json() for _ in range(3)]
        assert [one["t"] for one in told] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
        assert [one["s"] for one in told] == [3, 4, 5]
        await second.close(code=4000)
        unknown = await resume("nobody", 1)
        assert (await unknown.receive_json())["op"] == 9
        await unknown.close()
        ahead = await resume(session, 99)
        await ahead.receive()
        assert ahead.close_code == 4007
        assert "4007" in scene.box.problems.pop()


@pytest.fixture
async def raw(scene: Scene) -> AsyncIterator[Any]:
    async with (
        aiohttp.ClientSession(connector=connector_to(scene.box)) as http,
        http.ws_connect("wss://gateway.discord.gg/?v=10") as socket,
    ):
        await socket.receive_json()
        yield socket
        await eventually(lambda: scene.box.problems)
        scene.box.problems.clear()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("what?", 4002),
        ({"op": 99}, 4003),
        ({"op": 2, "d": {"token": "sandbox.no", "intents": 1}}, 4004),
        ({"op": 2, "d": {"intents": 1 << 30}}, 4013),
        ({"op": 2, "d": {"intents": 2}}, 4014),
        ({"op": 2, "d": {"intents": 1, "shard": [2, 2]}}, 4010),
        ({"op": 1, "d": "x" * 5000}, 4002),
    ],
)
async def test_a_wrong_frame_closes_with_its_code(
    scene: Scene, raw: aiohttp.ClientWebSocketResponse, frame: Any, code: int
) -> None:
    if isinstance(frame, dict) and isinstance(frame.get("d"), dict):
        frame["d"].setdefault("token", scene.box.token)
    await raw.send_str(frame if isinstance(frame, str) else json.dumps(frame))
    await raw.receive()
    assert raw.close_code == code


async def test_too_many_frames_close_with_4008(raw: aiohttp.ClientWebSocketResponse) -> None:
    for _ in range(121):
        await raw.send_json({"op": 1, "d": None})
    while not raw.closed:
        await raw.receive()
    assert raw.close_code == 4008


async def test_compressed_frames_are_understood() -> None:
    async with Sandbox.open(MovableClock(START), compress=True) as box:
        scene = Scene(box, MovableClock(START))
        async with connected(TinyBot(box), box) as bot:
            await scene.ana.say(scene.ana.dm, "small")
            assert (await _heard(bot, box, 1)).content == "small"


async def test_members_can_be_asked_for_by_number(scene: Scene, bot: TinyBot) -> None:
    guild = bot.get_guild(scene.guild.id)
    assert guild
    found = await guild.query_members(user_ids=[scene.ana.id])
    assert [one.name for one in found] == ["Ana"]


async def test_quiet_waits_for_what_is_held_back(scene: Scene, bot: TinyBot) -> None:
    scene.box.faults.arm("delayed-events", event="MESSAGE_CREATE", seconds=0.2)
    await scene.ana.say(scene.channel, "late")
    await scene.box.quiet()
    await asyncio.sleep(0)
    assert len(bot.heard) == 1
