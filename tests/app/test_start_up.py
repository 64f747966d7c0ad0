"""Starting with a broken part: nothing ends the start, and a step that failed is taken again."""

import asyncio
import logging

import pytest

from bot.start_up import StartUp


async def until(done: asyncio.Event) -> None:
    task = asyncio.create_task(done.wait())
    finished, _ = await asyncio.wait({task}, timeout=10)
    assert finished


async def test_a_step_that_works_is_taken_once() -> None:
    taken = []

    async def step() -> None:
        taken.append(1)

    start_up = StartUp(first_pause=0.001)
    await start_up.begin("a thing", step)
    await start_up.close(1)
    assert taken == [1]


async def test_a_step_that_did_not_work_is_taken_until_it_does(
    caplog: pytest.LogCaptureFixture,
) -> None:
    taken, worked = [], asyncio.Event()

    async def step() -> None:
        taken.append(1)
        if len(taken) < 4:
            raise OSError(28, "No space left on device")
        worked.set()

    start_up = StartUp(first_pause=0.001)
    with caplog.at_level(logging.WARNING, logger="handrail"):
        await start_up.begin("a thing", step)
        assert taken == [1]
        await until(worked)
        await start_up.close(1)
    assert len(taken) == 4
    assert sum("a thing: did not start" in line for line in caplog.messages) == 3
    assert caplog.messages[-1] == "a thing: started after all"


async def test_a_bot_that_is_told_to_stop_takes_no_step_again() -> None:
    taken = []

    async def step() -> None:
        taken.append(1)
        raise OSError

    start_up = StartUp(first_pause=60)
    await start_up.begin("a thing", step)
    await start_up.close(10)
    assert taken == [1]
    assert len(asyncio.all_tasks()) == 1


async def test_a_step_in_flight_is_waited_for_and_not_cancelled() -> None:
    again, go, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def step() -> None:
        if not again.is_set():
            again.set()
            raise OSError
        await go.wait()
        ended.set()

    start_up = StartUp(first_pause=0.001)
    await start_up.begin("a thing", step)
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(start_up.close(10))
    await asyncio.sleep(0)
    go.set()
    await closing
    assert ended.is_set()
