"""APScheduler as a tick and nothing more: the timetable lives in the database.

A tick asks what is due; the work itself runs in delivery's own tasks, because stopping the
scheduler cancels a job that is running.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.daily_backup import DailyBackup
from bot.delivery import Delivery
from bot.logs import incident
from bot.roll_call import RollCall
from bot.services import NotSaved
from bot.services.expiry import Expiry
from bot.services.prompts import Prompts

ROUNDS = 50
"""A row that cannot be written down stays due: a tick that is waited for ends after these."""

_JOB = "tick"
_PATIENCE = 2
"""So many intervals without a tick mean that the clock was put back."""

_log = logging.getLogger("handrail.scheduler")


class Heartbeat:
    """What happens at every tick. Prompts come first; what is kept too long comes after."""

    def __init__(
        self,
        prompts: Prompts,
        delivery: Delivery,
        expiry: Expiry,
        roll_call: RollCall,
        backup: DailyBackup | None = None,
    ) -> None:
        self._prompts = prompts
        self._delivery = delivery
        self._expiry = expiry
        self._roll_call = roll_call
        self._backup = backup

    async def beat(self) -> int:
        """Plan what is due and start to deliver it; return how much was started."""
        if self._backup is not None:
            self._backup.begin()
        planned = await self._prompts.plan_due()
        if planned.skipped:
            _log.warning("%d prompts were too late to be posted", planned.skipped)
        started = await self._delivery.run_due() + await self._delivery.redraw_due()
        await self._prompts.forget_ended_days()
        swept = await self._expiry.sweep()
        if swept:
            _log.info(
                "%d check-ins forgotten, %d members and %d servers erased: their time was over",
                swept.check_ins,
                swept.members,
                swept.servers,
            )
        return started + bool(swept) + await self._roll_call.start_due()

    async def settle(self) -> None:
        """Wait until all that was started has ended."""
        await self._delivery.settle()
        await self._roll_call.settle()
        if self._backup is not None:
            await self._backup.settle()


class FromNow(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 ships no types
    """The next tick is one interval from now, whatever the clock says that now is.

    APScheduler's own would make up for each tick that a clock put forward by years jumped over.
    """

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        del previous_fire_time
        return now + self._interval


class Ticker:
    """Beats every `seconds`. A beat that the loop came too late for still runs, once."""

    def __init__(self, heartbeat: Heartbeat, seconds: float) -> None:
        self._heartbeat = heartbeat
        self._seconds = seconds
        self._alone = asyncio.Lock()
        self._scheduler: AsyncIOScheduler | None = None
        self._overdue: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to tick; the first beat comes one interval from now."""
        if self._scheduler is not None:
            return
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            self._tick,
            FromNow(self._seconds),
            id=_JOB,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()
        self._expect()

    async def stop(self) -> None:
        """Stop ticking. What a tick has started goes on; delivery waits for it."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is None:
            return
        if self._overdue is not None:
            self._overdue.cancel()
        scheduler.pause()
        # A beat that has begun ends by itself, so that the shutdown has nothing to cancel.
        async with self._alone:
            scheduler.shutdown(wait=False)

    async def tick_now(self) -> None:
        """Beat until nothing more is due, and wait until all of it has ended."""
        for _ in range(ROUNDS):
            started = await self._beat()
            await self._heartbeat.settle()
            if not started:
                return

    def _expect(self) -> None:
        """See by the loop's own time, which nobody can set, that a tick comes.

        APScheduler waits for a time of day: an hour on, where the clock is put back by an hour.
        """
        if self._overdue is not None:
            self._overdue.cancel()
        loop = asyncio.get_running_loop()
        self._overdue = loop.call_later(_PATIENCE * self._seconds, self._count_from_now)

    def _count_from_now(self) -> None:
        if self._scheduler is not None:
            self._scheduler.reschedule_job(_JOB, trigger=FromNow(self._seconds))
            self._expect()

    async def _tick(self) -> None:
        if self._scheduler is not None:
            self._expect()
        try:
            await self._beat()
        except NotSaved as error:
            _log.error("not saved (%s) in a tick; the next one asks again", error.why)
        except Exception as error:  # noqa: BLE001 - a tick that raised must not be the last
            incident(error, "ticking")

    async def _beat(self) -> int:
        async with self._alone:
            return await self._heartbeat.beat()
