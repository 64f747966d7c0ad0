"""`doctor --online` as a host runs it: its own process, a sandbox for Discord, an exit code."""

import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import discord
import pytest

from bot.doctor_online import of_clock, of_switches
from bot.domain.ids import ChannelId, GuildId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from bot.services.groups import Groups
from bot.store.host_key import HostKey
from bot.store.store import open_store
from sandbox.clock import MovableClock
from sandbox.permissions import Overwrite, Permission
from sandbox.server import Sandbox
from sandbox.things import Channel
from sandbox.world import Guild
from tests.app.sandboxed import PROJECT, control_of, ended
from tests.public_messages import guarded_sandbox

KEY = "5a" * 32
NINE = Schedule("Europe/Berlin", time(9), EVERY_DAY)


@dataclass
class Place:
    """A folder with a database, and the server that its group is in."""

    box: Sandbox
    control: str
    folder: Path
    guild: Guild
    room: Channel
    groups: Groups

    async def doctor(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run it; return its exit code and all it said."""
        ours = {
            "PYTHONPATH": str(PROJECT),
            "HANDRAIL_SANDBOX_URL": self.control,
            "HANDRAIL_KEY": KEY,
            "DISCORD_TOKEN": "",
        }
        process = await create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "doctor", *arguments),
            cwd=self.folder,
            env=dict(os.environ) | ours | environment,
            stdout=PIPE,
            stderr=PIPE,
        )
        return await ended(process)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with a_place(tmp_path) as made:
        yield made


@asynccontextmanager
async def a_place(folder: Path) -> AsyncIterator[Place]:
    clock = MovableClock(datetime.now(UTC))  # noqa: TID251 - as the process beside us does
    key = HostKey(bytes.fromhex(KEY), os.urandom)
    (folder / "data").mkdir(mode=0o700)
    async with guarded_sandbox(clock) as box, control_of(box, clock) as control:
        guild = box.world.add_guild("Harbour")
        room = guild.add_channel("check-in")
        box.world.install_bot(guild)
        async with open_store(folder / "data" / "handrail.db", key) as store:
            groups = Groups(store, clock)
            await groups.set_up(GuildId(guild.id), ChannelId(room.id), NINE)
            yield Place(box, control, folder, guild, room, groups)


async def test_a_healthy_bot_is_told_so_while_it_runs(place: Place) -> None:
    code, said = await place.doctor("--online")
    assert code == 0, said
    assert "ok    Discord takes the token" in said
    assert "ok    no privileged intent is switched on" in said
    assert "ok    this computer's clock agrees with Discord's" in said
    assert "ok    group 1: its channel and every permission are there" in said
    for told in (place.box.token, KEY, str(place.guild.id), str(place.room.id), "Harbour"):
        assert told not in said


async def test_it_asks_by_rest_only_and_changes_nothing(place: Place) -> None:
    await place.doctor("--online")
    assert place.box.requests
    assert {seen.method for seen in place.box.requests} == {"GET"}
    assert not place.box.hub.listening


async def test_offline_it_asks_discord_nothing(place: Place) -> None:
    code, said = await place.doctor()
    assert code == 0, said
    assert not place.box.requests


@pytest.mark.parametrize(
    ("denied", "name", "code"),
    [
        (Permission.VIEW_CHANNEL, "View Channel", 3),
        (Permission.SEND_MESSAGES, "Send Messages", 3),
        (Permission.READ_MESSAGE_HISTORY, "Read Message History", 0),
        (Permission.ADD_REACTIONS, "Add Reactions", 0),
    ],
)
async def test_each_missing_permission_is_named(
    place: Place, denied: int, name: str, code: int
) -> None:
    everyone = Overwrite(place.guild.id, "role", deny=denied)
    place.room.overwrites[place.guild.id] = everyone
    found, said = await place.doctor("--online")
    assert found == code, said
    assert f"group 1: a moderator has to allow {name} in its channel" in said


async def test_a_channel_that_is_gone_needs_a_person(place: Place) -> None:
    place.box.world.delete_channel(place.room)
    code, said = await place.doctor("--online")
    assert code == 3, said
    assert "WRONG group 1: its channel is gone" in said


async def test_a_group_that_rests_already_is_only_noted(place: Place) -> None:
    await place.groups.channel_gone(ChannelId(place.room.id))
    place.box.world.delete_channel(place.room)
    code, said = await place.doctor("--online")
    assert code == 0, said
    assert "note  group 1 (rests: channel-gone): its channel is gone" in said


async def test_a_server_that_sent_the_bot_away_is_named(place: Place) -> None:
    place.box.world.remove_bot(place.guild)
    code, said = await place.doctor("--online")
    assert code == 3, said
    assert "WRONG group 1: the bot is not in its server" in said


async def test_a_token_that_discord_does_not_know_is_a_setting(place: Place) -> None:
    code, said = await place.doctor("--online", DISCORD_TOKEN="sandbox.made-up")
    assert code == 78, said
    assert "Discord does not know this DISCORD_TOKEN" in said
    assert "made-up" not in said


async def test_a_discord_that_cannot_be_reached_is_this_computers_matter(place: Place) -> None:
    code, said = await place.doctor("--online", HANDRAIL_SANDBOX_URL="http://127.0.0.1:9/none")
    assert code == 1, said
    assert "Discord cannot be reached from here" in said


async def test_wrong_settings_are_said_before_discord_is_asked(place: Place) -> None:
    code, said = await place.doctor("--online", HANDRAIL_LOG_LEVEL="loud")
    assert code == 78
    assert "HANDRAIL_LOG_LEVEL" in said
    assert not place.box.requests


@pytest.mark.parametrize(
    ("skew", "level", "code"),
    [
        ([0.4, -3.0], "ok", 0),
        ([9.0, 8.0], "note", 0),
        ([-400.0, -399.6], "WRONG", 1),
        ([], "note", 0),
    ],
)
def test_a_clock_is_judged_by_the_answer_that_agrees_best(
    skew: list[float], level: str, code: int
) -> None:
    [found] = of_clock(skew)
    assert (found.level, found.exit_code) == (level, code)


def test_an_intent_that_is_switched_on_is_named() -> None:
    flags = discord.ApplicationFlags(gateway_message_content_limited=True)
    [found] = of_switches(flags)
    assert found.level == "note"
    assert "Message Content" in found.sentence
    assert "Presence" not in found.sentence
