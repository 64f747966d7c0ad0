"""Services on a real store, and a clock that is moved by hand."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.domain.answers import Answer
from bot.domain.consent import Purpose
from bot.domain.ids import ChannelId, GroupId, GuildId, MemberId, MessageId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from bot.services.check_ins import CheckIns
from bot.services.consents import Consents
from bot.services.expiry import Expiry
from bot.services.groups import Group, Groups
from bot.services.privacy import Privacy
from bot.services.prompts import Prompts
from bot.store.host_key import HostKey
from bot.store.store import Store, open_store
from bot.store.tables import metadata, outbox, prompts

# A Tuesday in winter: Berlin is one hour ahead.
MORNING = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
NINE = Schedule("Europe/Berlin", time(9), EVERY_DAY)

HOME = GuildId(700_000_000_000_000_001)
AWAY = GuildId(700_000_000_000_000_002)
CHANNEL = ChannelId(800_000_000_000_000_001)
ANA = MemberId(900_000_000_000_000_001)
BEN = MemberId(900_000_000_000_000_002)


@dataclass
class HandClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def go(self, **by: float) -> None:
        self.moment += timedelta(**by)

    def set(self, day: int, hour: int, minute: int = 0) -> None:
        """Set the hands to a day of March 2026, in UTC."""
        self.moment = datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@dataclass
class House:
    """Everything a test of the services needs."""

    store: Store
    clock: HandClock
    groups: Groups
    check_ins: CheckIns
    prompts: Prompts
    consents: Consents
    privacy: Privacy
    expiry: Expiry

    @classmethod
    def of(cls, store: Store, clock: HandClock) -> "House":
        return cls(
            store,
            clock,
            Groups(store, clock),
            CheckIns(store, clock),
            Prompts(store, clock),
            Consents(store, clock),
            Privacy(store, clock),
            Expiry(store, clock),
        )

    async def a_group(
        self, channel: int = CHANNEL, guild: int = HOME, schedule: Schedule = NINE
    ) -> Group:
        return (await self.groups.set_up(GuildId(guild), ChannelId(channel), schedule)).group

    async def agree(self, group: Group, member: MemberId) -> None:
        day = self.clock.now().date()
        await self.check_ins.agree(group.guild, group.id, day, member, CHECK_INS)

    async def ask(self, group: Group, message: int = 5000) -> str:
        """Plan what is due and post it; return the marker of the last prompt."""
        await self.prompts.plan_due()
        return await self.store.write(_post, group.id, MessageId(message))

    async def rows(self, name: str) -> list[dict[str, Any]]:
        table = metadata.tables[name]

        def look(conn: Connection) -> list[dict[str, Any]]:
            found = conn.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            return [dict(row) for row in found]

        return await self.store.read(look)

    async def states(self) -> list[tuple[str, str, str | None]]:
        return [(row["day"], row["state"], row["why"]) for row in await self.rows("outbox")]

    async def set_state(self, state: str, tries: int = 1) -> None:
        await self.store.write(_set_state, state, tries)


def _post(conn: Connection, group: GroupId, message: MessageId) -> str:
    day = conn.execute(
        select(prompts.c.day).where(prompts.c.group_id == group).order_by(prompts.c.day.desc())
    ).scalars()
    latest = next(iter(day))
    here = (prompts.c.group_id == group) & (prompts.c.day == latest)
    conn.execute(update(prompts).where(here).values(message_id=message))
    conn.execute(
        update(outbox)
        .where(outbox.c.group_id == group, outbox.c.day == latest)
        .values(state="SENT", tries=1, message_id=message)
    )
    marker: str = conn.execute(select(prompts.c.marker).where(here)).scalar_one()
    return marker


def _set_state(conn: Connection, state: str, tries: int) -> None:
    conn.execute(update(outbox).values(state=state, tries=tries))


@pytest.fixture
def clock() -> HandClock:
    return HandClock(MORNING)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    host_key = HostKey(bytes(range(32)), os.urandom)
    async with open_store(tmp_path / "handrail.db", host_key) as store:
        yield House.of(store, clock)


CHECK_INS = frozenset({Purpose.CHECK_INS})

ANSWER = Answer(mood=3, urge=4, line="a quiet evening")
