"""The process ends at a chosen statement, of either file; what is on the disk then is kept."""

import shutil
from pathlib import Path

from sqlalchemy import event

from bot.store.store import Store


class Killed(Exception):  # noqa: N818 - not an error but an end
    """The process ends here."""


class Killing:
    """Copies the data folder as it is at the chosen statement, then lets nothing more happen."""

    def __init__(self, kill_at: int, folder: Path, left: Path) -> None:
        self.passed: list[str] = []
        self._kill_at, self._folder, self._left = kill_at, folder, left

    def watch(self, store: Store) -> None:
        store.vault.keys.watch = self.point
        event.listen(store.writer_engine, "before_cursor_execute", self._statement)

    def point(self, sql: str) -> None:
        self.passed.append(sql)
        if len(self.passed) == self._kill_at:
            shutil.copytree(
                self._folder, self._left, ignore=shutil.ignore_patterns("*-shm", "*.lock")
            )
        if len(self.passed) >= self._kill_at:
            raise Killed(sql)

    def _statement(self, *arguments: object) -> None:
        self.point(str(arguments[2]))
