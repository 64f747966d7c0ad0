"""Check-ins, choices, sweeps and erasures in any order, beside a plain model of what is kept."""

import asyncio
import os
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Connection, select

from bot.domain.ids import ChannelId, GuildId, MemberId
from bot.domain.schedule import Schedule, closes_at, group_day
from bot.domain.weekdays import EVERY_DAY
from bot.services.check_ins import CheckIns, Form, Recorded
from bot.services.expiry import Expiry
from bot.services.groups import Group, Groups
from bot.services.privacy import Erased, Keeps, NothingToKeep, Privacy
from bot.services.prompts import Prompts
from bot.store.host_key import HostKey
from bot.store.instants import to_seconds
from bot.store.store import Store, open_store
from bot.store.tables import metadata
from tests.services.conftest import ANSWER as THE_ANSWER
from tests.services.conftest import AWAY, CHECK_INS, HOME, MORNING, HandClock

PLACES = (
    (HOME, Schedule("Europe/Berlin", time(9), EVERY_DAY)),
    (HOME, Schedule("Pacific/Auckland", time(9), EVERY_DAY)),
    (AWAY, Schedule("America/Los_Angeles", time(20), EVERY_DAY)),
)
SOMEBODY = st.sampled_from([MemberId(901), MemberId(902)])
SOMEWHERE = st.sampled_from([HOME, AWAY])


@dataclass
class Remembered:
    """What the model knows of one member in one server."""

    keep_days: int = 90
    forgotten: int = 0
    rows: dict[tuple[int, date], tuple[datetime, datetime]] = field(default_factory=dict)
    """Group and day: when it was made, and when that day closes."""

    def ends(self) -> list[datetime]:
        days = timedelta(days=self.keep_days)
        return [made + days if days else closing for made, closing in self.rows.values()]

    def forget(self, now: datetime) -> int:
        over = [key for key, end in zip(self.rows, self.ends(), strict=True) if end <= now]
        for key in over:
            del self.rows[key]
        self.forgotten += len(over)
        return len(over)


class Forgetting(RuleBasedStateMachine):
    """The services on a real store."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = TemporaryDirectory()
        self.clock = HandClock(MORNING)
        self.model: dict[tuple[GuildId, MemberId], Remembered] = {}
        self.closed: dict[tuple[int, str], int] = {}
        self.runner.run(self.open())

    async def open(self) -> None:
        key = HostKey(bytes(32), os.urandom)
        self.opened = open_store(Path(self.folder.name) / "handrail.db", key)
        self.store: Store = await self.opened.__aenter__()
        groups = Groups(self.store, self.clock)
        self.check_ins = CheckIns(self.store, self.clock)
        self.privacy = Privacy(self.store, self.clock)
        self.expiry = Expiry(self.store, self.clock)
        self.prompts = Prompts(self.store, self.clock)
        self.groups: list[Group] = [
            (await groups.set_up(guild, ChannelId(number), schedule)).group
            for number, (guild, schedule) in enumerate(PLACES, start=1)
        ]

    def teardown(self) -> None:
        self.runner.run(self.opened.__aexit__(None, None, None))
        self.runner.close()
        self.folder.cleanup()

    @rule(hours=st.integers(1, 40))
    def hours_pass(self, hours: int) -> None:
        self.clock.go(hours=hours)

    @rule(days=st.sampled_from([6, 7, 30, 89, 90]))
    def days_pass(self, days: int) -> None:
        self.clock.go(days=days)

    @rule(who=SOMEBODY, place=st.sampled_from(range(3)))
    def check_in(self, who: MemberId, place: int) -> None:
        group, now = self.groups[place], self.clock.now()
        day = group_day(group.schedule, now)
        here = group.guild, group.id, day, who
        assert isinstance(self.runner.run(self.check_ins.agree(*here, CHECK_INS)), Form)
        told = self.runner.run(self.check_ins.answer(*here, THE_ANSWER, "button"))
        known = self.model.setdefault((group.guild, who), Remembered())
        assert isinstance(told, Recorded)
        assert told.first == ((group.id, day) not in known.rows)
        assert told.kept == (known.keep_days > 0)
        known.rows.setdefault((group.id, day), (now, closes_at(group.schedule.zone, day)))

    @rule(who=SOMEBODY, guild=SOMEWHERE, days=st.sampled_from([0, 7, 30, 90, 365]))
    def keep_for(self, who: MemberId, guild: GuildId, days: int) -> None:
        told = self.runner.run(self.privacy.keep_for(guild, who, days))
        known = self.model.get((guild, who))
        if known is None:
            assert told == NothingToKeep()
            return
        known.keep_days = days
        assert told == Keeps(days, known.forget(self.clock.now()))

    @rule()
    def sweep(self) -> None:
        found = self.runner.run(self.expiry.sweep())
        forgotten = sum(known.forget(self.clock.now()) for known in self.model.values())
        assert found.check_ins == forgotten
        assert not self.runner.run(self.expiry.sweep())

    @rule()
    def days_end_and_begin(self) -> None:
        self.runner.run(self.prompts.plan_due())
        self.runner.run(self.prompts.forget_ended_days())

    @precondition(lambda self: self.model)
    @rule(who=SOMEBODY, guild=SOMEWHERE)
    def erase(self, who: MemberId, guild: GuildId) -> None:
        known = self.model.pop((guild, who), Remembered())
        assert self.runner.run(self.privacy.erase(guild, who)) == Erased(len(known.rows))

    @precondition(lambda self: self.model)
    @rule(who=SOMEBODY)
    def erase_everywhere(self, who: MemberId) -> None:
        gone = [self.model.pop((guild, who), None) for guild in (HOME, AWAY)]
        known = [each for each in gone if each is not None]
        told = self.runner.run(self.privacy.erase_everywhere(who))
        assert told == Erased(sum(len(each.rows) for each in known), servers=len(known))

    @invariant()
    def each_member_is_forgotten_next_when_their_oldest_is(self) -> None:
        found = {
            (row["guild_id"], row["member"]): (
                row["keep_days"],
                row["forgotten"],
                row["forget_at"],
            )
            for row in self.rows("members")
        }
        assert found == {
            (guild, self.store.keyring.member(guild, who)): (
                known.keep_days,
                known.forgotten,
                min(map(to_seconds, known.ends()), default=None),
            )
            for (guild, who), known in self.model.items()
        }

    @invariant()
    def what_is_kept_is_what_should_be(self) -> None:
        found = {
            (row["group_id"], row["day"], row["member"]): (row["at"], row["sealed"] is None)
            for row in self.rows("check_ins")
        }
        hashed = self.store.keyring.member
        expected = {
            (group, day.isoformat(), hashed(guild, who)): (to_seconds(made), known.keep_days)
            for (guild, who), known in self.model.items()
            for (group, day), (made, _) in known.rows.items()
        }
        assert {key: at for key, (at, _) in found.items()} == {
            key: at for key, (at, _) in expected.items()
        }
        assert all(found[key][1] for key, (_, keep_days) in expected.items() if keep_days == 0)

    @invariant()
    def a_number_of_people_that_was_fixed_stays(self) -> None:
        fixed = {
            (row["group_id"], row["day"]): row["people"]
            for row in self.rows("prompts")
            if row["people"] is not None
        }
        assert {key: fixed.get(key) for key in self.closed} == self.closed
        self.closed = fixed

    @invariant()
    def whoever_is_a_member_has_a_key_and_nobody_else(self) -> None:
        held = {key for (key,) in self.store.vault.keys._ask("SELECT member FROM member_keys")}
        assert held == {self.store.keyring.member(*each) for each in self.model}

    def rows(self, name: str) -> list[dict[str, Any]]:
        def look(conn: Connection) -> list[dict[str, Any]]:
            return [dict(row) for row in conn.execute(select(metadata.tables[name])).mappings()]

        return self.runner.run(self.store.read(look))


TestForgetting = Forgetting.TestCase
TestForgetting.settings = settings(max_examples=25, stateful_step_count=25)
