"""How fast 2,500 prompts that are due in the same minute leave, under Discord's 50 a second.

The sandbox plays Discord with its real limits; a request too many would come back as a 429.
"""

import asyncio
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.table import Row
from bot.domain.ids import ChannelId, GuildId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from sandbox.clock import MovableClock
from sandbox.server import Sandbox
from sandbox.things import Json
from tests.dialogue.stage import TUESDAY, Stage

GROUPS = 2_500
LIMIT = 50.0
NINE = Schedule("Europe/Berlin", time(9), EVERY_DAY)


async def run() -> list[Row]:
    """Post them all and count requests refused; the peer is the limit itself."""
    clock = MovableClock(TUESDAY)
    with TemporaryDirectory() as folder:
        async with Sandbox.open(clock, profile="real") as box:
            stage = Stage(box, clock, Path(folder))
            channels = [stage.guild.add_channel(f"group-{number}") for number in range(GROUPS)]
            await stage.start_bot()
            guild = GuildId(stage.guild.id)
            await asyncio.gather(
                *(stage.bot.groups.set_up(guild, ChannelId(one.id), NINE) for one in channels)
            )
            moments = await _posted(stage)
            refused = sum(seen.status == 429 for seen in box.requests)
            await stage.stop_bot()
    rate = (len(moments) - 1) / (moments[-1] - moments[0])
    return [
        Row(
            f"{GROUPS:,} groups due in one minute: prompts a second",
            f"{rate:.1f} ({len(moments):,} posted, {refused} refused)",
            "Discord's limit",
            f"{LIMIT:.0f}",
            rate / LIMIT,
            ">= 0.94, none refused",
        )
    ]


async def _posted(stage: Stage) -> list[float]:
    """Return the moment of each prompt on the loop's clock."""
    loop = asyncio.get_running_loop()
    moments: list[float] = []

    def note(kind: str, _: Json) -> None:
        if kind == "MESSAGE_CREATE":
            moments.append(loop.time())

    forget = stage.box.subscribe(note)
    stage.clock.advance(timedelta(hours=1))
    while len(moments) < GROUPS:
        before = len(moments)
        await stage.bot.ticker.tick_now()
        if len(moments) == before:
            break
    forget()
    return moments
