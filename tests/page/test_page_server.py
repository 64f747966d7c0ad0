"""The page's door: only this computer, only this address, only those who know the random path."""

import json

import aiohttp
import pytest
from aiohttp import ClientResponse

from sandbox.__main__ import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_FOUND = (
    "/",
    "/wrong/",
    "/wrong/assets/page.js",
    "/wrong/link",
    "{page}assets/",
    "{page}nothing",
    # a name is looked up in a list, so no path leads out of the folder
    "{page}assets/..%2Fworld.py",
    "{page}assets/%2e%2e/view.py",
    "{page}assets/index.html",
    # each door has a path of its own
    "{page}link",
    "{control}/",
    "{control}/ws",
    "{control}/assets/page.js",
)
NONSENSE = (
    "",
    "not json",
    "[]",
    "7",
    '{"do": "look", "as": 5, "channel": ["x"]}',
    '{"id": 1}',
    '{"id": 1, "do": "press"}',
    '{"id": 1, "do": "say", "channel": "1", "text": "a"}',
    '{"id": 1, "do": "jump"}',
    '{"id": 1, "do": "jump", "seconds": -5}',
    '{"id": 1, "do": "jump", "seconds": 1e9}',
    '{"id": 1, "do": "slash", "command": {}, "options": 5}',
    '{"id": 1, "do": "submit", "modal": "1"}',
    '{"id": 1, "do": "choose", "values": 5}',
    '{"id": 1, "do": "fault", "key": "x", "on": true}',
    '{"id": 1, "do": "look\\u0000"}',
)


async def get(url: str, **headers: str) -> ClientResponse:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        await answer.read()
        return answer


def home(served: Served) -> str:
    return f"http://127.0.0.1:{served.page.port}"


async def test_the_page_and_its_parts_are_served(served: Served) -> None:
    page = await get(served.page.url)
    assert (page.status, page.content_type) == (200, "text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    script = await get(f"{served.page.url}assets/page.js")
    assert (script.status, script.content_type) == (200, "text/javascript")
    assert (await get(f"{served.page.url}assets/favicon.svg")).status == 200


@pytest.mark.parametrize("path", NOT_FOUND)
async def test_everything_else_is_not_found(served: Served, path: str) -> None:
    page = served.page.url.removeprefix(home(served))
    control = served.page.control.removeprefix(home(served))
    answer = await get(home(served) + path.format(page=page, control=control))
    assert answer.status == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1"])
async def test_a_request_under_another_name_is_not_found(served: Served, host: str) -> None:
    assert (await get(served.page.url, Host=host)).status == 404
    assert (await get(f"{served.page.control}/link", Host=host)).status == 404


async def test_a_request_from_another_page_is_not_found(served: Served) -> None:
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{served.page.port}"):
        assert (await get(served.page.url, Origin=origin)).status == 404
        assert (await get(f"{served.page.control}/link", Origin=origin)).status == 404


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
async def test_a_socket_opens_only_from_the_page_itself(served: Served, origin: str | None) -> None:
    url = f"{served.page.url}ws"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url, origin=origin)
        assert refused.value.status == 404
        socket = await session.ws_connect(url, origin=home(served))
        await socket.send_str('{"do": "look"}')
        told = json.loads((await socket.receive()).data)
        assert told["set"]["me"]["name"] == "Robin"
        await socket.close()


@pytest.mark.parametrize("said", NONSENSE)
async def test_nonsense_from_the_page_changes_nothing(served: Served, said: str) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"{served.page.url}ws", origin=home(served))
        await socket.send_str(said)
        await socket.send_str('{"do": "look"}')
        await socket.send_str('{"id": "last", "do": "jump", "seconds": 60}')
        while True:
            told = json.loads((await socket.receive(timeout=10)).data)
            if told.get("re") == 1:
                assert told["error"].endswith(".")
            if told.get("re") == "last":
                break
        await socket.close()
    assert served.scene.jumps == 1


async def test_the_bot_learns_where_discord_is_and_what_time_it_is(served: Served) -> None:
    async with aiohttp.ClientSession() as session:
        link = await (await session.get(f"{served.page.control}/link")).json()
        assert link["port"] == served.box.port
        assert link["token"].startswith("sandbox.")
        assert "BEGIN CERTIFICATE" in link["ca"]
        due = {"next_due": "2026-03-11T08:00:00+00:00"}
        told = await (await session.post(f"{served.page.control}/clock", json=due)).json()
        assert told["now"].startswith("2026-03-11T07:59:3")
        for nonsense in ('{"next_due": "soon"}', "[]", "{", '{"next_due": 5}'):
            answer = await session.post(f"{served.page.control}/clock", data=nonsense)
            assert answer.status == 400
    assert served.scene.next_due is not None
