"""Put back, a copy brings nobody back and lets nothing be said twice; what is wrong is refused."""

import asyncio
import io
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.answers import Answer
from bot.domain.consent import Purpose
from bot.domain.ids import ChannelId, MemberId
from bot.services.outcomes import ConsentNeeded, Counted, Form, Recorded
from bot.services.privacy import Privacy
from bot.services.restore import Place, Restored, restore
from bot.store.backup import Made, back_up
from bot.store.backup_file import seal_file
from bot.store.errors import StoreRefused
from bot.store.host_key import HostKey
from bot.store.restore import opened
from tests.delivery.crash import DUE, GUILD, HOST_KEY, MovedClock
from tests.delivery.relay import ANA, Relay, open_relay, until

BEN = MemberId(902)
CHANNEL = ChannelId(22)
CHECK_INS = frozenset({Purpose.CHECK_INS})


def place_of(folder: Path, key: HostKey = HOST_KEY) -> Place:
    return Place(folder / "handrail.db", folder / "keys.db", key)


def take(folder: Path, now: datetime) -> Made:
    return back_up(folder / "handrail.db", folder / "keys.db", folder / "backups", HOST_KEY, now)


def put_back(folder: Path, backup: Path, now: datetime) -> Restored:
    return restore(backup, place_of(folder), HOST_KEY, MovedClock(now))


async def check_in(relay: Relay, member: MemberId, line: str) -> None:
    opened = await relay.check_ins.open_here(GUILD, CHANNEL, member)
    if isinstance(opened, ConsentNeeded):
        await relay.check_ins.agree(GUILD, opened.group, opened.day, member, CHECK_INS)
    assert isinstance(opened, Form | ConsentNeeded)
    done = await relay.check_ins.answer(
        GUILD, opened.group, opened.day, member, Answer(3, 2, line), "command"
    )
    assert isinstance(done, Recorded)


async def line_of(relay: Relay, member: MemberId) -> str | None:
    opened = await relay.check_ins.open_here(GUILD, CHANNEL, member)
    return opened.answer.line if isinstance(opened, Form) else None


async def test_who_was_erased_after_the_backup_stays_erased(tmp_path: Path) -> None:
    async with open_relay(tmp_path) as relay:
        await relay.a_group()
        relay.go(hours=1)
        await relay.ticker.tick_now()
        await check_in(relay, ANA, "the line of Ana")
        await check_in(relay, BEN, "the line of Ben")
        made = take(tmp_path, relay.clock.now())
        await Privacy(relay.store, relay.clock).erase(GUILD, ANA)
        await check_in(relay, BEN, "written after the backup")
        hashed = relay.store.keyring.member(GUILD, ANA)
        now = relay.clock.now()
    done = put_back(tmp_path, made.database, now)
    assert done.erased == 1
    assert done.aside is not None
    assert done.aside.exists()
    # before anything has opened it, nothing of her is left in the file
    assert hashed not in (tmp_path / "handrail.db").read_bytes()
    async with open_relay(tmp_path) as relay:
        relay.clock.moment = now
        assert (await Privacy(relay.store, relay.clock).held(GUILD, ANA)).check_ins == 0
        assert isinstance(await relay.check_ins.open_here(GUILD, CHANNEL, ANA), ConsentNeeded)
        assert await line_of(relay, BEN) == "the line of Ben"


@pytest.mark.parametrize("backup_at", ["before it was planned", "planned", "sending"])
@pytest.mark.parametrize("later", [timedelta(minutes=20), timedelta(hours=6)])
async def test_a_prompt_posted_after_the_backup_is_not_posted_twice(
    tmp_path: Path, backup_at: str, later: timedelta
) -> None:
    async with open_relay(tmp_path) as relay:
        await relay.a_group()
        if backup_at == "before it was planned":
            made = take(tmp_path, relay.clock.now())
        relay.go(hours=1)
        await relay.prompts.plan_due()
        if backup_at == "planned":
            made = take(tmp_path, relay.clock.now())
        if backup_at == "sending":
            (key, channel), *_ = await relay.delivery._outbox.waiting(1)
            gate = relay.discord.held[channel] = asyncio.Event()
            await relay.delivery.run_due()
            await until(lambda: relay.discord.entered)
            assert (await relay.row()).key == key
            made = await asyncio.to_thread(take, tmp_path, relay.clock.now())
            gate.set()
            await relay.delivery.settle()
        await relay.ticker.tick_now()
        posted = await relay.row()
        assert posted.state == "SENT"
        discord = relay.discord
    now = DUE + later
    assert put_back(tmp_path, made.database, now).doubtful == 1
    async with open_relay(tmp_path) as relay:
        relay.clock.moment = now
        relay.discord.messages = discord.messages
        await relay.delivery.recover()
        await relay.ticker.tick_now()
        relay.go(minutes=1)
        await relay.ticker.tick_now()
        row = await relay.row()
        assert (row.state, row.message, row.why) == ("SENT", posted.message, "found in history")
        assert relay.discord.posts == 0
        assert len(relay.discord.messages) == 1
        # the button and the replies of the prompt work as before
        assert row.message is not None
        assert isinstance(await relay.check_ins.reply(CHANNEL, row.message, BEN), Counted)


async def test_a_prompt_that_nobody_posted_is_posted_once(tmp_path: Path) -> None:
    async with open_relay(tmp_path) as relay:
        await relay.a_group()
        made = take(tmp_path, relay.clock.now())
    now = DUE + timedelta(minutes=20)
    put_back(tmp_path, made.database, now)
    async with open_relay(tmp_path) as relay:
        relay.clock.moment = now + timedelta(minutes=1)
        await relay.ticker.tick_now()
        assert (await relay.row()).state == "SENT"
        assert relay.discord.searches == 1
        assert len(relay.discord.messages) == 1


async def a_backup(folder: Path) -> Made:
    async with open_relay(folder) as relay:
        await relay.a_group()
        return take(folder, DUE)


def tear(made: Made) -> None:
    os.truncate(made.database, made.database.stat().st_size - 1)


def make_newer(made: Made) -> None:
    replace_database(made, "UPDATE alembic_version SET version_num = '9999'")


def make_foreign(made: Made) -> None:
    replace_database(made, "PRAGMA application_id = 7")


def make_strangers(made: Made) -> None:
    replace_database(made, "UPDATE facts SET value = 'of other keys' WHERE name = 'key'")


def make_unsound(made: Made) -> None:
    def spoil(plain: Path) -> None:
        with closing(sqlite3.connect(plain)) as sql:
            ((page,),) = sql.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'ix_outbox_state_due_at'"
            )
            ((size,),) = sql.execute("PRAGMA page_size")
        with plain.open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xff" * 64)

    replace_with(made, spoil)


def replace_database(made: Made, sql: str) -> None:
    def spoil(plain: Path) -> None:
        with closing(sqlite3.connect(plain, isolation_level=None)) as changed:
            changed.execute(sql)

    replace_with(made, spoil)


def replace_with(made: Made, spoil: Callable[[Path], None]) -> None:
    plain = made.database.with_name("plain.db")
    with opened(made.database, made.database, HOST_KEY) as copy:
        copy.rename(plain)
    spoil(plain)
    with plain.open("rb") as source, made.database.open("wb") as target:
        seal_file(source, target, "database", 0, HOST_KEY)


def no_backup(made: Made) -> None:
    made.database.write_text("my notes")


def no_file(made: Made) -> None:
    made.database.unlink()


def another_key(made: Made) -> None:
    with made.database.open("wb") as target:
        seal_file(io.BytesIO(b"x"), target, "database", 0, HostKey(b"k" * 32, os.urandom))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (tear, "damaged or not whole"),
        (make_newer, "newer Handrail"),
        (make_foreign, "database of another program"),
        (make_strangers, "does not belong"),
        (make_unsound, "not sound"),
        (no_backup, "not a backup made by Handrail"),
        (no_file, "cannot be read"),
        (another_key, "made with key number"),
    ],
)
async def test_what_is_wrong_is_refused_and_nothing_is_changed(
    tmp_path: Path, spoil: Callable[[Made], None], said: str
) -> None:
    made = await a_backup(tmp_path)
    spoil(made)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(StoreRefused, match=said):
        put_back(tmp_path, made.database, DUE)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert after == before


async def test_a_running_bot_is_not_restored_under_its_feet(tmp_path: Path) -> None:
    made = await a_backup(tmp_path)
    async with open_relay(tmp_path):
        with pytest.raises(StoreRefused, match="already running"):
            put_back(tmp_path, made.database, DUE)


async def test_a_lost_data_folder_comes_back_keys_first(tmp_path: Path) -> None:
    async with open_relay(tmp_path) as relay:
        await relay.a_group()
        await check_in(relay, ANA, "the line of Ana")
        made = take(tmp_path, DUE)
        now = relay.clock.now()
    with pytest.raises(StoreRefused, match="knows best who was erased"):
        put_back(tmp_path, made.keys, DUE)
    for lost in (*tmp_path.glob("handrail.db*"), *tmp_path.glob("keys.db*")):
        lost.unlink()
    with pytest.raises(StoreRefused, match="from its own backup"):
        put_back(tmp_path, made.database, now)
    assert put_back(tmp_path, made.keys, now).place == tmp_path / "keys.db"
    assert put_back(tmp_path, made.database, now).aside is None
    async with open_relay(tmp_path) as relay:
        assert await line_of(relay, ANA) == "the line of Ana"


async def test_the_log_of_the_file_before_is_never_taken_for_ours(tmp_path: Path) -> None:
    made = await a_backup(tmp_path)
    (tmp_path / "handrail.db").write_bytes(b"no database any more" * 300)
    for suffix in ("-wal", "-journal"):
        (tmp_path / f"handrail.db{suffix}").write_bytes(b"its log" * 900)
    done = put_back(tmp_path, made.database, DUE)
    assert done.aside is not None
    assert done.aside.read_bytes().startswith(b"no database")
    for suffix in ("-wal", "-journal"):
        assert not (tmp_path / f"handrail.db{suffix}").exists()
    async with open_relay(tmp_path) as relay:
        assert len(await relay.groups.of_guild(GUILD)) == 1


async def test_a_log_without_its_database_does_not_stay(tmp_path: Path) -> None:
    made = await a_backup(tmp_path)
    (tmp_path / "handrail.db").unlink()
    (tmp_path / "handrail.db-wal").write_bytes(b"its log" * 900)
    assert put_back(tmp_path, made.database, DUE).aside is None
    assert not (tmp_path / "handrail.db-wal").exists()


async def test_a_copy_left_by_a_crash_is_swept_away_at_the_next_start(tmp_path: Path) -> None:
    await a_backup(tmp_path)
    for name in ("handrail.db.copying", "keys.db.copying", "handrail.db.restored.copying"):
        (tmp_path / name).write_text("readable")
    async with open_relay(tmp_path):
        assert not list(tmp_path.glob("*copying*"))
