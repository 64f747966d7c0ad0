"""`crisis check`: what in the directory of crisis lines is old or broken. Offline."""

import sys
from argparse import Namespace
from collections.abc import Mapping

from bot.clock import SystemClock
from bot.crisis_check import check
from bot.crisis_file import load_crisis


def act(_chosen: Namespace, _environment: Mapping[str, str]) -> int:
    """Say what was found; the exit code is 1 where something must be looked at."""
    return check(load_crisis(), SystemClock().now().date(), sys.stdout)
