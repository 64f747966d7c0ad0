"""Whole processes: one at a time, able to end, and killed without losing what was acknowledged."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.store.errors import StoreRefused
from bot.store.host_key import HostKey
from bot.store.store import open_store
from bot.store.tables import facts as facts_table

PROJECT = Path(__file__).resolve().parents[2]

OPENING = """
import asyncio, os, sys
from pathlib import Path
from bot.store import facts
from bot.store.host_key import HostKey
from bot.store.store import open_store
host_key = HostKey(bytes(range(32)), os.urandom)
path = Path(sys.argv[1])
"""

ENDS_BY_EXCEPTION = """
async def main():
    async with open_store(path, host_key) as store:
        await store.write(facts.put, "f", "whole")
        raise LookupError("the end")
asyncio.run(main())
"""

ENDS_FROM_A_TASK = """
async def leave(store):
    await store.write(facts.put, "f", "whole")
    sys.exit("LookupError: the end")
async def main():
    async with open_store(path, host_key) as store:
        task = asyncio.create_task(leave(store))
        while True:
            await store.write(facts.put, "g", "whole")
asyncio.run(main())
"""

NEVER_CLOSES = """
async def main():
    store = await open_store(path, host_key).__aenter__()
    await store.write(facts.put, "f", "whole")
    raise LookupError("the end")
asyncio.run(main())
"""

WRITES_UNTIL_KILLED = """
async def writer(store, number):
    for turn in range(100_000):
        name = f"f{number}-{turn}"
        await store.write(facts.put, name, "whole")
        os.write(1, (name + "\\n").encode())
async def main():
    async with open_store(path, host_key) as store:
        await asyncio.gather(*(writer(store, number) for number in range(20)))
asyncio.run(main())
"""

HOLDS = """
async def main():
    async with open_store(path, host_key):
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(main())
"""


def start(script: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own script
        [sys.executable, "-c", OPENING + script, str(path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("script", [ENDS_BY_EXCEPTION, ENDS_FROM_A_TASK, NEVER_CLOSES])
def test_a_process_that_ends_by_an_exception_ends(script: str, path: Path) -> None:
    with start(script, path) as process:
        # A hang would last for ever: the limit only ends the test.
        _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "LookupError: the end" in said


async def test_a_second_process_is_refused(path: Path, host_key: HostKey) -> None:
    with start(HOLDS, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(StoreRefused, match="Another Handrail is already running"):
            async with open_store(path, host_key):
                pass
        process.communicate("", timeout=20)
    async with open_store(path, host_key):
        pass


def names(conn: Connection) -> set[str]:
    return set(conn.execute(select(facts_table.c.name)).scalars())


async def test_kill_9_loses_nothing_that_was_acknowledged(path: Path, host_key: HostKey) -> None:
    luck = random.Random(7)
    acknowledged: set[str] = set()
    for _ in range(8):
        with start(WRITES_UNTIL_KILLED, path) as process:
            assert process.stdout is not None
            for _line in range(luck.randrange(1, 400)):
                acknowledged.add(process.stdout.readline().strip())
            os.kill(process.pid, signal.SIGKILL)
            whole_lines = process.stdout.read().splitlines(keepends=True)
            acknowledged |= {line.strip() for line in whole_lines if line.endswith("\n")}
        async with open_store(path, host_key) as store:
            kept = await store.read(names)
            sound = await store.read(
                lambda conn: conn.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            )
        assert acknowledged <= kept
        assert sound == "ok"
