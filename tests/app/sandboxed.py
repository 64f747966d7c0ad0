"""`python -m bot run` as its own process, against a sandbox in the test's loop."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from sandbox.clock import Clock
from sandbox.server import Sandbox

PROJECT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def control_of(box: Sandbox, clock: Clock, *, port: int | None = None) -> AsyncIterator[str]:
    """Serve the two control routes that the bot asks for, and yield their address."""

    async def link(_: web.Request) -> web.Response:
        told = {"port": port or box.port, "ca": box.ca_pem, "token": box.token}
        return web.json_response(told)

    async def now(_: web.Request) -> web.Response:
        return web.json_response({"now": clock.now().isoformat()})

    app = web.Application()
    app.add_routes([web.get("/abc/link", link), web.post("/abc/clock", now)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"{site.name}/abc"
    finally:
        await runner.cleanup()


async def start_bot(folder: Path, control: str, **environment: str) -> Process:
    ours = {
        "PYTHONPATH": str(PROJECT),
        "HANDRAIL_SANDBOX_URL": control,
        "HANDRAIL_TICK_SECONDS": "0.1",
        "HANDRAIL_KEY": "5a" * 32,
        "HANDRAIL_BACKUPS": "off",
        "DISCORD_TOKEN": "",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,
        env=dict(os.environ) | ours | environment,
        stdout=PIPE,
        stderr=PIPE,
    )


async def until_ready(box: Sandbox) -> None:
    """Wait until the bot's gateway session stands."""
    for _ in range(600):
        # a bot that has gone stays known for a while, in case it comes back to its session
        if any(session.frames is not None for session in box.hub.sessions.values()):
            await box.quiet()
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("the bot did not come")


async def end(bot: Process) -> tuple[int, str]:
    """End the bot as an init system does; return its exit code and all it said."""
    bot.send_signal(signal.SIGTERM)
    return await ended(bot)


async def ended(bot: Process) -> tuple[int, str]:
    """Wait for the end; return exit code and all that was said."""
    out, err = await bot.communicate()
    assert bot.returncode is not None
    return bot.returncode, (out + err).decode()
