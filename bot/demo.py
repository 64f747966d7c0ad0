"""`demo`: the bot and a Discord of its own, as two processes that live and end together.

The data folder and its key are temporary and go with them. The bot meets the sandbox through its
settings.
"""

import asyncio
import json
import os
import signal
import sys
import webbrowser
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.endings import EXIT_SETTINGS
from bot.store.host_key import make_key_file

END_SECONDS = 15.0
"""How long a process may take to end by itself; then it is ended."""

SHORT_LIFE_SECONDS = 5.0
MOST_SHORT_LIVES = 5


class Demo:
    """Two processes: the sandbox, and the bot, which may be started anew at any time."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = dict(environment)
        self._data = folder / "data"
        self._key = folder / "demo.key"
        make_key_file(self._key, self._data, os.urandom)
        self._sandbox: Process | None = None
        self._bot: Process | None = None
        self._control = ""
        self.stop = asyncio.Event()

    async def run(self) -> int:
        """Start both, keep the bot alive, and end both when told to."""
        try:
            address = await self._start_sandbox()
            if address is None:
                _tell("The sandbox did not start. Is another demo using its port?")
                return 1
            _tell(f"Open {address}")
            if self._environment.get("DEMO_OPEN") != "0":
                await asyncio.to_thread(webbrowser.open, address)
            return await self._until_stopped()
        finally:
            await _end(self._bot)
            await _end(self._sandbox)

    async def _start_sandbox(self) -> str | None:
        """Return the page's address once the sandbox says that it is ready."""
        port = self._environment.get("DEMO_PORT")
        options = ["--port", port] if port else []
        self._sandbox = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sandbox",
            *options,
            # it ends when its input closes, so it never outlives us
            stdin=PIPE,
            stdout=PIPE,
            start_new_session=True,
        )
        while line := await self._line():
            if line.startswith("READY "):
                told = json.loads(line.removeprefix("READY "))
                self._control = str(told["control"])
                return str(told["url"])
        return None

    async def _until_stopped(self) -> int:
        stopping = asyncio.create_task(self.stop.wait())
        keeping = asyncio.create_task(self._keep_bot())
        hearing = asyncio.create_task(self._hear_sandbox())
        tasks = {stopping, keeping, hearing}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if self.stop.is_set():
            return 0
        _tell("The demo ended by itself: one of its two processes could not go on.")
        return 1

    async def _keep_bot(self) -> None:
        """Start the bot, and start it anew whenever it has ended, unless that cannot help."""
        loop = asyncio.get_running_loop()
        short_lives = 0
        while short_lives < MOST_SHORT_LIVES:
            begun = loop.time()
            self._bot = await self._start_bot()
            code = await self._bot.wait()
            if code == EXIT_SETTINGS:
                return
            short = code != 0 and loop.time() - begun < SHORT_LIFE_SECONDS
            short_lives = short_lives + 1 if short else 0

    async def _start_bot(self) -> Process:
        ours = {
            "HANDRAIL_SANDBOX_URL": self._control,
            "HANDRAIL_DATA": str(self._data),
            # not into a folder where the backups of a real bot lie
            "HANDRAIL_BACKUPS": "off",
            "HANDRAIL_KEY_FILE": str(self._key),
            "HANDRAIL_KEY": "",
            "HANDRAIL_TICK_SECONDS": "0.5",
            "HANDRAIL_LOG_LEVEL": "WARNING",
            # a real token in .env stays out of this: the sandbox gives its own
            "DISCORD_TOKEN": "",
        }
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=self._environment | ours, start_new_session=True
        )

    async def _hear_sandbox(self) -> None:
        """Do what the page asks for, until the sandbox ends."""
        while line := await self._line():
            if line.strip() == "RESTART BOT" and self._bot is not None:
                _send(self._bot, signal.SIGTERM)

    async def _line(self) -> str:
        assert self._sandbox is not None
        assert self._sandbox.stdout is not None
        return (await self._sandbox.stdout.readline()).decode()


async def demo(environment: Mapping[str, str]) -> int:
    """Run the demo until Ctrl-C or SIGTERM; return the exit code."""
    with TemporaryDirectory(prefix="handrail-demo-") as folder:
        both = Demo(environment, Path(folder))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, both.stop.set)
        return await both.run()


async def _end(process: Process | None) -> None:
    if process is None or process.returncode is not None:
        return
    _send(process, signal.SIGTERM)
    ending = asyncio.create_task(process.wait())
    await asyncio.wait({ending}, timeout=END_SECONDS)
    if not ending.done():
        _send(process, signal.SIGKILL)
        await ending


def _send(process: Process, number: signal.Signals) -> None:
    if process.returncode is None:
        process.send_signal(number)


def _tell(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
