"""The command line: reads what was typed and the environment, once, and hands both on.

A command's own module is loaded by its name, so that none waits for what only others need.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from dotenv import dotenv_values

from bot.endings import refuse
from bot.store.errors import StoreRefused
from bot.zone_files import use_pinned_zones

Act = Callable[[argparse.Namespace, Mapping[str, str]], int]
"""What each module in bot/commands has: the choices and the environment in, the exit code out."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    chosen = _parser().parse_args(arguments)
    use_pinned_zones()
    environment = read_environment(Path(".env"))
    act: Act = import_module(f"bot.commands.{_module(chosen)}").act
    try:
        return act(chosen, environment)
    except StoreRefused as refusal:
        return refuse(str(refusal))


def _module(chosen: argparse.Namespace) -> str:
    name: str = chosen.command
    return "doctor_online" if name == "doctor" and chosen.online else name


def read_environment(file: Path) -> Mapping[str, str]:
    """Return .env with the environment on top: what is set outside wins."""
    written = dotenv_values(file) if file.is_file() else {}
    return {name: value for name, value in written.items() if value is not None} | dict(os.environ)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("handrail", description="A Discord bot for recovery groups.")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    commands.add_parser("run", help="be the bot on Discord, until stopped")
    commands.add_parser("demo", help="try it in a browser, without Discord")
    doctor = commands.add_parser(
        "doctor", help="check this computer and the settings; changes nothing"
    )
    doctor.add_argument("--online", action="store_true", help="ask Discord, too; posts nothing")
    backup = commands.add_parser("backup", help="make an encrypted copy, also while the bot runs")
    backup.add_argument("folder", type=Path, nargs="?", help="default: that of the bot")
    back = commands.add_parser("restore", help="put a backup back, while the bot is stopped")
    back.add_argument("file", type=Path, help="a file that `backup` made")
    back.add_argument("--key", type=Path, help="the key file it was made with, if not today's")
    crisis = commands.add_parser("crisis", help="the directory of crisis lines")
    crisis_actions = crisis.add_subparsers(dest="action", metavar="action", required=True)
    crisis_actions.add_parser("check", help="name rows that are old or broken; offline")
    commands.add_parser("migrate", help="bring the database up to date, while the bot is stopped")
    key = commands.add_parser("key", help="the host's key, which opens all others")
    actions = key.add_subparsers(dest="action", metavar="action", required=True)
    new = actions.add_parser("new", help="make a key file")
    new.add_argument("file", type=Path, help="a file that does not exist yet")
    rotate_key = actions.add_parser("rotate", help="change the key, while the bot is stopped")
    rotate_key.add_argument(
        "--new", dest="file", type=Path, required=True, help="a file that `key new` made"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
