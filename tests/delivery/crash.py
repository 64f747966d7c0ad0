"""Lives of a bot that is killed at a chosen point, on a real database beside a model of Discord.

A point is every SQL statement of the writing connection and both ends of every request. After a
kill nothing more of that life reaches the disk or Discord: every later point kills again.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, event, select

from bot.delivery import Delivery, Post
from bot.domain.ids import ChannelId, GuildId
from bot.domain.outbox import OutboxRow, prompt_key
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from bot.pacing import Pacer
from bot.services.groups import Groups
from bot.services.outbox import Outbox
from bot.services.prompts import Prompts
from bot.store import outbox
from bot.store.host_key import HostKey
from bot.store.store import Store, open_store
from bot.store.tables import groups, prompts, schedules
from tests.delivery.discord_model import DiscordModel, Trouble

GUILD, CHANNEL = GuildId(11), ChannelId(22)
DAY = date(2026, 3, 2)
DUE = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILE = "handrail.db"
HOST_KEY = HostKey(bytes(32), bytes)
LONGEST_LIFE = timedelta(hours=8)
LAST_MOMENT = timedelta(minutes=5)
"""A restart this close to the expiry may be too late to look and post again."""


class Killed(Exception):  # noqa: N818 - not an error but an end
    """The process ends here. Whoever catches it gets no further than the next point."""


class Points:
    """Counts points and kills at the chosen one."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.passed = 0
        self.dead = False
        self._kill_at = kill_at

    def point(self, name: str) -> None:
        if not self.dead:
            self.passed += 1
            self.dead = self.passed == self._kill_at
        if self.dead:
            raise Killed(name)

    def statement(self, *arguments: Any) -> None:
        """Called by SQLAlchemy before each statement."""
        self.point(arguments[2])


class MovedClock:
    """Shows what it was last set to, to the living."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.points = Points()

    def now(self) -> datetime:
        if self.points.dead:
            raise Killed("looking at the clock")
        return self.moment


class Deliverer(Protocol):
    """What the harness needs of a way to deliver."""

    async def recover(self) -> None: ...
    async def tick(self) -> None: ...


class OutboxDeliverer:
    """The bot's own parts, put together as `run` does; of a tick, what plans and posts."""

    def __init__(self, store: Store, clock: MovedClock, discord: DiscordModel) -> None:
        self._prompts = Prompts(store, clock)
        pacer = Pacer(lambda: clock.now().timestamp(), no_wait)
        box = Outbox(store, clock, owner="a life")
        self._delivery = Delivery(box, self._prompts, discord, pacer, clock)
        self._delivery.register("prompt", lambda shown: Post(f"How are you? ({shown.total})"))

    async def recover(self) -> None:
        await self._delivery.recover()

    async def tick(self) -> None:
        await self._prompts.plan_due()
        await self._delivery.run_due()
        await self._delivery.settle()


async def no_wait(_seconds: float) -> None:
    """Pacing takes no time in these lives."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One schedule of trouble: what the network does, where each life ends, how long it is down."""

    script: tuple[Trouble, ...] = ()
    kills: tuple[int, ...] = ()
    downtimes: tuple[timedelta, ...] = ()
    readable: bool = True
    deaf_searches: int = 0
    removed_between: bool = False
    """While the bot is down, somebody deletes what it posted."""

    @property
    def first_life(self) -> object:
        """What the first life depends on: not on what happens after its end."""
        return self.script, self.kills[:1], self.readable, self.deaf_searches


@dataclass(frozen=True, slots=True)
class Ending:
    """What is left when no life is killed any more."""

    row: OutboxRow | None
    messages: int
    remembered: int | None
    """The message id kept in the prompt's own row."""
    resting: str | None
    points: tuple[int, ...]
    """How many points each life passed; fewer than a kill wanted means it never came to it."""
    last_start: datetime

    def faults(self, trial: Trial) -> list[str]:
        """Return what must never be."""
        row = self.row
        if row is None:
            return ["no row: the prompt is lost without a word"]
        in_time = self.last_start + LAST_MOMENT < row.expires_at
        must_arrive = trial.readable and in_time and "forbidden" not in trial.script
        broken = {
            "doubled": self.messages > 1,
            f"left open as {row.state}": row.state not in ("SENT", "SKIPPED", "DEAD"),
            "ended without a reason": row.state in ("SKIPPED", "DEAD") and not row.why,
            "said to be sent, and is not": row.state == "SENT" and not self.messages,
            "sent, and its id is not kept": row.state == "SENT" and self.remembered != row.message,
            "lost although history could be read": must_arrive and row.state != "SENT",
            "given up although it was there": trial.readable
            and in_time
            and self.messages == 1
            and row.state != "SENT",
            "dead, and its group not at rest": row.state == "DEAD"
            and (self.resting != "no-permission"),
        }
        return [fault for fault, is_so in broken.items() if is_so]


@dataclass(frozen=True, slots=True)
class Scene:
    """The world at the moment a first life has ended."""

    of: object
    database: bytes
    discord: DiscordModel
    moment: datetime
    passed: int


Making = Callable[[Store, MovedClock, DiscordModel], Deliverer]


class Theatre:
    """A folder with a database of one group that is asked at 09:00 UTC."""

    def __init__(self, folder: Path) -> None:
        self._stage = folder / "stage"
        self._beginning = b""
        self._scene: Scene | None = None

    async def build(self) -> None:
        clock = MovedClock(DUE - timedelta(hours=1))
        async with open_store(self._stage / FILE, HOST_KEY) as store:
            schedule = Schedule("UTC", time(9), EVERY_DAY)
            await Groups(store, clock).set_up(GUILD, CHANNEL, schedule)
        self._beginning = (self._stage / FILE).read_bytes()

    async def play(self, trial: Trial, making: Making = OutboxDeliverer) -> Ending:
        """Run lives until one ends by itself, and return what it left behind."""
        clock = MovedClock(DUE)
        discord = DiscordModel(clock, trial.script, trial.readable, trial.deaf_searches)
        self._lay_out(self._beginning)
        passed = []
        for number, (kill_at, downtime) in enumerate(
            zip(trial.kills, trial.downtimes, strict=True), start=1
        ):
            if number == 1:
                scene = await self._after_first_life(trial, clock, discord, making)
                self._lay_out(scene.database)
                clock = MovedClock(scene.moment)
                discord = scene.discord.copy(clock)
                passed.append(scene.passed)
            else:
                points = Points(kill_at)
                await self._live(points, clock, discord, making)
                passed.append(points.passed)
            clock.moment += downtime
            if trial.removed_between:
                discord.removed.update(message.id for message in discord.messages)
        points = Points()
        last_start = clock.moment
        row, remembered, resting = await self._live(points, clock, discord, making)
        clock.moment += timedelta(minutes=1)
        discord.catch_up()
        return Ending(
            row, len(discord.messages), remembered, resting, (*passed, points.passed), last_start
        )

    def _lay_out(self, database: bytes) -> None:
        for leftover in self._stage.glob(f"{FILE}*"):
            leftover.unlink()
        (self._stage / FILE).write_bytes(database)

    async def _after_first_life(
        self, trial: Trial, clock: MovedClock, discord: DiscordModel, making: Making
    ) -> Scene:
        """Play the first life, or remember it where the trial before began in the same way."""
        of = (trial.first_life, making)
        if self._scene is None or self._scene.of != of:
            points = Points(trial.kills[0])
            await self._live(points, clock, discord, making)
            database = (self._stage / FILE).read_bytes()
            self._scene = Scene(of, database, discord, clock.moment, points.passed)
        return self._scene

    async def _live(
        self,
        points: Points,
        clock: MovedClock,
        discord: DiscordModel,
        making: Making,
    ) -> tuple[OutboxRow | None, int | None, str | None]:
        discord.point, clock.points = points.point, points
        end = clock.moment + LONGEST_LIFE
        async with open_store(self._stage / FILE, HOST_KEY) as store:
            event.listen(store.writer_engine, "before_cursor_execute", points.statement)
            found = await store.read(look)
            try:
                delivery = making(store, clock, discord)
                await delivery.recover()
                while clock.moment < end:
                    await delivery.tick()
                    found = await store.read(look)
                    if found[0] is not None and found[0].state in ("SENT", "SKIPPED", "DEAD"):
                        break
                    points.point("time passes")
                    clock.moment = next_tick(found[0], clock.moment)
            except Killed:
                pass
            return found


def next_tick(row: OutboxRow | None, now: datetime) -> datetime:
    """Return the first tick, one every 5 s, that can find something to do for this row."""
    waits = [row.not_before, row.lease_until] if row is not None else []
    until = max((moment for moment in waits if moment is not None), default=now)
    return now + timedelta(seconds=5) * max(1, math.ceil((until - now).total_seconds() / 5))


def look(conn: Connection) -> tuple[OutboxRow | None, int | None, str | None]:
    """Return the outbox row, the message id its prompt remembers, and why its group rests."""
    group, resting, next_due = conn.execute(
        select(groups.c.id, groups.c.resting, schedules.c.next_due_at).join_from(groups, schedules)
    ).one()
    assert (resting is None) == (next_due is not None)
    row = outbox.find(conn, prompt_key(GUILD, group, DAY))
    remembered = conn.execute(select(prompts.c.message_id)).scalar_one_or_none()
    return row, remembered, resting
