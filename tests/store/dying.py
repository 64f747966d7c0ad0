"""Restores in processes that are killed at a chosen step. A program of its own: it forks.

A step is each SQL statement of any connection, each file opened for writing, renamed, linked or
removed, and each fsync. Reads a line of JSON for each process, answers with one.
"""

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.services.restore import Place, restore
from tests.delivery.crash import HOST_KEY, MovedClock

WATCHED = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.truncate", "sqlite3.connect"}


def watch(step: Callable[[str], None]) -> None:
    """Have `step` called before each step of this process, from now on and for good."""

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in WATCHED:
            names = [Path(str(each)).name for each in arguments if isinstance(each, str | Path)]
            step(" ".join([event, *names]))
        elif event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT:
            step(f"open {Path(str(arguments[0])).name}")

    really: dict[str, Callable[..., Any]] = {"fsync": os.fsync, "connect": sqlite3.connect}

    def fsync(handle: int) -> None:
        step("fsync")
        really["fsync"](handle)

    def connect(*arguments: Any, **options: Any) -> Any:
        sql = really["connect"](*arguments, **options)
        sql.set_trace_callback(lambda statement: step(f"sql {statement}"))
        return sql

    # No event tells of these two.
    vars(os)["fsync"], vars(sqlite3)["connect"] = fsync, connect
    sys.addaudithook(hear)


def live(order: dict[str, Any], out: int) -> None:
    """Restore as ordered; name each step on `out` and die at the step that was chosen."""
    passed = 0

    def step(name: str) -> None:
        nonlocal passed
        passed += 1
        os.write(out, json.dumps(name).encode() + b"\n")
        if passed == order["kill_at"]:
            os.kill(os.getpid(), signal.SIGKILL)

    folder = Path(order["folder"])
    place = Place(folder / "handrail.db", folder / "keys.db", HOST_KEY)
    clock = MovedClock(datetime.fromisoformat(order["now"]))
    watch(step)
    restore(Path(order["backup"]), place, HOST_KEY, clock)


def main() -> None:
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(reading)
                live(json.loads(line), writing)
                code = 0
            finally:
                os._exit(code)
        os.close(writing)
        with os.fdopen(reading) as told:
            steps = [json.loads(each) for each in told]
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"code": code, "steps": steps}), flush=True)  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
