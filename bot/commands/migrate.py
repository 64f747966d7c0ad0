"""`migrate`: bring the database up to date, while the bot is stopped."""

import asyncio
import os
from argparse import Namespace
from collections.abc import Mapping

from bot.commands.offline import without_token
from bot.endings import EXIT_OK
from bot.settings import Settings
from bot.store.host_key import load_host_key
from bot.store.store import open_store


def act(_chosen: Namespace, environment: Mapping[str, str]) -> int:
    """Open the store, which migrates it, and close it again."""
    settings = without_token(environment)
    asyncio.run(open_and_close(settings))
    print(f"{settings.database} is up to date.")
    return EXIT_OK


async def open_and_close(settings: Settings) -> None:
    host_key = load_host_key(settings.key, settings.data, os.urandom)
    async with open_store(settings.database, host_key):
        pass
