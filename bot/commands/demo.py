"""`demo`: the bot and a Discord of its own. Does not read .env, which is for the real one."""

import asyncio
import os
from argparse import Namespace
from collections.abc import Mapping

from bot.demo import demo


def act(_chosen: Namespace, _environment: Mapping[str, str]) -> int:
    """Run both until stopped."""
    return asyncio.run(demo(dict(os.environ)))
