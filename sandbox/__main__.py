"""`python -m sandbox`: a Discord on this computer, with a page to look at it. Composition root.

It prints one line `READY {json}` when both are open, and `RESTART BOT` when the page asks for that.
It ends on SIGINT, on SIGTERM, or when its standard input closes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from sandbox.clock import MovableClock
from sandbox.controls import Controls
from sandbox.journal import Journal
from sandbox.page_server import PageServer
from sandbox.residents import Residents
from sandbox.server import Sandbox
from sandbox.story import Story, empty, opening, set_up_check_in, tuesday
from sandbox.view import Look, Scene
from sandbox.visits import Visits


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the page's port; any free one if 0")
    parser.add_argument("--story", choices=("tuesday", "empty"), default="tuesday")
    parser.add_argument("--no-residents", action="store_true", help="nobody acts by themselves")
    parser.add_argument("--seed", type=int, default=None, help="let chance repeat itself")
    asked = parser.parse_args(arguments)
    return asyncio.run(_run(asked))


async def _run(asked: argparse.Namespace) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, ended.set)
    _end_with_input(loop, ended)
    wall = datetime.now(UTC)  # noqa: TID251 - the one place that starts the sandbox's clock
    try:
        async with serving(asked, wall) as served:
            page = served.page
            print("READY", json.dumps({"url": page.url, "control": page.control}), flush=True)
            await ended.wait()
    except OSError as error:
        print(f"The page could not be opened: {error}", file=sys.stderr)
        return 1
    return 0


@dataclass(frozen=True, slots=True)
class Served:
    """What is open while the sandbox runs."""

    box: Sandbox
    story: Story
    scene: Scene
    page: PageServer
    visits: Visits


@asynccontextmanager
async def serving(asked: argparse.Namespace, wall: datetime) -> AsyncIterator[Served]:
    """Open the world, its Discord, its page and its people; close them in the reverse order."""
    async with AsyncExitStack() as stack:
        begins = opening(wall) if asked.story == "tuesday" else wall
        clock = MovableClock(begins, asyncio.get_running_loop().time)
        box = await stack.enter_async_context(Sandbox.open(clock))
        story = tuesday(box.world, clock) if asked.story == "tuesday" else empty(box.world)
        scene = Scene(box.world, story.guild, story.zones, story.moderators, hints=story.hints)
        journal = Journal(clock.now)
        people = () if asked.no_residents else story.residents
        residents = Residents(box.world, people, box.person, Random(asked.seed))  # noqa: S311 - no secret hangs on it
        stack.push_async_callback(residents.close)
        controls = Controls(scene, clock, box.faults, _restart_bot, journal.note)
        begin = Look(story.you.user, story.start)
        visits = Visits(box, scene, begin, controls, journal, residents.step_back)
        page = PageServer(box, scene, visits)
        await page.open(asked.port)
        stack.push_async_callback(page.close)
        if story.on_duty and not asked.no_residents:
            await stack.enter_async_context(_first_duty(box, story))
        yield Served(box, story, scene, page, visits)


@asynccontextmanager
async def _first_duty(box: Sandbox, story: Story) -> AsyncIterator[None]:
    assert story.on_duty
    person = box.person(story.on_duty)
    duty = asyncio.create_task(set_up_check_in(story, box.world, person, lambda: box.hub.listening))
    try:
        yield
    finally:
        duty.cancel()
        await asyncio.wait({duty})


def _restart_bot() -> None:
    print("RESTART BOT", flush=True)


def _end_with_input(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    """Whoever started us holds our input open; when it closes, nobody is there any more."""

    def read() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            ended.set()

    try:
        descriptor = sys.stdin.fileno()
        loop.add_reader(descriptor, read)
    except (OSError, ValueError, AttributeError):
        # a plain file, /dev/null or nothing at all never closes: signals are left
        return


if __name__ == "__main__":
    sys.exit(main())
