"""A stage for dialogues: the real bot and the sandbox in one loop, one clock that both share.

People act through the sandbox; nothing of the bot is replaced.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Handrail
from bot.compose import handrail
from bot.sandbox_link import sandbox_connector
from bot.settings import Settings
from cogs.crisis.asking import Asking
from cogs.crisis.cog import Crisis
from sandbox.clock import MovableClock
from sandbox.interactions import Answer
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.things import Channel, Message

TUESDAY = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
"""08:00 in Berlin, an hour before the group is asked."""

HOST_KEY = bytes(range(32))

NEVER_BY_ITSELF = 60.0
"""A tick so slow that only the tests tick."""


NEVER_TOO_LONG = 60.0


def bot_is_at_work() -> bool:
    """Tell whether discord.py is still carrying out an event or a command of the bot's."""
    # Named as the library names what it starts: an event's listeners, a command's callback.
    names = (task.get_name() for task in asyncio.all_tasks())
    return any(name.startswith(("discord.py: ", "CommandTree-invoker")) for name in names)


async def say_yes(who: Person, card: Message) -> Answer:
    """Tick check-ins on the consent card and save; return what that leads to."""
    await who.press(card, "☐ Check-ins")
    return await who.press(card, "Save my choices")


class Stage:
    """A server with a channel, a few people, and the bot, which can be taken away and come back."""

    def __init__(self, box: Sandbox, clock: MovableClock, data: Path) -> None:
        self.box = box
        self.clock = clock
        self.data = data
        self.guild = box.world.add_guild("Harbour")
        self.room = self.guild.add_channel("check-in")
        self.hall = self.guild.add_channel("hall")
        self.mod = self._person("Mo", permissions=1 << 5)
        self.ana = self._person("Ana")
        self.ben = self._person("Ben")
        self.cem = self._person("Cem")
        box.world.install_bot(self.guild)
        self.unreviewed_languages: frozenset[str] = frozenset()
        self.bot: Handrail
        self._running = AsyncExitStack()

    async def start_bot(self) -> None:
        """Start the bot on the same data folder and wait until it is ready."""
        self.bot = await self._running.enter_async_context(self._online())
        self.box.is_busy_elsewhere = bot_is_at_work
        self.let_the_crisis_card_wait(NEVER_TOO_LONG, NEVER_TOO_LONG)

    def let_the_crisis_card_wait(self, look: float, write: float) -> None:
        """Set how many seconds the card waits for the store: a busy computer decides no test."""
        cog = self.bot.get_cog("Crisis")
        if isinstance(cog, Crisis):
            cog.asking = Asking(look, write)

    async def stop_bot(self) -> None:
        """End the bot as SIGTERM does."""
        await self._running.aclose()
        self._running = AsyncExitStack()

    async def restart_bot(self) -> None:
        await self.stop_bot()
        await self.start_bot()

    async def tick(self) -> None:
        """Let the bot do all that is due now."""
        await self.bot.ticker.tick_now()
        await self.box.quiet()

    async def pass_time(self, **step: float) -> None:
        """Let time go by for everybody, then tick."""
        self.clock.advance(timedelta(**step))
        await self.tick()

    async def set_up(self, channel: Channel | None = None, **options: str) -> None:
        """Have the moderator set the group up for 09:00 in Berlin, unless told otherwise."""
        wanted = {"zone": "Europe/Berlin", "at": "09:00"} | options
        card = await self.mod.slash(self.hall, "setup", channel=channel or self.room, **wanted)
        assert card.shown is not None, card.error
        assert "Save" in card.shown.buttons, card.shown.text
        await self.mod.press(card.shown, "Save")
        await self.box.quiet()

    async def prompt(self) -> Message:
        """Set the group up, go to 09:00 and return the prompt."""
        await self.set_up()
        await self.pass_time(hours=1)
        return self.last()

    def last(self, who: Person | None = None) -> Message:
        """The newest message in the room that this person sees."""
        return (who or self.ana).sees(self.room)[-1]

    def _person(self, name: str, permissions: int = 0) -> Person:
        return self.box.person(self.guild.add_member(name, permissions=permissions))

    @asynccontextmanager
    async def _online(self) -> AsyncIterator[Handrail]:
        settings = Settings(
            self.box.token,
            HOST_KEY,
            self.data,
            "WARNING",
            NEVER_BY_ITSELF,
            "http://127.0.0.1",
            None,
            self.unreviewed_languages,
        )
        connector = sandbox_connector(self.box.port, self.box.ca_pem)
        async with handrail(
            settings, self.clock, connector=connector, guild_ready_timeout=0
        ) as bot:
            await bot.login(self.box.token)
            connection = asyncio.create_task(bot.connect())
            ready = asyncio.create_task(bot.wait_until_ready())
            await asyncio.wait({connection, ready}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                await connection
            try:
                yield bot
            finally:
                await bot.close()
                await asyncio.wait({connection})
