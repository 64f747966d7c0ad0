"""`run`: be the bot, once the settings are in order."""

import asyncio
from argparse import Namespace
from collections.abc import Mapping

from bot.endings import refuse
from bot.logs import set_up_logs
from bot.run import run
from bot.settings import Faults, read_settings


def act(_chosen: Namespace, environment: Mapping[str, str]) -> int:
    """Run until stopped; name every fault in the settings instead, if there is one."""
    settings = read_settings(environment)
    if isinstance(settings, Faults):
        return refuse(*settings.sentences)
    set_up_logs(settings.log_level)
    return asyncio.run(run(settings))
