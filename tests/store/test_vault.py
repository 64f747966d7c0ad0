"""The vault: each member's words under a key of their own; the key dies first, and for good."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, time
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.domain.answers import BARE, Answer
from bot.domain.consent import Purpose
from bot.domain.ids import ChannelId, GroupId, GuildId, MemberId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from bot.services.check_ins import CheckIns, ConsentNeeded, Form, Recorded
from bot.services.groups import Groups
from bot.services.privacy import Erased, Privacy
from bot.store.errors import SealBroken
from bot.store.holdings import Holdings
from bot.store.host_key import HostKey
from bot.store.keys_file import KeysFile
from bot.store.store import Store, open_store
from bot.store.vault import Vault
from tests.store.killing import Killed, Killing

GUILD, CHANNEL = GuildId(11), ChannelId(22)
ANA, BEN = MemberId(33), MemberId(44)
DAY = date(2026, 3, 3)
ANSWER = Answer(mood=4, urge=2, line="a quiet marigold morning")
ROW = "check_ins|1|2026-03-03|a"
NOTHING = Holdings(0, None)
CHECK_INS = frozenset({Purpose.CHECK_INS})


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 3, 3, 12, tzinfo=UTC)


class Group:
    """One group over an open store, and its services."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.check_ins = CheckIns(store, Noon())
        self.privacy = Privacy(store, Noon())
        self.id = GroupId(1)

    async def set_up(self) -> None:
        await Groups(self.store, Noon()).set_up(GUILD, CHANNEL, Schedule("UTC", time(9), EVERY_DAY))

    async def agree(self, member: MemberId) -> Form:
        form = await self.check_ins.agree(GUILD, self.id, DAY, member, CHECK_INS)
        assert isinstance(form, Form)
        return form

    async def check_in(self, member: MemberId) -> None:
        await self.agree(member)
        told = await self.answer(member)
        assert isinstance(told, Recorded)

    async def answer(self, member: MemberId) -> object:
        return await self.check_ins.answer(GUILD, self.id, DAY, member, ANSWER, "button")

    async def form(self, member: MemberId) -> object:
        return await self.check_ins.open_here(GUILD, CHANNEL, member)

    async def held(self, member: MemberId) -> Holdings:
        return await self.privacy.held(GUILD, member)

    def hashed(self, member: MemberId) -> bytes:
        return self.store.keyring.member(GUILD, member)


@asynccontextmanager
async def open_group(path: Path, host_key: HostKey) -> AsyncIterator[Group]:
    async with open_store(path, host_key) as store:
        yield Group(store)


@pytest.fixture
async def group(path: Path, host_key: HostKey) -> AsyncIterator[Group]:
    async with open_group(path, host_key) as opened:
        await opened.set_up()
        yield opened


@pytest.fixture
def vault(store: Store) -> Vault:
    store.vault.make(b"ana", b"ben")
    return store.vault


def test_what_is_sealed_opens_for_its_member_in_its_row_only(vault: Vault) -> None:
    sealed = vault.seal(b"ana", b"words", ROW)
    assert b"words" not in sealed
    assert vault.open(b"ana", sealed, ROW) == b"words"
    assert vault.open(b"ben", sealed, ROW) is None
    with pytest.raises(SealBroken):
        vault.open(b"ana", sealed, "check_ins|1|2026-03-04|a")
    with pytest.raises(SealBroken):
        vault.open(b"ana", sealed[:-1] + bytes([sealed[-1] ^ 1]), ROW)
    with pytest.raises(SealBroken):
        vault.open(b"ana", b"", ROW)


def test_the_same_words_are_never_sealed_alike(vault: Vault) -> None:
    assert vault.seal(b"ana", b"words", ROW) != vault.seal(b"ana", b"words", ROW)


def test_nothing_is_sealed_for_somebody_without_a_key(vault: Vault) -> None:
    with pytest.raises(SealBroken):
        vault.seal(b"cem", b"words", ROW)
    assert vault.open(b"cem", vault.seal(b"ana", b"words", ROW), ROW) is None


def test_a_key_is_made_once(vault: Vault) -> None:
    sealed = vault.seal(b"ana", b"words", ROW)
    vault.make(b"ana")
    assert vault.open(b"ana", sealed, ROW) == b"words"


def test_a_shredded_key_comes_back_neither_from_memory_nor_by_agreeing_again(vault: Vault) -> None:
    sealed = vault.seal(b"ana", b"words", ROW)
    vault.shred([(GUILD, b"ana")], after=0)
    assert not vault.holds(b"ana")
    assert vault.open(b"ana", sealed, ROW) is None
    vault.make(b"ana")
    assert vault.open(b"ana", sealed, ROW) is None
    assert vault.holds(b"ben")


def test_more_members_than_are_remembered_all_open(vault: Vault) -> None:
    members = [b"%d" % number for number in range(1500)]
    vault.make(*members)
    sealed = [vault.seal(member, member, ROW) for member in members]
    for member, each in zip(members, sealed, strict=True):
        assert vault.open(member, each, ROW) == member


def test_a_wrapped_key_moved_to_another_member_does_not_open(vault: Vault, path: Path) -> None:
    with closing(sqlite3.connect(path.with_name("keys.db"))) as keys, keys:
        keys.execute(
            "UPDATE member_keys SET wrapped = (SELECT wrapped FROM member_keys WHERE member = ?)"
            " WHERE member = ?",
            (b"ana", b"ben"),
        )
    with pytest.raises(SealBroken):
        vault.holds(b"ben")


def test_a_number_on_a_tombstone_is_above_all_that_a_database_obeyed(vault: Vault) -> None:
    vault.shred([(GUILD, b"ana")], after=7)
    vault.shred([(GUILD, b"ben"), (GUILD, b"cem")], after=0)
    assert [(stone.number, stone.hash) for stone in vault.tombstones(after=0)] == [
        (8, b"ana"),
        (9, b"ben"),
        (10, b"cem"),
    ]
    assert [stone.number for stone in vault.tombstones(after=9)] == [10]


async def test_a_key_is_made_by_saying_yes_and_by_nothing_else(group: Group) -> None:
    await group.form(ANA)
    await group.answer(ANA)
    await group.check_ins.count_only(GUILD, group.id, DAY, ANA)
    assert not group.store.vault.holds(group.hashed(ANA))
    await group.agree(ANA)
    assert group.store.vault.holds(group.hashed(ANA))


async def test_erasing_destroys_the_key_and_every_trace_in_both_files(
    group: Group, path: Path
) -> None:
    await group.check_in(ANA)
    await group.check_in(BEN)
    wrapped = group.store.vault.keys.key_of(group.hashed(ANA))
    sealed = await group.store.read(sealed_of, group.hashed(ANA))
    assert wrapped is not None
    assert await group.privacy.erase(GUILD, ANA) == Erased(1)
    content = files_of(path.parent)
    assert wrapped not in content
    assert sealed not in content
    assert await group.held(ANA) == NOTHING
    assert await group.form(BEN) == Form(group.id, DAY, ANSWER)
    assert await group.form(ANA) == ConsentNeeded(group.id, DAY)


async def test_who_comes_back_begins_anew(group: Group) -> None:
    await group.check_in(ANA)
    await group.privacy.erase(GUILD, ANA)
    assert (await group.agree(ANA)).answer == BARE
    assert isinstance(await group.answer(ANA), Recorded)
    assert await group.form(ANA) == Form(group.id, DAY, ANSWER)
    assert await group.privacy.erase(GUILD, ANA) == Erased(1)


async def test_who_came_back_is_kept_over_a_restart(path: Path, host_key: HostKey) -> None:
    async with open_group(path, host_key) as group:
        await group.set_up()
        await group.check_in(ANA)
        await group.privacy.erase(GUILD, ANA)
        await group.check_in(ANA)
    async with open_group(path, host_key) as group:
        assert await group.form(ANA) == Form(group.id, DAY, ANSWER)


async def test_somebody_only_counted_is_erased_as_well(group: Group) -> None:
    await group.check_ins.count_only(GUILD, group.id, DAY, ANA)
    await group.check_ins.count_only(GUILD, group.id, DAY, BEN)
    await group.privacy.erase(GUILD, ANA)
    told = await group.check_ins.count_only(GUILD, group.id, DAY, BEN)
    assert told.total == 1  # type: ignore[union-attr]  # of Counted; any other kind fails here


async def test_an_older_copy_of_the_database_forgets_who_was_erased_since(
    path: Path, host_key: HostKey, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with open_group(path, host_key) as group:
        await group.set_up()
        await group.check_in(ANA)
        await group.check_in(BEN)
        sealed = await group.store.read(sealed_of, group.hashed(ANA))
        with closing(sqlite3.connect(path)) as whole, closing(sqlite3.connect(copy)) as copied:
            whole.backup(copied)
        await group.privacy.erase(GUILD, ANA)
    assert sealed in copy.read_bytes()
    copy.replace(path)
    async with open_group(path, host_key) as group:
        assert await group.held(ANA) == NOTHING
        assert sealed not in files_of(path.parent)
        assert await group.form(BEN) == Form(group.id, DAY, ANSWER)


async def test_an_older_copy_of_the_keys_asks_again_and_never_crashes(
    path: Path, host_key: HostKey
) -> None:
    keys, copy = path.with_name("keys.db"), path.with_name("keys.copy")
    async with open_group(path, host_key) as group:
        await group.set_up()
    shutil.copy(keys, copy)
    async with open_group(path, host_key) as group:
        await group.check_in(ANA)
        await group.check_in(BEN)
        await group.privacy.erase(GUILD, BEN)
    copy.replace(keys)
    async with open_group(path, host_key) as group:
        assert await group.form(ANA) == ConsentNeeded(group.id, DAY)
        assert (await group.agree(ANA)).answer == BARE
        assert isinstance(await group.answer(ANA), Recorded)
        assert await group.form(ANA) == Form(group.id, DAY, ANSWER)
        # The numbers of tombstones go on above what the database already obeyed.
        await group.privacy.erase(GUILD, ANA)
        assert await group.held(ANA) == NOTHING
    async with open_group(path, host_key) as group:
        assert await group.held(ANA) == NOTHING


async def test_killed_anywhere_an_erased_member_is_gone_wholly_or_untouched(
    tmp_path: Path, host_key: HostKey
) -> None:
    beginning = tmp_path / "beginning"
    async with open_group(beginning / "handrail.db", host_key) as group:
        await group.set_up()
        await group.check_in(ANA)
        await group.check_in(BEN)
        sealed = await group.store.read(sealed_of, group.hashed(ANA))
        wrapped = group.store.vault.keys.key_of(group.hashed(ANA))
    assert wrapped is not None
    gone = []
    for kill_at in count(1):
        stage, left = tmp_path / f"stage-{kill_at}", tmp_path / f"left-{kill_at}"
        shutil.copytree(beginning, stage)
        async with open_group(stage / "handrail.db", host_key) as group:
            killing = Killing(kill_at, stage, left)
            killing.watch(group.store)
            try:
                await group.privacy.erase(GUILD, ANA)
            except Killed:
                pass
            else:
                break
        async with open_group(left / "handrail.db", host_key) as group:
            content = files_of(left)
            if await group.held(ANA) == NOTHING:
                gone.append(kill_at)
                assert await group.form(ANA) == ConsentNeeded(group.id, DAY)
                assert (wrapped in content, sealed in content) == (False, False)
            else:
                assert gone == []
                assert await group.form(ANA) == Form(group.id, DAY, ANSWER)
            assert await group.form(BEN) == Form(group.id, DAY, ANSWER)
    statements = killing.passed
    assert gone[0] == statements.index("COMMIT") + 2, statements
    assert len(gone) >= 5
    assert sum("wal_checkpoint" in sql for sql in statements) == 2


async def test_rows_that_an_erase_could_not_reach_are_gone_before_the_next_yes(
    group: Group,
) -> None:
    await group.check_in(ANA)
    group.store.vault.shred([(GUILD, group.hashed(ANA))], after=0)
    assert (await group.held(ANA)).check_ins == 1
    await group.agree(ANA)
    assert await group.held(ANA) == Holdings(0, None, CHECK_INS, is_member=True)


def test_a_change_to_the_keys_that_breaks_leaves_them_as_they_were(vault: Vault) -> None:
    def break_commit(sql: str) -> None:
        if sql == "COMMIT":
            raise Killed(sql)

    sealed = vault.seal(b"ana", b"words", ROW)
    vault.keys.watch = break_commit
    with pytest.raises(Killed):
        vault.shred([(GUILD, b"ana")], after=0)
    with pytest.raises(Killed):
        vault.make(b"cem")
    vault.keys.watch = lambda _sql: None
    assert vault.open(b"ana", sealed, ROW) == b"words"
    assert not vault.holds(b"cem")
    assert vault.tombstones(after=0) == []


async def test_the_key_file_is_as_careful_as_the_database(store: Store) -> None:
    keys: KeysFile = store.vault.keys
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    assert {name: keys._ask(f"PRAGMA {name}")[0][0] for name in wanted} == wanted


def sealed_of(conn: Connection, member: bytes) -> bytes:
    found = conn.exec_driver_sql("SELECT sealed FROM check_ins WHERE member = ?", (member,))
    sealed: bytes = found.scalar_one()
    return sealed


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
