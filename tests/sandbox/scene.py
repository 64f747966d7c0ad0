"""A small bot of the tests' own on the unmodified library, in a server with two people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands

from sandbox.clock import MovableClock
from sandbox.people import Person
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.things import Channel
from sandbox.world import Guild
from tests.sandbox.resolver import connector_to

START = datetime(2026, 8, 6, 9, tzinfo=UTC)
PLAIN = discord.Intents(
    guilds=True, guild_messages=True, dm_messages=True, guild_reactions=True, dm_reactions=True
)


class TinyBot(discord.Client):
    """Keeps what it heard."""

    def __init__(self, box: Sandbox, intents: discord.Intents = PLAIN, **options: Any) -> None:
        super().__init__(
            intents=intents,
            connector=connector_to(box),
            guild_ready_timeout=0,
            max_ratelimit_timeout=60,
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.events: list[str] = []
        self.ready_count = 0
        self.is_up = asyncio.Event()
        self.resumed = asyncio.Event()

    async def on_ready(self) -> None:
        self.ready_count += 1
        self.is_up.set()

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def on_socket_event_type(self, name: str) -> None:
        self.events.append(name)


class Scene:
    """The sandbox with a server in it: Harbour, with #check-in, Ana and Mo (who may manage it)."""

    def __init__(self, box: Sandbox, clock: MovableClock) -> None:
        self.box = box
        self.clock = clock
        self.guild: Guild = box.world.add_guild("Harbour")
        self.channel: Channel = self.guild.add_channel("check-in")
        box.world.install_bot(self.guild)
        self.ana: Person = box.person(self.guild.add_member("Ana"))
        self.mo: Person = box.person(
            self.guild.add_member("Mo", permissions=Permission.MANAGE_GUILD)
        )

    def in_channel(self, bot: discord.Client) -> discord.PartialMessageable:
        return bot.get_partial_messageable(self.channel.id, guild_id=self.guild.id)

    def said(self) -> list[str]:
        return [message.text for message in self.ana.sees(self.channel)]


@asynccontextmanager
async def connected(bot: TinyBot, box: Sandbox) -> AsyncIterator[TinyBot]:
    """Log in, sync the commands, stay connected, and leave in order."""
    staying = None
    try:
        await bot.login(box.token)
        if bot.tree.get_commands():
            await bot.tree.sync()
        staying = asyncio.create_task(bot.connect())
        up = asyncio.create_task(bot.is_up.wait())
        await asyncio.wait({staying, up}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        if staying.done():
            up.cancel()
            staying.result()
        yield bot
    finally:
        await bot.close()
        if staying is not None:
            await asyncio.wait({staying}, timeout=10)


async def channel_of(scene: Scene, bot: TinyBot) -> discord.TextChannel:
    found = await bot.fetch_channel(scene.channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def eventually(condition: Any, within: float = 10.0) -> None:
    """Wait for a condition; the limit only ends a test that has failed."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + within
    while not condition():
        assert loop.time() < ends, "it did not happen"
        await asyncio.sleep(0.005)
