"""How long a member waits for the bot, beside a bare bot that only says "pong".

Both are real clients on the same sandbox, asked in turns; medians of the same number of rounds.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp
import discord

from benchmarks.table import Row
from bot.sandbox_link import sandbox_connector
from sandbox.clock import MovableClock
from sandbox.interactions import Answer
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.things import Message
from tests.dialogue.stage import TUESDAY, Stage, say_yes

ROUNDS = 300
WARM_UP = 20
AFTERWARDS = 500
TARGET = "<= 2"


class Pong(discord.Client):
    """The least that a bot can be."""

    def __init__(self, connector: aiohttp.BaseConnector) -> None:
        super().__init__(intents=discord.Intents(guilds=True), connector=connector)
        self.tree = discord.app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @self.tree.command(name="ping", description="Says pong.")
        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("pong", ephemeral=True)

        await self.tree.sync()


async def run() -> list[Row]:
    """Time a press that opens the form, and a form that is kept, each beside a /ping."""
    async with pinging() as ping, _checking_in() as (press, submit):
        # as the running bot does; otherwise the collector's pauses are all one sees
        gc.collect()
        gc.freeze()
        bare, opened, kept = await _in_turns(ping, press, submit)
        gc.unfreeze()
    return [
        _row("press to form", opened, bare),
        _row("form to answer, kept durably", kept, bare, "it commits; /ping does not"),
    ]


def _row(name: str, ours: float, bare: float, target: str = TARGET) -> Row:
    return Row(name, f"{ours:.2f} ms", "a bare /ping", f"{bare:.2f} ms", ours / bare, target)


@asynccontextmanager
async def pinging() -> AsyncIterator[Callable[[], Awaitable[None]]]:
    clock = MovableClock(TUESDAY)
    async with Sandbox.open(clock) as box:
        guild = box.world.add_guild("Harbour")
        room = guild.add_channel("hall")
        ana = box.person(guild.add_member("Ana"))
        box.world.install_bot(guild)
        client = Pong(sandbox_connector(box.port, box.ca_pem))
        await client.login(box.token)
        connection = asyncio.create_task(client.connect())
        await client.wait_until_ready()

        async def ping() -> None:
            answered(await ana.slash(room, "ping"))

        try:
            yield ping
        finally:
            await client.close()
            await asyncio.wait({connection})


@asynccontextmanager
async def _checking_in() -> AsyncIterator[
    tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]
]:
    clock = MovableClock(TUESDAY)
    with TemporaryDirectory() as folder:
        async with Sandbox.open(clock) as box:
            stage = Stage(box, clock, Path(folder))
            await stage.start_bot()
            prompt = await stage.prompt()
            await agree(stage.ana, prompt)
            await box.quiet()
            form: Answer | None = None
            moods = iter(range(10**9))

            async def press() -> None:
                nonlocal form
                form = answered(await stage.ana.press(prompt, "Check in"))

            async def submit() -> None:
                assert form is not None
                assert form.modal is not None
                # sent again and again, each time with another answer: each is a write of its own
                form.modal.sent = False
                mood = str(3 + next(moods) % 3)
                answered(await stage.ana.submit(form, {"How are you?": mood}))

            yield press, submit
            await box.quiet()
            await stage.stop_bot()


async def agree(who: Person, prompt: Message) -> None:
    card = answered(await who.press(prompt, "Check in"))
    assert card.shown is not None
    form = answered(await say_yes(who, card.shown))
    answered(await who.submit(form, {"How are you?": "4"}))


def answered(answer: Answer) -> Answer:
    assert answer.error is None, answer.error
    return answer


async def _in_turns(*asks: Callable[[], Awaitable[None]]) -> list[float]:
    """Return the median time of each call in milliseconds; every round has all of them."""
    loop = asyncio.get_running_loop()
    times: list[list[float]] = [[] for _ in asks]
    for number in range(WARM_UP + ROUNDS):
        for ask, mine in zip(asks, times, strict=True):
            begun = loop.time()
            await ask()
            if number >= WARM_UP:
                mine.append((loop.time() - begun) * 1000)
            # what follows an answer (the private "saved") ends before the next one
            for _ in range(AFTERWARDS):
                await asyncio.sleep(0)
    return [median(mine) for mine in times]
