"""The one door for messages nobody asked for just now: prompts, their counts, acknowledgements.

It carries out what the outbox says, one task per channel, in the pacer's rhythm. It decides nothing
about a row (bot/domain/outbox_rules.py does) and never cancels a request.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.ids import ChannelId, MemberId, MessageId
from bot.domain.outbox import Kind, PostOutcome, Refused, Sent, Unknown
from bot.domain.outbox_rules import search_from
from bot.logs import incident
from bot.pacing import Pacer
from bot.services import NotSaved
from bot.services.outbox import Outbox, Posting
from bot.services.prompts import Prompts, Redraw
from bot.wire import Post, Wire

__all__ = ["Delivery", "Post", "Posting", "Redraw", "Renderer"]

Renderer = Callable[[Posting | Redraw], Post]
"""Writes a message, new or with its count drawn anew."""

AT_ONCE = 24
"""How many may hold a row while they wait for their slot: half a second of the pacer's rhythm."""

BATCH = 500
REDRAWS = 100
REDRAW_AGAIN = timedelta(seconds=30)
UNAUTHORIZED = 401
LONGEST_PAUSE = timedelta(hours=4)

_log = logging.getLogger("handrail.delivery")


class Delivery:
    """Ask it to `run_due` at every tick, `settle` to wait, `close` to end."""

    def __init__(
        self, outbox: Outbox, prompts: Prompts, wire: Wire, pacer: Pacer, clock: Clock
    ) -> None:
        self._outbox = outbox
        self._prompts = prompts
        self._wire = wire
        self._pacer = pacer
        self._clock = clock
        self._renderers: dict[Kind, Renderer] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: set[ChannelId] = set()
        self._drawing: set[str] = set()
        self._draw_after: dict[str, datetime] = {}
        self._paused_until: datetime | None = None
        self._pauses = 0
        self._closing = False
        self.locked_out = asyncio.Event()
        """Set when Discord no longer takes our token: only a person can mend that."""

    def register(self, kind: Kind, renderer: Renderer) -> None:
        """Name the function that writes messages of this kind."""
        self._renderers[kind] = renderer

    async def recover(self) -> None:
        """Take over what an earlier run was doing when it ended; the next tick sees to it."""
        await self._outbox.recover()

    async def run_due(self) -> int:
        """Start what is due, one task per channel, and return how many were started."""
        if self._closing or self._is_paused():
            return 0
        queues: dict[ChannelId, list[str]] = {}
        for key, channel in await self._outbox.waiting(len(self._busy) + BATCH):
            if channel not in self._busy:
                queues.setdefault(channel, []).append(key)
        for channel, keys in queues.items():
            self._busy.add(channel)
            self._start(self._deliver(channel, keys))
        return len(queues)

    async def redraw_due(self) -> int:
        """Start to draw anew the counts that are due, and return how many were started."""
        if self._closing or self._is_paused():
            return 0
        started = 0
        for redraw in await self._prompts.redraws_due(len(self._drawing) + REDRAWS):
            after = self._draw_after.get(redraw.marker)
            if redraw.marker in self._drawing or (after and self._clock.now() < after):
                continue
            self._drawing.add(redraw.marker)
            self._start(self._redraw(redraw))
            started += 1
        return started

    def acknowledge(self, channel: ChannelId, message: MessageId, emoji: str) -> None:
        """Put a reaction on a member's message, in its turn. If that fails, nothing is lost."""
        if not self._closing:
            self._start(self._react(channel, message, emoji))

    async def post_now(self, channel: ChannelId, post: Post, marker: str) -> PostOutcome:
        """Post what somebody has just asked for, in its turn, and return what came of it.

        Within a minute the same marker posts once, however often it is tried.
        """

        async def work() -> PostOutcome:
            async with self._turns:
                await self._pacer.slot()
            return await self._wire.post(channel, post, marker)

        return await self._asked(work())

    async def tell(self, person: MemberId, post: Post, marker: str) -> PostOutcome:
        """Send somebody a direct message, likewise."""

        async def work() -> PostOutcome:
            async with self._turns:
                await self._pacer.slot()
            channel = await self._wire.direct(person)
            # a snowflake is a whole number, an outcome never is
            if not isinstance(channel, int):
                return channel
            return await self._wire.post(channel, post, marker)

        return await self._asked(work())

    async def settle(self) -> None:
        """Wait until nothing is in flight."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self, grace: float) -> None:
        """Take nothing new, and let what is in flight finish for at most `grace` seconds."""
        self._closing = True
        if not self._tasks:
            return
        _, unfinished = await asyncio.wait(set(self._tasks), timeout=grace)
        if unfinished:
            _log.warning(
                "%d requests had not ended; the next start looks for them", len(unfinished)
            )

    def _start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        match error:
            case None:
                pass
            case NotSaved(why=why):
                _log.error("not saved (%s) while delivering; it is looked at again later", why)
            case _:
                incident(error, "delivering")

    async def _asked(self, work: Coroutine[object, object, PostOutcome]) -> PostOutcome:
        """Carry out a request that is not in the outbox; it is not cancelled with who asks."""
        if self._closing or self._is_paused():
            work.close()
            return Refused(429, 0)
        outcomes: list[PostOutcome] = []

        async def carry_out() -> None:
            outcome = await work
            self._heed(outcome)
            outcomes.append(outcome)

        await asyncio.wait({self._start(carry_out())})
        return outcomes[0] if outcomes else Unknown("no outcome")

    async def _deliver(self, channel: ChannelId, keys: list[str]) -> None:
        try:
            for key in keys:
                if self._closing or self._is_paused():
                    return
                await self._work_on(key)
        finally:
            self._busy.discard(channel)

    async def _work_on(self, key: str) -> None:
        async with self._turns:
            posting = await self._outbox.take(key)
            if posting is not None and posting.row.state == "SENDING":
                await self._pacer.slot()
        if posting is not None and posting.row.state == "RECONCILE":
            posting = await self._look(posting)
        if posting is not None:
            await self._post(posting)

    async def _look(self, posting: Posting) -> Posting | None:
        """Look for a doubtful message in history; return the row again where it must be posted."""
        row = posting.row
        outcome = await self._wire.search(row.channel, search_from(row), posting.marker)
        again = await self._outbox.searched(posting, outcome)
        if again is not None:
            async with self._turns:
                await self._pacer.slot()
        return again

    async def _post(self, posting: Posting) -> None:
        post = self._renderers[posting.row.kind](posting)
        outcome = await self._wire.post(posting.row.channel, post, posting.marker)
        self._heed(outcome)
        await self._outbox.posted(posting, outcome)

    async def _redraw(self, redraw: Redraw) -> None:
        try:
            async with self._turns:
                await self._pacer.slot()
            post = self._renderers["prompt"](redraw)
            # until it is written down that all is well, this is not tried again at every tick
            self._draw_after[redraw.marker] = self._clock.now() + REDRAW_AGAIN
            match await self._wire.redraw(redraw.channel, redraw.message, post):
                case "done":
                    await self._prompts.drawn(redraw.marker, redraw.total)
                case "gone":
                    await self._prompts.undrawable(redraw.marker)
                case "failed":
                    return
            del self._draw_after[redraw.marker]
        finally:
            self._drawing.discard(redraw.marker)

    async def _react(self, channel: ChannelId, message: MessageId, emoji: str) -> None:
        async with self._turns:
            await self._pacer.slot()
        await self._wire.react(channel, message, emoji)

    def _heed(self, outcome: PostOutcome) -> None:
        """Rest for a while where Discord's front door has shut: each try makes it worse."""
        if isinstance(outcome, Sent):
            self._pauses = 0
        elif isinstance(outcome, Refused) and outcome.status == UNAUTHORIZED:
            self._closing = True
            self.locked_out.set()
        elif isinstance(outcome, Refused) and outcome.everywhere and not self._is_paused():
            pause = (outcome.again_after or timedelta()) * 2**self._pauses
            self._paused_until = self._clock.now() + min(pause, LONGEST_PAUSE)
            self._pauses += 1
            _log.error("Discord's front door refuses us; nothing is sent for %s", pause)

    def _is_paused(self) -> bool:
        return self._paused_until is not None and self._clock.now() < self._paused_until
