"""`backup`: an encrypted copy of both databases, also while the bot runs."""

import os
from argparse import Namespace
from collections.abc import Mapping

from bot.clock import SystemClock
from bot.commands.offline import backups_folder, without_token
from bot.endings import EXIT_OK
from bot.store.backup import back_up
from bot.store.host_key import load_host_key


def act(chosen: Namespace, environment: Mapping[str, str]) -> int:
    """Make the copies and say where they are."""
    settings = without_token(environment)
    host_key = load_host_key(settings.key, settings.data, os.urandom)
    target = chosen.folder or backups_folder(settings)
    made = back_up(settings.database, settings.keys, target, host_key, SystemClock().now())
    print(
        f"{made.database} and {made.keys} were made, and {made.dropped} older files deleted."
        f" They open only with the key number {host_key.number}."
    )
    return EXIT_OK
