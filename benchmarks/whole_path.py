"""Check-ins a second from the form to the kept answer, through discord.py, beside the store alone.

The store must not be what a member waits for. The sandbox runs on the same cores as the bot, so
the whole path is slower here than it is where Discord is somebody else's computer.
"""

import asyncio
import gc
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.check_ins import store_alone
from benchmarks.press_to_answer import agree, answered
from benchmarks.table import Row
from sandbox.clock import MovableClock
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.things import Message
from tests.dialogue.stage import TUESDAY, Stage

PEOPLE = 200
ROUNDS = 3


async def run() -> list[Row]:
    """Send 200 forms at once; the peer is the store's own rate in the same run."""
    alone = await store_alone()
    clock = MovableClock(TUESDAY)
    with TemporaryDirectory() as folder:
        async with Sandbox.open(clock, patience=30.0) as box:
            stage = Stage(box, clock, Path(folder))
            people = [
                box.person(stage.guild.add_member(f"Person {number}")) for number in range(PEOPLE)
            ]
            await stage.start_bot()
            prompt = await stage.prompt()
            for who in people:
                await agree(who, prompt)
            gc.collect()
            gc.freeze()
            whole = max([await _rate(stage, prompt, people) for _ in range(ROUNDS)])
            gc.unfreeze()
            await stage.stop_bot()
    return [
        Row(
            "check-ins a second the store takes",
            f"{alone:,.0f}",
            "the whole path through discord.py, 200 at once",
            f"{whole:,.0f}",
            alone / whole,
            ">= 2.50",
        )
    ]


async def _rate(stage: Stage, prompt: Message, people: list[Person]) -> float:
    loop = asyncio.get_running_loop()
    forms = [answered(await who.press(prompt, "Check in")) for who in people]
    await stage.box.quiet()
    begun = loop.time()
    answers = await asyncio.gather(
        *(who.submit(form, {"How are you?": "5"}) for who, form in zip(people, forms, strict=True))
    )
    seconds = loop.time() - begun
    for answer in answers:
        answered(answer)
    await stage.box.quiet()
    return len(people) / seconds
