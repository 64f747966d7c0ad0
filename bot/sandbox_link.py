"""How the bot finds the sandbox instead of Discord: where it listens, and what time it is there.

Only the connector and the clock differ; discord.py itself is untouched and keeps its real URLs.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

HOSTS = frozenset(
    {"discord.com", "gateway.discord.gg", "cdn.discordapp.com", "media.discordapp.net"}
)
POLL_SECONDS = 0.25
SILENT_POLLS = 60
"""A sandbox that says nothing for so long is gone, and the bot of a demo goes with it."""

NextDue = Callable[[], Awaitable[datetime | None]]

_log = logging.getLogger("handrail.sandbox_link")


class ToSandbox(AbstractResolver):
    """Answers for Discord's hosts with this computer, and for no other host at all."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del port, family
        if host not in HOSTS:
            raise OSError(f"the sandbox does not reach {host}")
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


def sandbox_connector(port: int, ca: str) -> aiohttp.TCPConnector:
    """Return a connector that sends Discord's hosts to the sandbox and trusts only its CA."""
    trust = ssl.create_default_context(cadata=ca)
    return aiohttp.TCPConnector(resolver=ToSandbox(port), ssl=trust, limit=0, use_dns_cache=False)


@dataclass(frozen=True, slots=True)
class Link:
    """Where the sandbox plays Discord."""

    port: int
    ca: str
    token: str


class SandboxClock:
    """The sandbox's time, asked for a few times a second; real time passes in between."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._known = datetime.fromtimestamp(0, UTC)
        self._asked = 0.0

    def now(self) -> datetime:
        elapsed = asyncio.get_running_loop().time() - self._asked
        return self._known + timedelta(seconds=elapsed)

    async def ask(self, next_due: datetime | None) -> None:
        """Learn the time, and tell the page when the next prompt is due."""
        body = {"next_due": None if next_due is None else next_due.isoformat()}
        async with self._session.post(f"{self._url}/clock", json=body) as answer:
            told = await answer.json()
        self._known = datetime.fromisoformat(told["now"]).astimezone(UTC)
        self._asked = asyncio.get_running_loop().time()

    async def follow(self, next_due: NextDue) -> None:
        """Keep asking until the sandbox is gone; a missed answer leaves the clock running."""
        silent = 0
        while silent < SILENT_POLLS:
            try:
                await self.ask(await next_due())
                silent = 0
            except (aiohttp.ClientError, OSError, ValueError, KeyError):
                silent += 1
            await asyncio.sleep(POLL_SECONDS)
        _log.error("the sandbox is gone")


async def fetch_link(session: aiohttp.ClientSession, url: str) -> Link:
    """Ask the sandbox's control address where its Discord is."""
    async with session.get(f"{url}/link") as answer:
        answer.raise_for_status()
        told = await answer.json()
    return Link(int(told["port"]), str(told["ca"]), str(told["token"]))


@asynccontextmanager
async def following(
    clock: SandboxClock, next_due: NextDue, gone: asyncio.Event
) -> AsyncIterator[None]:
    """Keep the clock in step with the sandbox while the block runs; set `gone` once it is."""
    task = asyncio.create_task(clock.follow(next_due))
    task.add_done_callback(lambda _: gone.set())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
