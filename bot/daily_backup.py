"""Has the daily backup made beside everything else: on a thread, one at a time, never waited for.

It decides when to look; whether one is due, bot/services/backups.py reads from the files.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.clock import Clock
from bot.logs import incident
from bot.services.backups import BackedUp, Backups, NotDue, NotMade

LOOK_AGAIN = timedelta(hours=1)
"""After a failure, and where nothing is due: somebody may have emptied the folder."""

_NEVER = datetime.min.replace(tzinfo=UTC)

_log = logging.getLogger("handrail.backup")


class DailyBackup:
    """Asked at every tick, it looks once an hour and the moment the next one is due."""

    def __init__(self, backups: Backups, clock: Clock) -> None:
        self._backups = backups
        self._clock = clock
        self._running: asyncio.Task[None] | None = None
        self._looked = self._rests_until = _NEVER

    def begin(self) -> None:
        """Start to look, unless that goes on already or was done lately. Returns at once."""
        now = self._clock.now()
        # A clock that was put back is before the last look, and must not rest until that returns.
        if self._running is None and not self._looked <= now < self._rests_until:
            self._looked, self._rests_until = now, now + LOOK_AGAIN
            self._running = asyncio.create_task(self._look(now))

    async def settle(self) -> None:
        """Wait for what goes on. A cancelled caller does not stop it."""
        if self._running is not None:
            await asyncio.wait({self._running})

    async def _look(self, now: datetime) -> None:
        try:
            self._tell(await asyncio.to_thread(self._backups.make_if_due, now))
        except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on and tries again
            incident(error, "making the daily backup")
        finally:
            self._running = None

    def _tell(self, found: BackedUp | NotDue | NotMade) -> None:
        match found:
            case BackedUp(dropped):
                _log.info("the daily backup was made, and %d older files deleted", dropped)
            case NotDue(until):
                self._rests_until = min(until, self._rests_until)
            case NotMade(why):
                _log.error("%s It is tried again in an hour.", why)
            case _:
                assert_never(found)
