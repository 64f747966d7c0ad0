"""What may be logged: names of events, counts, error codes, incident ids. No member's words.

The libraries' DEBUG lines print whole events, request bodies and interaction tokens, so they are
kept at INFO or above whatever the host asks for; tracebacks are reduced to places in the code.
"""

import logging
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TextIO

LIBRARIES = ("discord", "aiosqlite", "sqlalchemy", "alembic", "apscheduler", "asyncio", "aiohttp")
"""Loggers that are not ours: at DEBUG they quote what people wrote."""

TALKATIVE = ("sqlalchemy", "alembic", "apscheduler")
"""Already at INFO the first two print statements with the values in them, the third every tick."""

_log = logging.getLogger("handrail.incidents")


class PlacesOnly(logging.Formatter):
    """A formatter whose tracebacks name files, lines and kinds of error, never a value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def formatException(  # noqa: N802 - the name is the standard library's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        error = ei[1]
        return "" if error is None else places(error)


def set_up_logs(level: str, stream: TextIO = sys.stderr) -> None:
    """Send all lines to one stream, ours at `level`, the libraries' never below INFO."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlacesOnly())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("handrail").setLevel(level)
    quiet = max(logging.INFO, logging.getLevelName(level))
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(quiet)
    # the first lines a newcomer would read are about voice, which this bot does not have
    logging.getLogger("discord.client").addFilter(lambda line: "voice will NOT" not in line.msg)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, quiet))


def places(error: BaseException) -> str:
    """Return where an error came from: its kind, its causes' kinds, file names and lines."""
    lines = []
    seen: BaseException | None = error
    while seen is not None:
        number = getattr(seen, "code", None)
        code = f" {number}" if isinstance(number, int) else ""
        where = " < ".join(
            f"{Path(frame.filename).name}:{frame.lineno}"
            for frame in reversed(extract_tb(seen.__traceback__))
        )
        lines.append(f"  {type(seen).__name__}{code} at {where}")
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


def incident(
    error: BaseException, doing: str, fresh: Callable[[int], str] = secrets.token_hex
) -> str:
    """Log an unexpected error and return the id by which a member can point at it."""
    number = fresh(4)
    _log.error("incident %s while %s\n%s", number, doing, places(error))
    return number
