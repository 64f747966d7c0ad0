"""How long somebody waits for /crisis while others press the bot's buttons, beside a bare /ping.

The presses come on time whether or not the ones before are answered; /crisis and /ping are asked
in turns under the same load. People, Discord's part and both bots share one event loop here. What
the sandbox keeps on record grows with each press; the collector is kept from reading it over again,
which a bot beside the real Discord never has to.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from benchmarks.press_to_answer import agree, answered, pinging
from benchmarks.table import Row
from sandbox.clock import MovableClock
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.things import Channel, Message
from tests.dialogue.stage import TUESDAY, Stage

PRESSES = 167
"""A second: 10,000 people in one minute."""

PEOPLE = 100
ASKS = 500
ROUNDS = 3
WARM_UP = 50
BETWEEN_FREEZES = 25
LIMIT = 100.0
PAUSE = 0.01
"""Seconds between two asks, so that they fall anywhere between the presses."""

Ask = Callable[[], Awaitable[None]]


class Load:
    """Presses "Check in" so many times a second, each by the next person."""

    def __init__(self, prompt: Message, people: list[Person]) -> None:
        self._prompt = prompt
        self._people = cycle(people)
        self._going: set[asyncio.Task[None]] = set()
        self._ended = False
        self.pressed = 0

    async def run(self) -> float:
        """Press until `end`; return how many presses a second were made and answered."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while not self._ended:
            while self.pressed < (loop.time() - begun) * PRESSES:
                self.pressed += 1
                press = asyncio.create_task(self._press(next(self._people)))
                self._going.add(press)
                press.add_done_callback(self._going.discard)
            await asyncio.sleep(1 / PRESSES)
        # those not yet answered count with the time they still take
        await asyncio.gather(*self._going)
        return self.pressed / (loop.time() - begun)

    def end(self) -> None:
        self._ended = True

    async def _press(self, who: Person) -> None:
        answered(await who.press(self._prompt, "Check in"))


async def run() -> list[Row]:
    """Time /crisis and /ping under the load; the round with the best p99 of /crisis counts."""
    async with pinging() as ping, _under_load() as (crisis, load):
        gc.collect()
        gc.freeze()
        pressing = asyncio.create_task(load.run())
        await _in_turns(crisis, ping, asks=WARM_UP)
        rounds = [await _in_turns(crisis, ping, asks=ASKS) for _ in range(ROUNDS)]
        load.end()
        rate = await pressing
        gc.unfreeze()
    if rate < PRESSES * 0.98:
        raise RuntimeError(f"only {rate:.0f} of {PRESSES} presses a second were answered")
    ours, bare = min(rounds)
    name = f"p99 of /crisis, {PRESSES} presses a second beside it"
    return [
        Row(name, f"{ours:.1f} ms", "its limit", f"{LIMIT:.0f} ms", ours / LIMIT, "<= 1"),
        Row("the same", f"{ours:.1f} ms", "p99 of a bare /ping", f"{bare:.1f} ms", ours / bare, ""),
    ]


@asynccontextmanager
async def _under_load() -> AsyncIterator[tuple[Ask, Load]]:
    clock = MovableClock(TUESDAY)
    with TemporaryDirectory() as folder:
        async with Sandbox.open(clock, patience=30.0) as box:
            stage = Stage(box, clock, Path(folder))
            people = [
                box.person(stage.guild.add_member(f"Person {number}")) for number in range(PEOPLE)
            ]
            asking = box.person(stage.guild.add_member("Dee"))
            await stage.start_bot()
            prompt = await stage.prompt()
            for who in people:
                await agree(who, prompt)
            await box.quiet()
            yield _crisis(asking, stage.hall), Load(prompt, people)
            await box.quiet()
            await stage.stop_bot()


def _crisis(who: Person, where: Channel) -> Ask:
    async def ask() -> None:
        shown = answered(await who.slash(where, "crisis")).shown
        assert shown is not None
        assert "911" in shown.content, shown.content

    return ask


async def _in_turns(crisis: Ask, ping: Ask, asks: int) -> tuple[float, float]:
    """Return the 99th percentile of each in milliseconds."""
    loop = asyncio.get_running_loop()
    times: dict[Ask, list[float]] = {crisis: [], ping: []}
    for number in range(asks):
        if number % BETWEEN_FREEZES == 0:
            gc.freeze()
        for ask, mine in times.items():
            begun = loop.time()
            await ask()
            mine.append((loop.time() - begun) * 1000)
            await asyncio.sleep(PAUSE)
    return _p99(times[crisis]), _p99(times[ping])


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[-1]
