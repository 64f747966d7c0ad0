"""Killed at every statement while it forgets or erases: all of it in the end, or nothing."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.domain.answers import Answer
from bot.domain.consent import Purpose
from bot.domain.ids import ChannelId, GuildId, MemberId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from bot.services.check_ins import CheckIns, Recorded
from bot.services.expiry import Expiry
from bot.services.groups import Groups
from bot.services.privacy import Keeps, Privacy
from bot.store.host_key import HostKey
from bot.store.store import Store, open_store
from bot.store.tables import check_ins, metadata
from tests.store.killing import Killed, Killing

SERVERS = (GuildId(11), GuildId(12), GuildId(13))
ANA, BEN = MemberId(33), MemberId(44)
FIRST = datetime(2026, 3, 3, 12, tzinfo=UTC)
CHECK_INS = frozenset({Purpose.CHECK_INS})
SCHEDULE = Schedule("UTC", time(9), EVERY_DAY)
PEOPLE = 250


@dataclass
class Hands:
    """A clock that is set by hand."""

    moment: datetime = FIRST

    def now(self) -> datetime:
        return self.moment


class House:
    """The services over an open store, and what its files hold."""

    def __init__(self, store: Store, clock: Hands, folder: Path) -> None:
        self.store, self.clock, self.folder = store, clock, folder
        self.groups = Groups(store, clock)
        self.check_ins = CheckIns(store, clock)
        self.privacy = Privacy(store, clock)
        self.expiry = Expiry(store, clock)

    async def check_in(self, guild: GuildId, *people: MemberId) -> None:
        group = (await self.groups.set_up(guild, ChannelId(guild + 100), SCHEDULE)).group
        here = guild, group.id, self.clock.moment.date()
        for who in people:
            await self.check_ins.agree(*here, who, CHECK_INS)
            line = f"{guild} {who}"
            told = await self.check_ins.answer(*here, who, Answer(line=line), "button")
            assert isinstance(told, Recorded)

    async def secrets(self, who: MemberId) -> set[bytes]:
        """Everything sealed about somebody, and their wrapped keys."""
        hashes = [self.store.keyring.member(guild, who) for guild in SERVERS]

        def look(conn: Connection) -> set[bytes]:
            found = conn.execute(select(check_ins.c.sealed).where(check_ins.c.member.in_(hashes)))
            return set(found.scalars()) - {None}

        wrapped = {self.store.vault.keys.key_of(hashed) for hashed in hashes} - {None}
        return await self.store.read(look) | {each for each in wrapped if each}

    async def held(self, who: MemberId) -> tuple[int, ...]:
        return tuple([(await self.privacy.held(each, who)).check_ins for each in SERVERS])

    async def rows(self, name: str) -> int:
        def look(conn: Connection) -> int:
            return len(conn.execute(select(metadata.tables[name])).all())

        return await self.store.read(look)

    def keys(self) -> int:
        ((number,),) = self.store.vault.keys._ask("SELECT count(*) FROM member_keys")
        return int(number)

    def files(self) -> bytes:
        files = [path for path in sorted(self.folder.iterdir()) if path.is_file()]
        return b"".join(path.read_bytes() for path in files)


@asynccontextmanager
async def open_house(folder: Path, host_key: HostKey, moment: datetime) -> AsyncIterator[House]:
    async with open_store(folder / "handrail.db", host_key) as store:
        yield House(store, Hands(moment), folder)


async def deaths(
    folder: Path,
    host_key: HostKey,
    moment: datetime,
    deed: Callable[[House], Awaitable[object]],
) -> AsyncIterator[tuple[House, list[str]]]:
    """Do the deed once for each statement it has, ended there; yield what the next start opens."""
    for kill_at in count(1):
        stage, left = folder.with_name(f"stage-{kill_at}"), folder.with_name(f"left-{kill_at}")
        shutil.copytree(folder, stage)
        async with open_house(stage, host_key, moment) as house:
            killing = Killing(kill_at, stage, left)
            killing.watch(house.store)
            try:
                await deed(house)
            except Killed:
                pass
            else:
                return
        async with open_house(left, host_key, moment) as house:
            yield house, killing.passed
        shutil.rmtree(stage)
        shutil.rmtree(left)


async def test_killed_anywhere_somebody_is_erased_in_all_servers_or_in_none(
    tmp_path: Path, host_key: HostKey
) -> None:
    beginning = tmp_path / "beginning"
    async with open_house(beginning, host_key, FIRST) as house:
        for guild in SERVERS:
            await house.check_in(guild, ANA, BEN)
        secrets = await house.secrets(ANA)
        assert len(secrets) == 6
    gone: list[bool] = []
    statements: list[str] = []
    async for house, passed in deaths(
        beginning, host_key, FIRST, lambda house: house.privacy.erase_everywhere(ANA)
    ):
        held, content = await house.held(ANA), house.files()
        assert held in ((0, 0, 0), (1, 1, 1)), passed[-1]
        gone.append(held == (0, 0, 0))
        assert {each in content for each in secrets} == {not gone[-1]}, passed[-1]
        assert await house.held(BEN) == (1, 1, 1)
        assert house.keys() == (3 if gone[-1] else 6)
        statements = passed
    # the one step is the commit of the key file: untouched before, wholly gone after
    assert gone == sorted(gone)
    assert gone.index(True) == statements.index("COMMIT") + 1
    assert sum(gone) >= 8


@pytest.mark.parametrize(("days", "kept"), [(7, 2), (0, 1)])
async def test_killed_anywhere_keeping_for_less_has_happened_wholly_or_not_at_all(
    tmp_path: Path, host_key: HostKey, days: int, kept: int
) -> None:
    beginning, now = tmp_path / "beginning", FIRST + timedelta(days=30)
    async with open_house(beginning, host_key, FIRST) as house:
        for passed_days in (0, 10, 29, 30):
            house.clock.moment = FIRST + timedelta(days=passed_days)
            await house.check_in(SERVERS[0], ANA, BEN)
        secrets = await house.secrets(ANA) - await wrapped_of(house, ANA)
    done: list[bool] = []
    async for house, passed in deaths(
        beginning, host_key, now, lambda house: keep_for(house, days)
    ):
        found = await house.privacy.held(SERVERS[0], ANA)
        assert (found.check_ins, found.keep_days) in ((4, 90), (kept, days)), passed[-1]
        done.append(found.keep_days == days)
        readable = sum(each in house.files() for each in secrets)
        assert readable == (4 if not done[-1] else 2 if days else 0), passed[-1]
        assert (await house.privacy.held(SERVERS[0], BEN)).check_ins == 4
    assert done == sorted(done)
    assert set(done) == {False, True}


async def test_killed_anywhere_erasing_a_large_server_goes_on_after_the_start(
    tmp_path: Path, host_key: HostKey
) -> None:
    beginning, now = tmp_path / "beginning", FIRST + timedelta(days=31)
    async with open_house(beginning, host_key, FIRST) as house:
        await house.check_in(SERVERS[0], *(MemberId(1000 + number) for number in range(PEOPLE)))
        await house.check_in(SERVERS[1], ANA)
        await house.groups.guild_left(SERVERS[0])

    async def sweep_all(house: House) -> None:
        while await house.expiry.sweep():
            pass

    async with measured(beginning, host_key, now, sweep_all) as statements:
        commits = [number for number, sql in enumerate(statements, start=1) if sql == "COMMIT"]
        points = {1, 2, len(statements)} | set(range(7, len(statements), 97))
        points |= {near for at in commits for near in (at - 1, at, at + 1)} - {0}
    for kill_at in sorted(points):
        left = tmp_path / f"left-{kill_at}"
        stage = tmp_path / f"stage-{kill_at}"
        shutil.copytree(beginning, stage)
        async with open_house(stage, host_key, now) as house:
            Killing(kill_at, stage, left).watch(house.store)
            try:
                await sweep_all(house)
            except Killed:
                pass
            else:
                raise AssertionError(kill_at)
        async with open_house(left, host_key, now) as house:
            # a key and its row are gone together, whatever was under way
            assert house.keys() == await house.rows("members"), kill_at
            await sweep_all(house)
            assert await house.rows("members") == await house.rows("check_ins") == 1
            assert await house.rows("groups") == house.keys() == 1
            assert await house.rows("departures") == 0
        shutil.rmtree(stage)
        shutil.rmtree(left)


async def keep_for(house: House, days: int) -> None:
    assert isinstance(await house.privacy.keep_for(SERVERS[0], ANA, days), Keeps)


async def wrapped_of(house: House, who: MemberId) -> set[bytes]:
    hashes = [house.store.keyring.member(guild, who) for guild in SERVERS]
    return {key for each in hashes if (key := house.store.vault.keys.key_of(each))}


@asynccontextmanager
async def measured(
    folder: Path, host_key: HostKey, moment: datetime, deed: Callable[[House], Awaitable[None]]
) -> AsyncIterator[list[str]]:
    """Do the deed on a copy and tell which statements it took."""
    stage = folder.with_name("measured")
    shutil.copytree(folder, stage)
    async with open_house(stage, host_key, moment) as house:
        never = Killing(10**9, stage, stage)
        never.watch(house.store)
        await deed(house)
        yield never.passed
