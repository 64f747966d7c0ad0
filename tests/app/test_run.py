"""`run` from the outside: how it starts, how it ends, and what it never says."""

import asyncio
import signal
import socket
import sqlite3
import ssl
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import ResolveResult

from bot.compose import handrail
from bot.run import UnreachableError, log_in, stay_connected
from bot.sandbox_link import ToSandbox
from bot.settings import Settings
from sandbox.clock import MovableClock
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.things import Channel
from tests.app.sandboxed import control_of, end, ended, start_bot, until_ready
from tests.dialogue.stage import say_yes
from tests.public_messages import guarded_sandbox

START = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
POST = "POST /channels/{channel_id}/messages"
SEEDED = ("quokka", "narwhal", "Zaphod", "tapir", "Okapi Harbour")


@dataclass(frozen=True, slots=True)
class Place:
    box: Sandbox
    clock: MovableClock
    control: str
    folder: Path


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    clock = MovableClock(START, asyncio.get_running_loop().time)
    async with guarded_sandbox(clock) as box, control_of(box, clock) as control:
        yield Place(box, clock, control, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot_in_good_order(place: Place, number: signal.Signals) -> None:
    place.box.world.install_bot(place.box.world.add_guild("Harbour"))
    bot = await start_bot(place.folder, place.control)
    await until_ready(place.box)
    bot.send_signal(number)
    code, said = await ended(bot)
    assert (code, "Traceback" in said) == (0, False), said
    # the log of the database was written back: the store was closed, not dropped
    assert sorted(path.name for path in (place.folder / "data").iterdir()) == [
        "handrail.db",
        "handrail.lock",
        "keys.db",
    ]


async def test_a_token_discord_does_not_know_is_one_line_and_78(place: Place) -> None:
    bot = await start_bot(place.folder, place.control, DISCORD_TOKEN="sandbox.not-this-one")
    code, said = await ended(bot)
    lines = [line for line in said.splitlines() if " INFO " not in line and " WARNING" not in line]
    assert code == 78
    assert lines == ["Discord does not know this DISCORD_TOKEN. Copy it once more."]
    assert "not-this-one" not in said


async def test_a_running_bot_makes_its_backup_by_itself(place: Place) -> None:
    place.box.world.install_bot(place.box.world.add_guild("Harbour"))
    bot = await start_bot(place.folder, place.control, HANDRAIL_BACKUPS="")
    folder = place.folder / "data" / "backups"
    while not list(folder.glob("keys-*.backup")):
        await asyncio.sleep(0.05)
    await until_ready(place.box)
    code, said = await end(bot)
    assert code == 0, said
    assert said.count("the daily backup was made") == 1
    assert sorted(path.name.split("-")[0] for path in folder.iterdir()) == ["handrail", "keys"]


@pytest.mark.parametrize("close", [4004, 4013, 4014])
async def test_a_gateway_that_will_never_take_us_is_78(place: Place, close: int) -> None:
    place.box.world.install_bot(place.box.world.add_guild("Harbour"))
    bot = await start_bot(place.folder, place.control)
    await until_ready(place.box)
    place.box.faults.arm("gateway-drop", code=close)
    code, said = await ended(bot)
    assert code == 78, said
    assert "Traceback" not in said


async def test_a_second_bot_on_the_same_folder_is_refused(place: Place) -> None:
    first = await start_bot(place.folder, place.control)
    await until_ready(place.box)
    code, said = await ended(await start_bot(place.folder, place.control))
    assert code == 78
    assert "already running" in said
    assert (await end(first))[0] == 0


async def test_a_discord_that_is_not_there_yet_is_waited_for(place: Place) -> None:
    async with control_of(place.box, place.clock, port=9) as closed:
        bot = await start_bot(place.folder, closed)
        assert bot.stderr is not None
        while b"cannot be reached" not in await bot.stderr.readline():
            pass
        code, said = await end(bot)
    assert (code, "Traceback" in said) == (0, False), said


async def test_neither_log_nor_data_hold_what_members_wrote_or_who_they_are(place: Place) -> None:
    world = place.box.world
    guild = world.add_guild("Okapi Harbour")
    room = guild.add_channel("narwhal-room")
    world.install_bot(guild)
    mod = place.box.person(guild.add_member("Zaphod", permissions=1 << 5))
    bot = await start_bot(place.folder, place.control, HANDRAIL_LOG_LEVEL="DEBUG")
    await until_ready(place.box)
    card = (await mod.slash(room, "setup", channel=room, zone="UTC", at="08:00")).shown
    assert card is not None
    await mod.press(card, "Save")
    place.clock.advance(timedelta(hours=1))
    while len(mod.sees(room)) < 2:
        await asyncio.sleep(0.05)
    prompt = mod.sees(room)[-1]
    await mod.reply(prompt, "quokka")
    await mod.say(room, "quokka again")
    asked = (await mod.press(prompt, "Check in")).shown
    assert asked is not None
    form = await say_yes(mod, asked)
    await mod.submit(form, {"How are you?": "2 · hard", "A line for yourself": "tapir"})
    await place.box.quiet()
    code, said = await end(bot)
    kept = b"".join(path.read_bytes() for path in (place.folder / "data").iterdir())
    assert code == 0
    assert "connected to Gateway" in said
    for word in (*SEEDED, place.box.token, str(mod.id)):
        assert word not in said
        assert word.encode() not in kept


async def with_a_group(place: Place) -> tuple[Process, Channel, Person]:
    """Start the bot and have a group set up that is asked at 08:00 UTC, an hour from now."""
    guild = place.box.world.add_guild("Harbour")
    room = guild.add_channel("room")
    place.box.world.install_bot(guild)
    mod = place.box.person(guild.add_member("Mo", permissions=1 << 5))
    bot = await start_bot(place.folder, place.control)
    await until_ready(place.box)
    card = (await mod.slash(room, "setup", channel=room, zone="UTC", at="08:00")).shown
    assert card is not None
    await mod.press(card, "Save")
    await place.box.quiet()
    return bot, room, mod


async def test_a_token_that_is_reset_meanwhile_ends_the_bot_with_78(place: Place) -> None:
    bot, _, _ = await with_a_group(place)
    place.box.faults.arm("unauthorized", times=3, route=POST)
    place.clock.advance(timedelta(hours=1))
    code, said = await ended(bot)
    assert code == 78, said
    assert "Discord no longer takes this DISCORD_TOKEN" in said
    assert len([one for one in place.box.requests if one.status == 401]) == 1


async def test_a_prompt_on_its_way_arrives_although_the_bot_is_told_to_stop(place: Place) -> None:
    bot, room, mod = await with_a_group(place)
    place.box.faults.arm("slow", route=POST, seconds=2.0)
    place.clock.advance(timedelta(hours=1))
    while not any(one.fault == "slow" for one in place.box.requests):
        await asyncio.sleep(0.02)
    code, said = await end(bot)
    assert code == 0, said
    assert [one.buttons for one in mod.sees(room)][-1] == ["Check in"]
    with closing(sqlite3.connect(place.folder / "data" / "handrail.db")) as sql:
        assert sql.execute("SELECT state FROM outbox").fetchall() == [("SENT",)]


class NoGateway(ToSandbox):
    """REST can be reached, the gateway cannot."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host.startswith("gateway"):
            raise OSError("closed for today")
        return await super().resolve(host, port, family)


async def test_a_gateway_that_is_shut_at_first_is_an_outage_and_not_a_crash(place: Place) -> None:
    connector = aiohttp.TCPConnector(
        resolver=NoGateway(place.box.port),
        ssl=ssl.create_default_context(cadata=place.box.ca_pem),
        use_dns_cache=False,
    )
    settings = Settings(
        place.box.token, bytes(32), place.folder / "data", "INFO", 5.0, place.control, None
    )
    async with handrail(settings, place.clock, connector=connector) as bot:
        await log_in(bot, place.box.token)
        with pytest.raises(UnreachableError, match="gateway"):
            await stay_connected(bot, asyncio.Event())
