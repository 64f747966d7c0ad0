"""`doctor`: what can be found out on this computer alone."""

import sys
from argparse import Namespace
from collections.abc import Mapping

from bot.clock import SystemClock
from bot.doctor import examine


def act(_chosen: Namespace, environment: Mapping[str, str]) -> int:
    """Say what was found, and end with the code of the worst of it."""
    return examine(environment, SystemClock(), sys.stdout, [])
