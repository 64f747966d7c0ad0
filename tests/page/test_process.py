"""`python -m sandbox` as a process: what it prints, and how it ends."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


async def start(*options: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *options, cwd=PROJECT, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )


async def ready(process: Process) -> dict[str, str]:
    assert process.stdout
    word, told = (await process.stdout.readline()).decode().split(" ", 1)
    assert word == "READY"
    addresses: dict[str, str] = json.loads(told)
    return addresses


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, None])
async def test_it_says_where_it_is_and_ends_without_a_word(number: signal.Signals | None) -> None:
    process = await start("--story", "empty")
    addresses = await ready(process)
    assert addresses["url"].startswith("http://127.0.0.1:")
    assert addresses["url"].endswith("/")
    assert not addresses["control"].endswith("/")
    if number:
        process.send_signal(number)
    else:
        assert process.stdin
        process.stdin.close()
    out, errors = await process.communicate()
    assert (process.returncode, out, errors) == (0, b"", b"")


async def test_a_taken_port_is_one_clear_sentence() -> None:
    first = await start()
    port = (await ready(first))["url"].split(":")[2].split("/")[0]
    second = await start("--port", port)
    out, errors = await second.communicate()
    first.terminate()
    await first.communicate()
    assert (second.returncode, out) == (1, b"")
    assert errors.startswith(b"The page could not be opened")
    assert errors.count(b"\n") == 1
