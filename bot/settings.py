"""What the host decides, read once from the environment. Every fault is found at once, by name.

No fault ever quotes a value: two of the values are secret.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bot.store.host_key import KeySource, key_in

SANDBOX_TOKEN = "sandbox."  # noqa: S105 - how every sandbox token begins, not a secret

MISSING = "DISCORD_TOKEN is missing. Put the bot's token into .env; .env.example shows how."

NO_KEY = (
    "There is no key: neither HANDRAIL_KEY_FILE nor HANDRAIL_KEY is set."
    " Run `handrail key new FILE`, FILE outside the data folder; then set HANDRAIL_KEY_FILE=FILE."
)

NO_BACKUPS = "off"

LANGUAGE = re.compile(r"[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?")

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LOG_LEVELS: Mapping[str, LogLevel] = {
    "DEBUG": "DEBUG",
    "INFO": "INFO",
    "WARNING": "WARNING",
    "ERROR": "ERROR",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything `run` needs to know beforehand. Its repr shows neither token nor key."""

    token: str = field(repr=False)
    key: KeySource = field(repr=False)
    data: Path
    log_level: LogLevel
    tick_seconds: float
    sandbox_url: str | None = field(repr=False)
    backups: Path | None
    """The folder for the daily backup; None where the bot makes none."""
    unreviewed_languages: frozenset[str] = frozenset()
    """Languages to offer although nobody in recovery has read their words yet."""

    @property
    def database(self) -> Path:
        """The one file that holds everything the bot knows."""
        return self.data / "handrail.db"

    @property
    def keys(self) -> Path:
        """The file of wrapped keys, which the host's key opens."""
        return self.data / "keys.db"


@dataclass(frozen=True, slots=True)
class Faults:
    """Why the bot does not start: one sentence per variable."""

    sentences: tuple[str, ...]


def read_settings(environment: Mapping[str, str]) -> Settings | Faults:
    """Return the settings, or every fault in them."""
    faults: list[str] = []
    sandbox_url = environment.get("HANDRAIL_SANDBOX_URL", "").strip() or None
    token = environment.get("DISCORD_TOKEN", "")
    level = LOG_LEVELS.get(environment.get("HANDRAIL_LOG_LEVEL", "INFO").strip().upper())
    tick = _seconds(environment.get("HANDRAIL_TICK_SECONDS", "5"))
    data = environment.get("HANDRAIL_DATA", "data").strip()
    key = read_key_source(environment)
    faults += _token_faults(token, sandboxed=sandbox_url is not None)
    if isinstance(key, Faults):
        faults += key.sentences
    if sandbox_url is not None and not _is_loopback(sandbox_url):
        faults.append(
            "HANDRAIL_SANDBOX_URL is not an address on this computer (http://127.0.0.1:...)."
        )
    if level is None:
        faults.append(f"HANDRAIL_LOG_LEVEL is none of {', '.join(LOG_LEVELS)}.")
    if tick is None:
        faults.append("HANDRAIL_TICK_SECONDS is not a number of seconds from 0.05 to 60.")
    if not data or "\0" in data:
        faults.append("HANDRAIL_DATA is not the name of a folder.")
    if "\0" in environment.get("HANDRAIL_BACKUPS", ""):
        faults.append("HANDRAIL_BACKUPS is not the name of a folder.")
    languages = _languages(environment.get("HANDRAIL_UNREVIEWED_LANGUAGES", ""))
    if not all(LANGUAGE.fullmatch(each) for each in languages):
        faults.append("HANDRAIL_UNREVIEWED_LANGUAGES is not a list such as es or es,pt-BR.")
    if faults or level is None or tick is None or isinstance(key, Faults):
        return Faults(tuple(faults))
    backups = read_backups_folder(environment, Path(data))
    return Settings(token, key, Path(data), level, tick, sandbox_url, backups, languages)


def read_backups_folder(environment: Mapping[str, str], data: Path) -> Path | None:
    """Return the folder for the daily backup, None where the host wants none made."""
    written = environment.get("HANDRAIL_BACKUPS", "").strip()
    if written.lower() == NO_BACKUPS:
        return None
    return Path(written) if written else usual_backups_folder(data)


def usual_backups_folder(data: Path) -> Path:
    """Return where backups are written unless the host names a folder."""
    return data / "backups"


def read_key_source(environment: Mapping[str, str]) -> KeySource | Faults:
    """Return the host's key, or the file to read it from. Looks at no file."""
    spelled = environment.get("HANDRAIL_KEY", "").strip()
    file = environment.get("HANDRAIL_KEY_FILE", "").strip()
    if spelled and file:
        return Faults(("HANDRAIL_KEY and HANDRAIL_KEY_FILE are both set. Unset one.",))
    if "\0" in file:
        return Faults(("HANDRAIL_KEY_FILE is not the name of a file.",))
    if file:
        return Path(file)
    if not spelled:
        return Faults((NO_KEY,))
    key = key_in(spelled)
    return Faults(("HANDRAIL_KEY is not 64 hexadecimal digits.",)) if key is None else key


def _token_faults(token: str, *, sandboxed: bool) -> list[str]:
    """Return at most one sentence: the first thing that is wrong with the token."""
    bare = token.strip()
    if not bare:
        # the sandbox tells its token itself
        return [] if sandboxed else [MISSING]
    found = _token_fault(bare, sandboxed=sandboxed)
    return [] if found is None else [found]


def _token_fault(bare: str, *, sandboxed: bool) -> str | None:
    if bare[0] in "\"'" or bare[-1] in "\"'":
        return "DISCORD_TOKEN has quotes around it. Take them away."
    if bare.lower().startswith("bot "):
        return 'DISCORD_TOKEN begins with "Bot ". Leave that word out; only the token is needed.'
    if any(sign.isspace() or not sign.isprintable() for sign in bare) or not bare.isascii():
        return "DISCORD_TOKEN holds a space or a sign that no token has. Copy it once more."
    if bare.startswith(SANDBOX_TOKEN) and not sandboxed:
        return "DISCORD_TOKEN is a token of the sandbox, and HANDRAIL_SANDBOX_URL is not set."
    if sandboxed and not bare.startswith(SANDBOX_TOKEN):
        return "DISCORD_TOKEN is not a sandbox token, but HANDRAIL_SANDBOX_URL is set. Unset one."
    return None


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and 0.05 <= seconds <= 60 else None


def _languages(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(",") if each.strip())


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
