"""What `doctor` finds: a level, a sentence, and the exit code of its class. Looks at nothing."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "WRONG"]

EXIT_HERE, EXIT_DISCORD, EXIT_SETTINGS = 1, 3, 78
"""This computer or its files; something on Discord's side that needs a person; the settings."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `exit_code` counts where the level is WRONG."""

    level: Level
    sentence: str
    exit_code: int = 0
