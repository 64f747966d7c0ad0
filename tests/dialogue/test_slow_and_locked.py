"""When the disk is slow or shut, or the bot itself errs: said in time, and no words are lost."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Connection

from bot.store.store import Store
from sandbox.interactions import Kind
from tests.dialogue.stage import Stage, say_yes
from tests.dialogue.test_check_in import CHECK_IN, GOOD, LINE, MOOD, again, consent


def store_of(stage: Stage) -> Store:
    return stage.bot.check_ins._store


def wait_only(sql: Connection) -> None:
    """Give up on a locked database after two seconds."""
    sql.exec_driver_sql("PRAGMA busy_timeout = 2000")


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Another program holds the database's write lock."""
    path = stage.data / "handrail.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_locked_database_is_said_in_time_and_the_words_come_back(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)

    await store_of(stage).write(wait_only)
    with locked(stage):
        opened = await stage.ana.press(prompt, CHECK_IN)
        done = await stage.ana.submit(opened, GOOD | {LINE: "while it was locked"})
        reply = await stage.ben.reply(prompt, "me too")
        for _ in range(300):
            await asyncio.sleep(0.05)
            if len(done.followups) == 2 and reply.reactions:
                break
    assert done.error is None
    first, second = done.followups
    assert "Your answer was not saved" in first.text
    assert "while it was locked" in second.text
    # nothing private can be said to a reply, and a missing check mark is easy to overlook
    assert list(reply.reactions) == ["\N{WARNING SIGN}\N{VARIATION SELECTOR-16}"]
    await stage.box.quiet()


async def test_a_slow_disk_keeps_the_answer_and_says_so_late(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    with locked(stage):
        opened = await stage.ana.press(prompt, CHECK_IN)
        done = await stage.ana.submit(opened, {MOOD: "5 · very good"})
        assert done.error is None
        assert done.followups == []
    for _ in range(300):
        await asyncio.sleep(0.05)
        if done.followups:
            break
    assert "5 · very good" in done.followups[0].text
    assert "1 of us so far" in prompt.text
    await stage.box.quiet()


async def test_a_slow_disk_makes_the_command_think_privately(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    with locked(stage):
        opened = await stage.ana.slash(stage.hall, "checkin")
        done = await stage.ana.submit(opened, {MOOD: "5 · very good"})
        assert done.error is None
    for _ in range(300):
        await asyncio.sleep(0.05)
        mine = stage.ana.sees(stage.hall)
        if mine and "5 · very good" in mine[-1].text:
            break
    assert "5 · very good" in mine[-1].text
    assert mine[-1].ephemeral_for == stage.ana.id
    await stage.box.quiet()


async def test_a_slow_erase_sent_from_the_prompt_is_answered_privately(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    await stage.pass_time(seconds=31)
    seen, erase = prompt.text, {"id": 1, "component_type": 2, "custom_id": "h:erase"}
    with locked(stage):
        made = await stage.box.interactions.ask(
            Kind.COMPONENT, stage.ana.user, stage.room, erase, message=prompt
        )
        assert (made.answer.error, made.answer.followups) == (None, [])
    for _ in range(300):
        await asyncio.sleep(0.05)
        if made.answer.followups:
            break
    assert made.answer.followups[0].text.startswith("Erased: 1 check-in")
    assert made.answer.followups[0].ephemeral_for == stage.ana.id
    assert prompt.text == seen
    await stage.box.quiet()


async def test_a_form_that_cannot_be_read_is_given_back_and_changes_nothing(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    opened = await stage.ana.press(prompt, CHECK_IN)
    assert opened.modal is not None
    data = {
        "custom_id": opened.modal.custom_id,
        "components": [
            {"type": 18, "id": 1, "component": _field(21, "mood", "99")},
            {"type": 18, "id": 3, "component": _field(4, "line", "do not lose me")},
        ],
    }
    cause = opened.modal.cause
    made = await stage.box.interactions.ask(
        Kind.MODAL, stage.ana.user, stage.room, data, message=cause.message, cause=cause
    )
    await stage.box.quiet()
    assert made.answer.shown is not None
    assert "could not be read" in made.answer.shown.text
    assert "do not lose me" in made.answer.followups[0].text
    reopened = await stage.ana.press(prompt, CHECK_IN)
    assert reopened.modal is not None
    options = reopened.modal.entries[0].component["options"]
    assert [part["value"] for part in options if part.get("default")] == ["4"]


async def test_an_unexpected_error_has_a_number_and_no_words(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)

    def break_seals(sql: Connection) -> None:
        sql.exec_driver_sql("UPDATE check_ins SET sealed = x'00'")

    await store_of(stage).write(break_seals)
    with caplog.at_level(logging.ERROR):
        told = (await stage.ana.press(prompt, CHECK_IN)).shown
    assert told is not None
    assert "did not work on our side" in told.text
    number = told.text.rsplit(" ", 1)[-1].strip(".")
    assert f"incident {number}" in caplog.text


async def test_the_same_form_delivered_twice_is_one_check_in(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    opened = await stage.ana.press(prompt, CHECK_IN)
    stage.box.faults.arm("duplicate-events", event="INTERACTION_CREATE")
    done = await stage.ana.submit(opened, GOOD)
    await stage.box.quiet()
    assert {told.text for told in done.followups} == {done.followups[0].text}
    assert "1 of us so far" in prompt.text


async def test_a_lost_receipt_is_not_taken_for_an_error(stage: Stage) -> None:
    prompt = await stage.prompt()
    card = (await stage.ana.press(prompt, CHECK_IN)).shown
    assert card is not None
    stage.box.faults.arm("lost-answer", route="/callback")
    await say_yes(stage.ana, card)
    await stage.box.quiet()
    assert stage.ana.modal is not None
    done = await again(stage, stage.ana, prompt, GOOD)
    assert "Saved for Tuesday" in done.followups[0].text


def _field(kind: int, custom_id: str, value: str) -> dict[str, object]:
    return {"type": kind, "id": kind + 1, "custom_id": custom_id, "value": value}
