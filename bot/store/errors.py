"""What the store cannot do, said so that a person can act on it."""

import sqlite3
from typing import Literal

Why = Literal["locked", "full", "broken"]


class StoreRefused(Exception):  # noqa: N818 - says what happened, as outcomes do
    """The store will not open. The message is a sentence for the person who runs the bot."""


class NotSaved(Exception):  # noqa: N818 - as above
    """A write did not happen, for a reason outside the code. Earlier writes are safe."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class SealBroken(Exception):  # noqa: N818 - as above
    """A sealed value was changed, moved to another row, or sealed with another key."""


_OUTAGES: dict[int, Why] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "broken",
    sqlite3.SQLITE_NOMEM: "broken",
    sqlite3.SQLITE_CANTOPEN: "broken",
    sqlite3.SQLITE_CORRUPT: "broken",
    sqlite3.SQLITE_NOTADB: "broken",
    sqlite3.SQLITE_READONLY: "broken",
}


def outage(error: BaseException) -> Why | None:
    """Return why the database itself could not work, or None where the unit is at fault."""
    # SQLAlchemy wraps the driver's error; keys and files are opened without loading SQLAlchemy.
    cause = getattr(error, "orig", error)
    if not isinstance(cause, sqlite3.Error):
        return None
    # Extended codes carry the plain one in their lowest byte; some errors carry none at all.
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else _OUTAGES.get(code & 0xFF)
