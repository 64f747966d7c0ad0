"""A delivery on a real store beside a model of Discord, with doors that can be held shut."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from bot.delivery import Delivery, Post
from bot.domain.ids import ChannelId, GuildId, MemberId
from bot.domain.outbox import OutboxRow, PostOutcome, Refused
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from bot.pacing import Pacer
from bot.roll_call import Presence, RollCall
from bot.scheduler import Heartbeat, Ticker
from bot.services.check_ins import CheckIns
from bot.services.expiry import Expiry
from bot.services.groups import Group, Groups
from bot.services.outbox import Outbox
from bot.services.prompts import Prompts
from bot.store import outbox
from bot.store.store import Store, open_store
from bot.store.tables import outbox as outbox_table
from tests.delivery.crash import DUE, FILE, GUILD, HOST_KEY, MovedClock, no_wait
from tests.delivery.discord_model import DiscordModel

ANA = MemberId(901)


@dataclass(slots=True)
class Doors(DiscordModel):
    """The model, with channels whose requests can be held or refused one by one."""

    held: dict[ChannelId, asyncio.Event] = field(default_factory=dict)
    entered: list[ChannelId] = field(default_factory=list)
    refusals: dict[ChannelId, Refused] = field(default_factory=dict)
    looks_held: asyncio.Event | None = None
    looking: int = 0
    most_looking: int = 0
    """How many were asked for at the same time, at most."""

    async def presence(self, guild: GuildId, person: MemberId) -> Presence:
        self.looking += 1
        self.most_looking = max(self.most_looking, self.looking)
        if self.looks_held is not None:
            await self.looks_held.wait()
        self.looking -= 1
        return await DiscordModel.presence(self, guild, person)

    async def post(self, channel: ChannelId, post: Post, nonce: str) -> PostOutcome:
        self.entered.append(channel)
        if channel in self.held:
            await self.held[channel].wait()
        if channel in self.refusals:
            return self.refusals[channel]
        return await DiscordModel.post(self, channel, post, nonce)


@dataclass
class Relay:
    """Everything a test of delivery needs."""

    store: Store
    clock: MovedClock
    discord: Doors
    groups: Groups
    check_ins: CheckIns
    prompts: Prompts
    delivery: Delivery
    roll_call: RollCall
    heartbeat: Heartbeat
    ticker: Ticker

    async def a_group(self, channel: int = 22, at: time = time(9)) -> Group:
        schedule = Schedule("UTC", at, EVERY_DAY)
        return (await self.groups.set_up(GUILD, ChannelId(channel), schedule)).group

    async def rows(self) -> list[OutboxRow]:
        def unit(conn: Connection) -> list[OutboxRow]:
            keys = conn.execute(select(outbox_table.c.key).order_by(outbox_table.c.key)).scalars()
            return [row for key in keys if (row := outbox.find(conn, key)) is not None]

        return await self.store.read(unit)

    async def row(self) -> OutboxRow:
        (row,) = await self.rows()
        return row

    def go(self, **by: float) -> None:
        self.clock.moment += timedelta(**by)


@asynccontextmanager
async def open_relay(
    folder: Path, *, tick_seconds: float = 3600, busy_ms: int = 5000
) -> AsyncIterator[Relay]:
    """Open a store in `folder` at an hour before the prompts are due."""
    clock = MovedClock(DUE - timedelta(hours=1))
    async with open_store(folder / FILE, HOST_KEY, busy_ms=busy_ms) as store:
        discord = Doors(clock)
        prompts = Prompts(store, clock)
        pacer = Pacer(lambda: clock.now().timestamp(), no_wait)
        expiry = Expiry(store, clock)
        delivery = Delivery(Outbox(store, clock, "a run"), prompts, discord, pacer, clock)
        delivery.register("prompt", lambda asked: Post(f"{asked.day} {asked.total}"))
        groups = Groups(store, clock)
        roll_call = RollCall(expiry, groups, discord, pacer)
        heartbeat = Heartbeat(prompts, delivery, expiry, roll_call)
        ticker = Ticker(heartbeat, tick_seconds)
        yield Relay(
            store,
            clock,
            discord,
            groups,
            CheckIns(store, clock),
            prompts,
            delivery,
            roll_call,
            heartbeat,
            ticker,
        )
        await delivery.settle()


async def until(condition: Callable[[], object]) -> None:
    """Let the loop run until `condition()` holds; the test's own limit ends a wait in vain."""
    while not condition():
        await asyncio.sleep(0.001)
