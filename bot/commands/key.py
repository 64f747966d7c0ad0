"""`key new` and `key rotate`: the host's key, which opens all others."""

import os
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from bot.commands.offline import data_folder, without_token
from bot.endings import EXIT_OK
from bot.store.file import locked
from bot.store.host_key import load_host_key, make_key_file
from bot.store.keys_file import rotate


def act(chosen: Namespace, environment: Mapping[str, str]) -> int:
    """Do what stands behind `key`."""
    if chosen.action == "new":
        return _make(environment, chosen.file)
    return _rotate(environment, chosen.file)


def _make(environment: Mapping[str, str], file: Path) -> int:
    make_key_file(file, data_folder(environment), os.urandom)
    print(
        f"{file} holds a new key. Set HANDRAIL_KEY_FILE={file}, and keep a copy of the file"
        " somewhere else: without it nothing that members wrote can be read."
    )
    return EXIT_OK


def _rotate(environment: Mapping[str, str], file: Path) -> int:
    settings = without_token(environment)
    old = load_host_key(settings.key, settings.data, os.urandom)
    new = load_host_key(file, settings.data, os.urandom)
    with locked(settings.data):
        members = rotate(settings.keys, old, new)
    print(
        f"The keys of {members} members are wrapped with {file} now. Set HANDRAIL_KEY_FILE={file}"
        " before the next start. The old key still opens older copies of keys.db: destroy both."
    )
    return EXIT_OK
