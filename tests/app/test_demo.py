"""`demo` as a newcomer meets it: one line to open, a page behind it, and a clean end."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp
import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_says_where_it_is_and_ends_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        cwd=tmp_path,
        env=dict(os.environ)
        | {"PYTHONPATH": str(PROJECT), "DEMO_OPEN": "0", "TMPDIR": str(tmp_path)},
        stdout=PIPE,
        stderr=PIPE,
    )
    assert demo.stdout is not None
    line = (await demo.stdout.readline()).decode()
    assert line.startswith("Open http://127.0.0.1:")
    async with aiohttp.ClientSession() as http, http.get(line.split()[1]) as page:
        assert page.status == 200
    assert len(list(tmp_path.iterdir())) == 1
    demo.send_signal(number)
    _, said = await demo.communicate()
    assert (demo.returncode, said.decode()) == (0, "")
    assert list(tmp_path.iterdir()) == []


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        cwd=tmp_path,
        env=dict(os.environ)
        | {"PYTHONPATH": str(PROJECT), "DEMO_OPEN": "0", "DEMO_PORT": str(port)},
        stdout=PIPE,
        stderr=PIPE,
    )
    said, _ = await demo.communicate()
    taken.close()
    await taken.wait_closed()
    assert demo.returncode == 1
    assert "Is another demo using its port?" in said.decode()
