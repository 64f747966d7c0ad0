"""The command line. Reads the environment once, here."""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dotenv import dotenv_values

from bot.clock import SystemClock
from bot.demo import demo
from bot.doctor import Finding, examine
from bot.doctor_online import look_online
from bot.logs import set_up_logs
from bot.run import EXIT_OK, EXIT_SETTINGS, run
from bot.services.restore import Place, restore
from bot.settings import Faults, Settings, read_settings
from bot.store.backup import back_up
from bot.store.errors import StoreRefused
from bot.store.file import locked
from bot.store.host_key import load_host_key, make_key_file
from bot.store.keys_file import rotate
from bot.store.store import open_store
from bot.zone_files import use_pinned_zones


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    chosen = _parser().parse_args(arguments)
    use_pinned_zones()
    environment = read_environment(Path(".env"))
    try:
        return _do(chosen, environment)
    except StoreRefused as refusal:
        return _refuse(str(refusal))


def _do(chosen: argparse.Namespace, environment: Mapping[str, str]) -> int:
    match chosen.command:
        case "demo":
            code = asyncio.run(demo(dict(os.environ)))
        case "doctor":
            code = _doctor(environment, online=chosen.online)
        case "backup":
            code = _backup(environment, chosen.folder)
        case "restore":
            code = _restore(environment, chosen.file, chosen.key)
        case "migrate":
            code = _migrate(environment)
        case "key" if chosen.action == "new":
            code = _new_key(environment, chosen.file)
        case "key":
            code = _rotate_key(environment, chosen.file)
        case _:
            code = _run(environment)
    return code


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


def _doctor(environment: Mapping[str, str], *, online: bool) -> int:
    clock, settings = SystemClock(), read_settings(environment)
    told: list[Finding] = []
    if online and isinstance(settings, Settings):
        told = asyncio.run(look_online(settings, clock))
    return examine(environment, clock, sys.stdout, told)


def _backup(environment: Mapping[str, str], folder: Path | None) -> int:
    settings = _without_token(environment)
    host_key = load_host_key(settings.key, settings.data, os.urandom)
    target = folder or settings.data / "backups"
    made = back_up(settings.database, settings.keys, target, host_key, SystemClock().now())
    print(
        f"{made.database} and {made.keys} were made, and {made.dropped} older files deleted."
        f" They open only with the key number {host_key.number}."
    )
    return EXIT_OK


def _restore(environment: Mapping[str, str], file: Path, key: Path | None) -> int:
    settings = _without_token(environment)
    host_key = load_host_key(settings.key, settings.data, os.urandom)
    backup_key = host_key if key is None else load_host_key(key, settings.data, os.urandom)
    place = Place(settings.database, settings.keys, host_key)
    done = restore(file, place, backup_key, SystemClock())
    aside = "" if done.aside is None else f" what was there lies in {done.aside};"
    print(
        f"{done.place} is as it was on {done.made:%Y-%m-%d at %H:%M} UTC;{aside}"
        f" {done.erased} erased since then stay erased, and {done.doubtful} prompts are looked"
        " for on Discord before anything is posted."
    )
    return EXIT_OK


def _migrate(environment: Mapping[str, str]) -> int:
    settings = _without_token(environment)

    async def open_and_close() -> None:
        host_key = load_host_key(settings.key, settings.data, os.urandom)
        async with open_store(settings.database, host_key):
            pass

    asyncio.run(open_and_close())
    print(f"{settings.database} is up to date.")
    return EXIT_OK


def _new_key(environment: Mapping[str, str], file: Path) -> int:
    make_key_file(file, _data_folder(environment), os.urandom)
    print(
        f"{file} holds a new key. Set HANDRAIL_KEY_FILE={file}, and keep a copy of the file"
        " somewhere else: without it nothing that members wrote can be read."
    )
    return EXIT_OK


def _rotate_key(environment: Mapping[str, str], file: Path) -> int:
    settings = _without_token(environment)
    old = load_host_key(settings.key, settings.data, os.urandom)
    new = load_host_key(file, settings.data, os.urandom)
    with locked(settings.data):
        members = rotate(settings.keys, old, new)
    print(
        f"The keys of {members} members are wrapped with {file} now. Set HANDRAIL_KEY_FILE={file}"
        " before the next start. The old key still opens older copies of keys.db: destroy both."
    )
    return EXIT_OK


def _data_folder(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("HANDRAIL_DATA", "data").strip() or "data")


def _without_token(environment: Mapping[str, str]) -> Settings:
    """Return the settings of a command that never speaks to Discord."""
    ours = {name: environment.get(name, "") for name in ("HANDRAIL_KEY", "HANDRAIL_KEY_FILE")}
    data = {"HANDRAIL_DATA": environment.get("HANDRAIL_DATA", "data")}
    settings = read_settings({**ours, **data, "DISCORD_TOKEN": "unused"})
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
    doctor = commands.add_parser(
        "doctor", help="check this computer and the settings; changes nothing"
    )
    doctor.add_argument("--online", action="store_true", help="ask Discord, too; posts nothing")
    backup = commands.add_parser("backup", help="make an encrypted copy, also while the bot runs")
    backup.add_argument("folder", type=Path, nargs="?", help="default: backups, with the data")
    back = commands.add_parser("restore", help="put a backup back, while the bot is stopped")
    back.add_argument("file", type=Path, help="a file that `backup` made")
    back.add_argument("--key", type=Path, help="the key file it was made with, if not today's")
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
