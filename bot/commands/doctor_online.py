"""`doctor --online`: the same, and what Discord says when it is asked."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Mapping

from bot.clock import SystemClock
from bot.doctor import examine
from bot.doctor_online import look_online
from bot.findings import Finding
from bot.settings import Settings, read_settings


def act(_chosen: Namespace, environment: Mapping[str, str]) -> int:
    """Ask Discord, unless the settings are faulty; then say what was found here and there."""
    clock, settings = SystemClock(), read_settings(environment)
    told: list[Finding] = []
    if isinstance(settings, Settings):
        told = asyncio.run(look_online(settings, clock))
    return examine(environment, clock, sys.stdout, told)
