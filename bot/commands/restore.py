"""`restore`: put a backup back, while the bot is stopped."""

import os
from argparse import Namespace
from collections.abc import Mapping

from bot.clock import SystemClock
from bot.commands.offline import backups_folder, without_token
from bot.endings import EXIT_OK
from bot.services.restore import Place, restore
from bot.store.host_key import load_host_key


def act(chosen: Namespace, environment: Mapping[str, str]) -> int:
    """Put it in place and say what became of what was there."""
    settings = without_token(environment)
    host_key = load_host_key(settings.key, settings.data, os.urandom)
    backup_key = host_key
    if chosen.key is not None:
        backup_key = load_host_key(chosen.key, settings.data, os.urandom)
    place = Place(settings.database, settings.keys, host_key, backups_folder(settings))
    done = restore(chosen.file, place, backup_key, SystemClock())
    aside = "" if done.aside is None else f" what was there lies in {done.aside};"
    print(
        f"{done.place} is as it was on {done.made:%Y-%m-%d at %H:%M} UTC;{aside}"
        f" {done.erased} erased since then stay erased, and {done.doubtful} prompts are looked"
        " for on Discord before anything is posted."
    )
    return EXIT_OK
