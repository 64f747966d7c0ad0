"""What the bot is doing, line by line: its requests, and notable events between them."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sandbox.things import Json

KEPT: Final = 500
LONGEST_BODY: Final = 4000


class Journal:
    """Numbered lines. Each reader remembers the number it has read up to."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lines: deque[Json] = deque(maxlen=KEPT)
        self.count = 0

    def note(self, sentence: str) -> None:
        """Write down an event."""
        self._write({"at": self._now().isoformat(), "event": sentence})

    def request(self, told: Json, body: Any = None, answer: Any = None) -> None:
        """Write down one request of the bot; of the answer only why it was refused."""
        parts = [body, answer if told["status"] >= 400 else None]
        shown = "\n\n".join(_spoken(part) for part in parts if part)
        line = {key: told[key] for key in ("at", "method", "route", "status")}
        self._write(line | {"fault": told.get("fault"), "body": shown or None})

    def since(self, count: int) -> list[Json]:
        """Return the lines after the first `count`, as far as they are kept."""
        fresh = min(self.count - count, len(self._lines))
        return list(self._lines)[len(self._lines) - fresh :] if fresh > 0 else []

    def _write(self, line: Json) -> None:
        self._lines.append(line)
        self.count += 1


def _spoken(part: Any) -> str:
    return json.dumps(part, indent=1, ensure_ascii=False)[:LONGEST_BODY]
