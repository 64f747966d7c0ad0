"""The card comes whatever is broken behind it: a thousand presses each, by the real door.

Every fault is a real one: files are removed, locked or filled, threads are held, catalogues and
data are read from folders in which they are missing.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.app import EXTENSIONS
from bot.crisis_file import load_crisis, read_crisis
from bot.domain.crisis_fallback import ANYWHERE
from bot.store.store import Store
from bot.text import Words, load_words
from cogs.crisis.asking import LOOK_SECONDS, WRITE_SECONDS
from sandbox.clock import MovableClock
from sandbox.interactions import Answer
from tests.dialogue.stage import Stage
from tests.dialogue.test_crisis import ANOTHER, BACK, MORE, OVERDOSE, WORRIED, crisis

AT_ONCE, ROUNDS = 96, 11
"""Presses under a fault: so many at the same moment, so many times."""

Fault = Callable[[Stage], AbstractAsyncContextManager[None]]


@pytest.fixture(autouse=True)
def as_impatient_as_ever(stage: Stage) -> None:
    """What is broken here must not keep the card waiting, so it waits as long as it really does."""
    stage.let_the_crisis_card_wait(LOOK_SECONDS, WRITE_SECONDS)


def store_of(stage: Stage) -> Store:
    return stage.bot.check_ins._store


@asynccontextmanager
async def nothing_broken(_stage: Stage) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def database_removed(stage: Stage) -> AsyncIterator[None]:
    for file in stage.data.iterdir():
        file.unlink()
    yield


@asynccontextmanager
async def disk_full(stage: Stage) -> AsyncIterator[None]:
    def limit(conn: Connection, pages: int) -> None:
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await store_of(stage).write(limit, 1)
    yield
    await store_of(stage).write(limit, 1_000_000)


@asynccontextmanager
async def writer_locked(stage: Stage) -> AsyncIterator[None]:
    with closing(sqlite3.connect(stage.data / "handrail.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def reader_stalled(stage: Stage) -> AsyncIterator[None]:
    """The store's reading thread hangs: no question to it comes back."""
    let_go = threading.Event()
    held = asyncio.create_task(store_of(stage).read(lambda _: let_go.wait()))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        let_go.set()
        await held


@asynccontextmanager
async def table_gone(stage: Stage) -> AsyncIterator[None]:
    def drop(conn: Connection) -> None:
        conn.exec_driver_sql("DROP TABLE crisis_choices")

    await store_of(stage).write(drop)
    yield


@asynccontextmanager
async def catalogue_missing(stage: Stage) -> AsyncIterator[None]:
    empty = stage.data / "no words"
    empty.mkdir()
    stage.bot.words = load_words(empty)
    yield


@asynccontextmanager
async def no_words_at_all(stage: Stage) -> AsyncIterator[None]:
    stage.bot.words = Words({})
    yield


@asynccontextmanager
async def data_missing(stage: Stage) -> AsyncIterator[None]:
    stage.bot.crisis = load_crisis(stage.data / "no such file.toml").directory
    yield


@asynccontextmanager
async def data_corrupt(stage: Stage) -> AsyncIterator[None]:
    stage.bot.crisis = read_crisis(b"[[country]]\ncode = \x00\xff\n" * 50).directory
    yield


@asynccontextmanager
async def clock_in_1970(stage: Stage) -> AsyncIterator[None]:
    stage.bot.clock = MovableClock(datetime(1970, 1, 1, tzinfo=UTC))
    yield


@asynccontextmanager
async def clock_in_2100(stage: Stage) -> AsyncIterator[None]:
    stage.bot.clock = MovableClock(datetime(2100, 1, 1, tzinfo=UTC))
    yield


FAULTS: tuple[Fault, ...] = (
    nothing_broken,
    database_removed,
    disk_full,
    writer_locked,
    reader_stalled,
    table_gone,
    catalogue_missing,
    no_words_at_all,
    data_missing,
    data_corrupt,
    clock_in_1970,
    clock_in_2100,
)


A_THOUSAND_TIMES = {
    database_removed,
    disk_full,
    writer_locked,
    reader_stalled,
    no_words_at_all,
    data_corrupt,
    clock_in_1970,
}
"""The others are much like one of these, and are tried once by everybody."""


def test_it_is_a_thousand_presses_under_each_kind_of_fault() -> None:
    assert AT_ONCE * ROUNDS >= 1000
    assert set(FAULTS) > A_THOUSAND_TIMES


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_the_card_comes_at_once_whatever_is_broken(
    stage: Stage, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    tries = AT_ONCE * (ROUNDS if fault in A_THOUSAND_TIMES else 1)
    # opened while all was well, pressed when it no longer is
    open_cards = [await crisis(stage.ana, stage.hall, "GB") for _ in range(4)]

    async def one(number: int) -> Answer:
        card = open_cards[number % 4]
        match number % 6:
            case 0:
                return await stage.ana.slash(stage.hall, "crisis")
            case 1:
                return await stage.ben.slash(stage.ben.dm, "crisis")
            case 2:
                return await stage.cem.slash(stage.hall, "crisis", country="uk")
            case 3:
                return await stage.ana.press(card, OVERDOSE if OVERDOSE in card.buttons else BACK)
            case 4:
                return await stage.ana.press(card, WORRIED if WORRIED in card.buttons else BACK)
            case _:
                return await stage.ben.slash(stage.hall, "crisis", country="Atlantis")

    async with fault(stage):
        answers = [
            answer
            for start in range(0, tries, AT_ONCE)
            for answer in await asyncio.gather(*map(one, range(start, start + AT_ONCE)))
        ]
    seen = [each.shown or each.updated for each in answers]
    assert len(seen) == tries
    assert [each.error for each in answers if each.error is not None] == []
    whole = fault not in (data_missing, data_corrupt)
    for number, message in enumerate(seen):
        assert message is not None
        if whole:
            where = "United Kingdom" if number % 6 in {2, 3, 4} else "United States"
            assert f"({where})" in message.content.splitlines()[0]
            assert (
                number % 6 in {3, 4}
                or "Suicide" in message.content
                or "Samaritans" in message.content
            )
        assert message.ephemeral_for is not None
        assert "danger now" in message.content.splitlines()[0]
        assert len(message.content) <= 2000
    assert all(each.followups == [] for each in answers)
    for person in (stage.ana, stage.ben, stage.cem):
        assert str(person.id) not in caplog.text


async def test_a_button_works_after_a_restart_without_its_database(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "GB")
    await stage.stop_bot()
    for file in stage.data.iterdir():
        file.unlink()
    await stage.start_bot()
    async with database_removed(stage):
        await stage.ana.press(card, MORE)
        assert "(United Kingdom)" in card.content
        await stage.ana.choose(card, ANOTHER, ["Ireland"])
        assert "(Ireland)" in card.content


@pytest.mark.parametrize("fault", [table_gone, writer_locked], ids=lambda fault: fault.__name__)
async def test_what_cannot_be_kept_is_said_and_the_lines_stay(stage: Stage, fault: Fault) -> None:
    def soon(conn: Connection) -> None:
        conn.exec_driver_sql("PRAGMA busy_timeout = 100")

    await store_of(stage).write(soon)
    card = await crisis(stage.ana, stage.hall, "GB")
    async with fault(stage):
        answer = await stage.ana.press(card, "Remember this country")
    assert answer.error is None
    assert "The country was not kept" in card.content
    assert "**999** (United Kingdom)" in card.content
    assert "Samaritans" in card.content


async def test_a_slow_store_is_said_to_be_slow_in_time(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "GB")
    async with writer_locked(stage):
        answer = await stage.ana.press(card, "Remember this country")
        assert answer.error is None
        assert "slow to write" in card.content
    await stage.box.quiet()


async def test_without_any_words_the_card_is_in_the_built_in_ones(stage: Stage) -> None:
    whole = (await crisis(stage.ana, stage.hall, "GB")).content
    async with no_words_at_all(stage):
        assert (await crisis(stage.ana, stage.hall, "GB")).content == whole


async def test_without_data_it_says_what_holds_anywhere(stage: Stage) -> None:
    async with data_missing(stage):
        card = await crisis(stage.ana, stage.hall, "GB")
    for sentence in ANYWHERE:
        assert sentence in card.content
    assert "findahelpline.com" in card.content


async def test_an_extension_that_raises_leaves_the_crisis_card_and_is_named(
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "broken_feature.py").write_text("async def setup(bot):\n    raise ValueError\n")
    (tmp_path / "torn_feature.py").write_text("import no_such_module_anywhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(
        "bot.app.EXTENSIONS",
        ("cogs.ui", "cogs.crisis", "broken_feature", "torn_feature", "cogs.check_in"),
    )
    await stage.stop_bot()
    stage.box.world.commands.clear()
    with caplog.at_level(logging.ERROR):
        await stage.start_bot()
    await stage.box.quiet()
    assert "(United States)" in (await crisis(stage.ana, stage.hall)).content
    assert [one.name for one in stage.ana.commands(stage.hall)] == ["crisis", "checkin"]
    assert any("broken_feature did not load" in line for line in caplog.messages)
    assert any("torn_feature did not load" in line for line in caplog.messages)


async def test_crisis_is_the_first_feature_that_is_loaded() -> None:
    assert EXTENSIONS[:2] == ("cogs.ui", "cogs.crisis")


async def test_when_discord_does_not_take_the_commands_yesterdays_still_work(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.box.faults.arm("status-503", route="PUT /applications/{application_id}/commands")
    await stage.restart_bot()
    assert any("the commands: did not start" in line for line in caplog.messages)
    assert "(United States)" in (await crisis(stage.ana, stage.hall)).content


async def test_an_app_that_cannot_be_added_to_accounts_has_its_commands_in_servers(
    stage: Stage,
) -> None:
    await stage.stop_bot()
    stage.box.world.commands.clear()
    stage.box.world.installable = frozenset({0})
    await stage.start_bot()
    assert "(United States)" in (await crisis(stage.ana, stage.hall)).content
    assert "(United States)" in (await crisis(stage.ana, stage.ana.dm)).content
    assert "checkin" in [one.name for one in stage.ana.commands(stage.hall)]
