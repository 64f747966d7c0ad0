"""The life of an interaction: three seconds, one answer, fifteen minutes. In plain HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.interactions import Answer, Interaction, Kind
from sandbox.posting import Draft, post
from sandbox.things import Json, Message
from tests.sandbox.resolver import connector_to
from tests.sandbox.scene import Scene

HELLO: Json = {"type": 4, "data": {"content": "hello"}}
FORM: Json = {
    "type": 9,
    "data": {
        "title": "A form",
        "custom_id": "f",
        "components": [
            {
                "type": 18,
                "label": "A line",
                "component": {"type": 4, "custom_id": "line", "style": 1, "required": False},
            }
        ],
    },
}


@dataclass
class Wire:
    """The bot's end, without the library."""

    scene: Scene
    http: aiohttp.ClientSession

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the code (or the whole body of a success)."""
        url = f"https://discord.com/api/v10{path}"
        async with self.http.request(method, url, json=body) as answer:
            told = await answer.json() if answer.status != 204 else None
            return answer.status, told["code"] if told and answer.status >= 400 else told

    async def answer(self, one: Interaction, body: Json) -> tuple[int, Any]:
        return await self.call("POST", f"/interactions/{one.id}/{one.token}/callback", body)

    def by_token(self, one: Interaction, rest: str = "") -> str:
        return f"/webhooks/{self.scene.box.world.bot.id}/{one.token}{rest}"


@pytest.fixture
async def wire(scene: Scene) -> AsyncIterator[Wire]:
    headers = {"Authorization": f"Bot {scene.box.token}"}
    async with (
        aiohttp.ClientSession(connector=connector_to(scene.box), headers=headers) as http,
        http.ws_connect("wss://gateway.discord.gg/?v=10") as socket,
    ):
        await socket.receive_json()
        identify = {"token": scene.box.token, "intents": 1, "properties": {}}
        await socket.send_json({"op": 2, "d": identify})
        await socket.receive_json()
        yield Wire(scene, http)


def prompt(scene: Scene) -> Message:
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
    return post(scene.box.world, scene.channel, scene.box.world.bot, Draft("?", components=[row]))


async def pressed(scene: Scene, kind: Kind = Kind.COMPONENT) -> tuple[Interaction, Any]:
    """Begin an interaction; the task ends when its person has an answer."""
    interactions = scene.box.interactions
    before = set(interactions.open)
    message = prompt(scene) if kind is Kind.COMPONENT else None
    data = {"custom_id": "go", "component_type": 2} if message else {"id": "1", "name": "ping"}
    asking = interactions.ask(kind, scene.ana.user, scene.channel, data, message=message)
    task = asyncio.create_task(asking)
    await asyncio.sleep(0)
    (number,) = set(interactions.open) - before
    return interactions.open[number], task


async def test_one_answer_and_no_second(scene: Scene, wire: Wire) -> None:
    one, task = await pressed(scene)
    assert await wire.answer(one, HELLO) == (204, None)
    assert await wire.answer(one, HELLO) == (400, 40060)
    assert (await task).answer.shown.content == "hello"


async def test_after_three_seconds_of_sandbox_time_it_is_unknown(scene: Scene, wire: Wire) -> None:
    one, task = await pressed(scene)
    scene.clock.advance(timedelta(seconds=3, milliseconds=1))
    assert await wire.answer(one, HELLO) == (404, 10062)
    task.cancel()


async def test_a_wrong_token_is_unknown(scene: Scene, wire: Wire) -> None:
    one, task = await pressed(scene)
    status = await wire.call("POST", f"/interactions/{one.id}/wrong/callback", HELLO)
    assert status == (404, 10062)
    assert await wire.answer(one, HELLO) == (204, None)
    await task


async def test_the_token_follows_an_answer_and_ends_after_a_quarter_of_an_hour(
    scene: Scene, wire: Wire
) -> None:
    one, task = await pressed(scene)
    follow = wire.by_token(one)
    assert await wire.call("POST", follow, {"content": "more"}) == (404, 10015)
    await wire.answer(one, HELLO)
    answer: Answer = (await task).answer
    status, told = await wire.call("POST", follow, {"content": "more", "flags": 64})
    assert status == 200
    assert [message.content for message in answer.followups] == ["more"]
    assert (await wire.call("PATCH", f"{follow}/messages/{told['id']}", {"content": "edited"}))[
        0
    ] == 200
    assert answer.followups[0].content == "edited"
    assert (await wire.call("GET", f"{follow}/messages/@original"))[1]["content"] == "hello"
    assert await wire.call("DELETE", f"{follow}/messages/@original") == (204, None)
    assert await wire.call("GET", f"{follow}/messages/@original") == (404, 10008)
    channel_route = f"/channels/{scene.channel.id}/messages/{told['id']}"
    assert await wire.call("PATCH", channel_route, {"content": "no"}) == (404, 10008)
    scene.clock.advance(timedelta(minutes=15, seconds=1))
    assert await wire.call("POST", follow, {"content": "late"}) == (401, 50027)


async def test_an_edit_by_the_press_itself(scene: Scene, wire: Wire) -> None:
    one, task = await pressed(scene)
    await wire.answer(one, {"type": 7, "data": {"content": "1 of us"}})
    assert (await task).answer.updated is one.message
    assert one.message
    assert one.message.content == "1 of us"


@pytest.mark.parametrize("kind", [6, 7, 8])
async def test_a_command_is_not_answered_with_an_edit_or_choices(
    scene: Scene, wire: Wire, kind: int
) -> None:
    one, task = await pressed(scene, Kind.COMMAND)
    body: Json = {"type": kind, "data": {"choices": []} if kind == 8 else {}}
    assert await wire.answer(one, body) == (400, 50035)
    await wire.answer(one, HELLO)
    await task


async def test_a_form_is_not_answered_with_a_form(scene: Scene, wire: Wire) -> None:
    one, task = await pressed(scene)
    await wire.answer(one, FORM)
    modal = (await task).answer.modal
    sending = asyncio.create_task(scene.ana.submit(modal, {"A line": "x"}))
    await asyncio.sleep(0)
    sent = scene.box.interactions.open[max(scene.box.interactions.open)]
    assert sent.kind is Kind.MODAL
    assert await wire.answer(sent, FORM) == (400, 50035)
    assert await wire.answer(sent, {"type": 6}) == (204, None)
    assert (await sending).error is None


async def test_a_deferral_takes_only_the_ephemeral_flag(scene: Scene, wire: Wire) -> None:
    one, task = await pressed(scene)
    body: Json = {"type": 5, "data": {"flags": 4}}
    assert await wire.answer(one, body) == (400, 50035)
    await wire.answer(one, {"type": 5, "data": {"flags": 64}})
    shown = (await task).answer.shown
    assert shown.loading
    await wire.call("PATCH", wire.by_token(one, "/messages/@original"), {"content": "done"})
    assert (shown.content, shown.loading, shown.ephemeral_for) == ("done", False, scene.ana.id)


async def test_an_empty_or_too_long_answer_is_refused_and_can_be_made_good(
    scene: Scene, wire: Wire
) -> None:
    one, task = await pressed(scene)
    assert await wire.answer(one, {"type": 4, "data": {}}) == (400, 50006)
    long: Json = {"type": 4, "data": {"content": "x" * 2001}}
    assert (await wire.answer(one, long))[1] == 50035
    scene.box.problems.clear()  # the description has noticed it too
    assert await wire.answer(one, HELLO) == (204, None)
    await task


async def test_an_ephemeral_answer_reaches_the_bot_without_its_server(
    scene: Scene, wire: Wire
) -> None:
    told: list[tuple[str, Json]] = []
    stop = scene.box.subscribe(lambda name, payload: told.append((name, payload)))
    one, task = await pressed(scene)
    await wire.answer(one, {"type": 4, "data": {"content": "for you", "flags": 64}})
    await task
    stop()
    (payload,) = [each for name, each in told if each.get("content") == "for you"]
    assert "guild_id" not in payload


async def test_a_public_deferral_stays_public(scene: Scene, wire: Wire) -> None:
    one, task = await pressed(scene)
    await wire.answer(one, {"type": 5})
    shown = (await task).answer.shown
    status, told = await wire.call("POST", wire.by_token(one), {"content": "done", "flags": 64})
    assert (status, told["id"]) == (200, str(shown.id))
    assert (shown.content, shown.ephemeral_for, shown.flags) == ("done", None, 0)
