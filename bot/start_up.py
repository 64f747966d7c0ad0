"""Starting although a part is broken: what does not work is logged and tried again, nothing waits.

The crisis card has to be there whatever else is not, so no step of the start may end the bot.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from discord import HTTPException, app_commands
from discord.app_commands import AppCommandContext, AppInstallationType
from discord.ext import commands

from bot.logs import incident

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 600.0
"""Seconds before a step is tried again: ever longer, up to ten minutes."""

_log = logging.getLogger("handrail.start")


class StartUp:
    """Steps of the start that are repeated until they work, or until the bot is told to stop."""

    def __init__(self, first_pause: float = FIRST_PAUSE) -> None:
        self._pause = first_pause
        self._stop = asyncio.Event()
        self._again: set[asyncio.Task[None]] = set()

    async def begin(self, what: str, step: Callable[[], Awaitable[None]]) -> None:
        """Take a step. If it does not work, return all the same; it is taken again later."""
        if not await _works(what, step):
            task = asyncio.create_task(self._repeat(what, step))
            self._again.add(task)
            task.add_done_callback(self._again.discard)

    async def close(self, grace: float) -> None:
        """Take no step again. One that is being taken is waited for, never cancelled."""
        self._stop.set()
        if self._again:
            await asyncio.wait(self._again, timeout=grace)

    async def _repeat(self, what: str, step: Callable[[], Awaitable[None]]) -> None:
        pause = self._pause
        stopping = asyncio.create_task(self._stop.wait())
        while True:
            await asyncio.wait({stopping}, timeout=pause)
            if stopping.done():
                return
            if await _works(what, step):
                _log.warning("%s: started after all", what)
                stopping.cancel()
                return
            pause = min(pause * 2, LONGEST_PAUSE)


async def _works(what: str, step: Callable[[], Awaitable[None]]) -> bool:
    try:
        await step()
    except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on without the step
        number = incident(error, f"starting {what}")
        _log.error("%s: did not start (%s); tried again later, the bot goes on", what, number)
        return False
    return True


async def load(bot: commands.Bot, extensions: Iterable[str]) -> None:
    """Load each extension; one that cannot be loaded is logged by name and left out."""
    for extension in extensions:
        try:
            await bot.load_extension(extension)
        except commands.ExtensionError as error:
            number = incident(error.__cause__ or error, f"loading {extension}")
            _log.error("%s did not load (%s): the bot goes on without it", extension, number)


async def sync(tree: app_commands.CommandTree[Any]) -> None:
    """Register the commands; where the app cannot be added to accounts, for servers only.

    Discord refuses the whole list if one command is meant for accounts and the app is not.
    """
    try:
        await tree.sync()
    except HTTPException as error:
        meant_for_accounts = [
            each
            for each in tree.get_commands()
            if each.allowed_installs is not None and each.allowed_installs.user
        ]
        if error.status != 400 or not meant_for_accounts:
            raise
        _log.warning("Discord did not take commands for accounts; they are registered for servers")
        for command in meant_for_accounts:
            command.allowed_installs = AppInstallationType(guild=True, user=False)
            command.allowed_contexts = AppCommandContext(
                guild=True, dm_channel=True, private_channel=False
            )
        await tree.sync()
