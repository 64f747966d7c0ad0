"""The end of a transaction that must not be. The driver's own connection; no SQLAlchemy."""

import contextlib
import sqlite3


def roll_back(handle: sqlite3.Connection) -> None:
    """End a transaction that must not be, whatever state it is in.

    Straight to the driver: neither what watches statements nor SQLAlchemy's own view of a
    transaction that broke may stand in the way.
    """
    with contextlib.suppress(sqlite3.ProgrammingError):  # closed already, and rolled back by that
        if handle.in_transaction:
            handle.execute("ROLLBACK")
