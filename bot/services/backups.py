"""The daily backup: is one due, and if so, make it. Runs on a thread; knows no loop and no log."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.retention import due_at
from bot.store.backup import back_up_open, made_in
from bot.store.errors import StoreRefused
from bot.store.host_key import HostKey


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup was made, and so many older files were deleted."""

    dropped: int


@dataclass(frozen=True, slots=True)
class NotDue:
    """There is one of the last 24 hours; the next is due at `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NotMade:
    """A backup is due and was not made; `why` is a sentence for the host."""

    why: str


@dataclass(frozen=True, slots=True)
class Backups:
    """The two files of a running bot, and the folder for their copies.

    The files in the folder say when the last one was made: that outlasts a restart and a restore,
    and counts what `handrail backup` made.
    """

    database: Path
    keys: Path
    folder: Path
    host_key: HostKey

    def make_if_due(self, now: datetime) -> BackedUp | NotDue | NotMade:
        """Make a backup unless there is one of the last 24 hours. Takes as long as the disk."""
        try:
            until = due_at(made_in(self.folder), now)
            if until > now:
                return NotDue(until)
            made = back_up_open(self.database, self.keys, self.folder, self.host_key, now)
        except StoreRefused as refusal:
            return NotMade(str(refusal))
        except OSError as error:
            return NotMade(f"The folder {self.folder} cannot be read: {error.strerror}.")
        return BackedUp(made.dropped)
