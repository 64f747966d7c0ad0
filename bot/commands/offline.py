"""What commands that never speak to Discord read from the environment."""

from collections.abc import Mapping
from pathlib import Path

from bot.settings import Faults, Settings, read_settings, usual_backups_folder
from bot.store.errors import StoreRefused


def data_folder(environment: Mapping[str, str]) -> Path:
    """Return where the databases are, or will be."""
    return Path(environment.get("HANDRAIL_DATA", "data").strip() or "data")


def backups_folder(settings: Settings) -> Path:
    """Return where backups are written and looked for, whoever makes them."""
    return settings.backups or usual_backups_folder(settings.data)


def without_token(environment: Mapping[str, str]) -> Settings:
    """Return the settings, whatever the token is like. Raises StoreRefused for other faults."""
    names = ("HANDRAIL_KEY", "HANDRAIL_KEY_FILE", "HANDRAIL_BACKUPS")
    ours = {name: environment.get(name, "") for name in names}
    data = {"HANDRAIL_DATA": environment.get("HANDRAIL_DATA", "data")}
    settings = read_settings({**ours, **data, "DISCORD_TOKEN": "unused"})
    if isinstance(settings, Faults):
        raise StoreRefused(" ".join(settings.sentences))
    return settings
