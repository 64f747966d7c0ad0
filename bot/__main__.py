"""The command line: run, demo, doctor, backup, migrate. Reads the environment once, here."""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dotenv import dotenv_values

from bot.clock import SystemClock
from bot.demo import demo
from bot.doctor import examine
from bot.logs import set_up_logs
from bot.run import EXIT_OK, EXIT_SETTINGS, run
from bot.settings import Faults, Settings, read_settings
from bot.store.backup import back_up
from bot.store.errors import StoreRefused
from bot.store.keyring import load_or_make_keyring
from bot.store.store import open_store
from bot.zone_files import use_pinned_zones


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    chosen = _parser().parse_args(arguments)
    use_pinned_zones()
    environment = read_environment(Path(".env"))
    try:
        match chosen.command:
            case "demo":
                return asyncio.run(demo(dict(os.environ)))
            case "doctor":
                return examine(environment, SystemClock(), sys.stdout)
            case "backup":
                return _backup(environment, chosen.target)
            case "migrate":
                return _migrate(environment)
            case _:
                return _run(environment)
    except StoreRefused as refusal:
        return _refuse(str(refusal))


def read_environment(file: Path) -> Mapping[str, str]:
    """Return .env with the environment on top: what is set outside wins."""
    written = dotenv_values(file) if file.is_file() else {}
    return {name: value for name, value in written.items() if value is not None} | dict(os.environ)


def _run(environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    if isinstance(settings, Faults):
        return _refuse(*settings.sentences)
    set_up_logs(settings.log_level)
    return asyncio.run(run(settings))


def _backup(environment: Mapping[str, str], target: Path) -> int:
    settings = _without_token(environment)
    back_up(settings.database, target)
    print(f"{target} holds everything but the key. Keep a copy of {settings.key} elsewhere.")
    return EXIT_OK


def _migrate(environment: Mapping[str, str]) -> int:
    settings = _without_token(environment)

    async def open_and_close() -> None:
        keyring = load_or_make_keyring(settings.key, os.urandom)
        async with open_store(settings.database, keyring):
            pass

    asyncio.run(open_and_close())
    print(f"{settings.database} is up to date.")
    return EXIT_OK


def _without_token(environment: Mapping[str, str]) -> Settings:
    """Return the settings of a command that never speaks to Discord."""
    data = {"HANDRAIL_DATA": environment.get("HANDRAIL_DATA", "data")}
    settings = read_settings({**data, "DISCORD_TOKEN": "unused"})
    if isinstance(settings, Faults):
        raise StoreRefused(" ".join(settings.sentences))
    return settings


def _refuse(*sentences: str) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return EXIT_SETTINGS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("handrail", description="A Discord bot for recovery groups.")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    commands.add_parser("run", help="be the bot on Discord, until stopped")
    commands.add_parser("demo", help="try it in a browser, without Discord")
    commands.add_parser("doctor", help="check this computer and the settings; changes nothing")
    backup = commands.add_parser("backup", help="copy the database, also while the bot runs")
    backup.add_argument("target", type=Path, help="a file that does not exist yet")
    commands.add_parser("migrate", help="bring the database up to date, while the bot is stopped")
    return parser


if __name__ == "__main__":
    sys.exit(main())
