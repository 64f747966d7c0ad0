"""The sandbox as a whole: a world behind one TLS port on 127.0.0.1."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from typing import Final

import trustme
from aiohttp import web

from sandbox import gateway, render
from sandbox.clock import Clock
from sandbox.door import Door, Seen
from sandbox.faults import Faults
from sandbox.intents import MESSAGE_CONTENT, as_read
from sandbox.interactions import Interactions
from sandbox.limits import Limits, Profile
from sandbox.people import Person
from sandbox.rest.files import fetch
from sandbox.sessions import Hub
from sandbox.things import Attachment, Json, Member, Message
from sandbox.validation import Description, description
from sandbox.world import Event, World

DISCORD_HOSTS: Final = (
    "discord.com",
    "gateway.discord.gg",
    "cdn.discordapp.com",
    "media.discordapp.net",
)
_KEPT_REQUESTS: Final = 5000
_QUIET_FOR: Final = 0.03


class Sandbox:
    """A running Discord. Open it with `async with Sandbox.open(clock) as box`."""

    def __init__(
        self,
        clock: Clock,
        *,
        profile: Profile,
        openapi: Path | None,
        strict: bool,
        privileged: int,
        patience: float,
        compress: bool,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self.clock = clock
        self.profile: Profile = profile
        self.strict = strict
        self.privileged = privileged
        self.compress = compress
        self.shards = 1
        self.token = f"sandbox.{token_urlsafe(24)}"
        self.resume_url = "wss://gateway.discord.gg/"
        self.world = World(clock)
        self.faults = Faults()
        self.problems: list[str] = []
        self.requests: deque[Seen] = deque(maxlen=_KEPT_REQUESTS)
        self.nonces: dict[str, Message] = {}
        self.files: dict[int, Attachment] = {}
        self.identified: dict[int, float] = {}
        self.description: Description | None = description(openapi) if openapi else None
        self.limits = Limits(profile, loop.time, lambda: clock.now().timestamp())
        self.hub = Hub(self.world, self.faults)
        self.interactions = Interactions(self.world, patience)
        self.interactions.anybody_listening = lambda: self.hub.listening
        self._people: dict[tuple[int, int], Person] = {}
        self._door = Door(self)
        self._stirred = loop.time()
        self.is_busy_elsewhere: Callable[[], bool] = lambda: False
        """Whether an app that runs in this very loop is still at work where nothing is seen of it,
        such as on its disk; whoever starts one may say so here."""
        self.port = 0
        self.world.listen(lambda _: self.stir())

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        clock: Clock,
        *,
        profile: Profile = "fast",
        openapi: Path | None = None,
        strict: bool = True,
        privileged: int = 0,
        patience: float = 3.0,
        compress: bool = False,
        port: int = 0,
    ) -> AsyncIterator[Sandbox]:
        """Serve until left. `privileged` are the intents switched on for the app,
        `patience` the real seconds a person waits for an answer.
        """
        box = cls(
            clock,
            profile=profile,
            openapi=openapi,
            strict=strict,
            privileged=privileged,
            patience=patience,
            compress=compress,
        )
        listening = socket(AF_INET, SOCK_STREAM)
        listening.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        box.port = listening.getsockname()[1]
        runner = web.ServerRunner(web.Server(box.serve, access_log=None), shutdown_timeout=0.2)
        await runner.setup()
        await web.SockSite(runner, listening, ssl_context=_server_tls()).start()
        try:
            yield box
        finally:
            for close in tuple(box.hub.connections):
                close(1001)
            await runner.cleanup()

    @property
    def ca_pem(self) -> str:
        """The certificate of the authority to trust for Discord's names."""
        return _authority().cert_pem.bytes().decode()

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer whatever comes in at the port."""
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await gateway.serve(self, request)
        if request.path.startswith("/api/"):
            return await self._door.answer(request)
        return fetch(self, request)

    def person(self, member: Member) -> Person:
        """Return the one who acts as this member."""
        key = (member.guild.id, member.id)
        if key not in self._people:
            self._people[key] = Person(self, member)
        return self._people[key]

    def subscribe(self, callback: Callable[[str, Json], None]) -> Callable[[], None]:
        """Tell of every change, as (name of the event, payload); PAGE_* are the sandbox's own."""

        def tell(event: Event) -> None:
            callback(event.name, event.payload)

        return self.world.listen(tell)

    def as_the_bot_sees(self, message: Message) -> Json:
        """A message as REST gives it: without words the bot may not read."""
        bot = self.world.bot
        return as_read(
            render.message(message, bot.id),
            message,
            bot,
            content=bool(self.privileged & MESSAGE_CONTENT),
        )

    def stir(self) -> None:
        """Note that something just happened."""
        self._stirred = self._loop.time()

    async def quiet(self, within: float = 10.0) -> None:
        """Wait until nothing has happened for 30 ms and nothing is under way."""
        ends = self._loop.time() + within
        while self._loop.time() < ends:
            await asyncio.sleep(0.005)
            busy = self._door.in_flight or not self.hub.idle or self.interactions.waiting
            if busy or self.is_busy_elsewhere():
                self.stir()
            elif self._loop.time() - self._stirred >= _QUIET_FOR:
                return
        raise TimeoutError(f"the sandbox was not quiet within {within} s")


@cache
def _authority() -> trustme.CA:
    """One for each process; its key never leaves it."""
    return trustme.CA()


@cache
def _server_tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    _authority().issue_cert(*DISCORD_HOSTS).configure_cert(context)
    return context
