"""A member keeps their check-ins for less time, or for more, and is asked before any is gone."""

import asyncio

import pytest
from sqlalchemy import Connection

from sandbox.interactions import Answer, Kind
from sandbox.things import Json, Message, walk
from tests.dialogue.privacy_card import check_in, check_in_again, exported, press, privacy
from tests.dialogue.stage import Stage
from tests.dialogue.test_slow_and_locked import locked, store_of, wait_only

LIST = "For how long"
NUMBER = "Another number"
FIELD = "Days, from 7 to 365"


async def keep_less(stage: Stage) -> Message:
    return await press(stage.ana, await privacy(stage.ana, stage.hall), "Keep less")


def options(card: Message) -> list[Json]:
    """The list's options, as the card shows them now."""
    [found] = [part for part in walk(card.components) if part["type"] == 3]
    listed: list[Json] = found["options"]
    return listed


def marked(card: Message) -> list[str]:
    return [one["label"] for one in options(card) if one.get("default")]


async def two_days(stage: Stage) -> None:
    """Let Ana check in on Tuesday, and on the Wednesday of the week after."""
    await check_in(stage.ana, await stage.prompt(), "the first week")
    for _ in range(8):
        await stage.pass_time(days=1)
    await check_in_again(stage.ana, stage.last(), "the second week")


async def lines(stage: Stage) -> list[str]:
    told = exported(await stage.ana.press(await privacy(stage.ana, stage.hall), "Export"))
    return [one["line"] for one in told["check_ins"]]


async def type_days(stage: Stage, card: Message, text: str) -> Answer:
    return await stage.ana.submit(await stage.ana.press(card, NUMBER), {FIELD: text})


async def test_the_list_has_the_usual_times_and_marks_the_one_of_today(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await keep_less(stage)
    assert "Now: 90 days" in card.text
    assert [one["label"] for one in options(card)] == [
        "Do not keep my answers",
        "7 days",
        "14 days",
        "30 days",
        "60 days",
        "90 days, the usual",
        "180 days",
        "365 days",
    ]
    assert marked(card) == ["90 days, the usual"]
    assert card.buttons == [NUMBER, "Back"]


async def test_a_shorter_time_that_forgets_nothing_is_kept_at_once(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await keep_less(stage)
    await stage.ana.choose(card, LIST, "30 days")
    assert card.content == "**Saved.** Each check-in is forgotten 30 days after you made it."
    await press(stage.ana, card, "Back", "Keep less")
    assert marked(card) == ["30 days"]


async def test_before_check_ins_are_forgotten_it_asks_and_says_how_many(stage: Stage) -> None:
    await two_days(stage)
    card = await keep_less(stage)
    await stage.ana.choose(card, LIST, "7 days")
    assert "**1 check-in would be forgotten now**" in card.text
    assert "cannot be undone" in card.text
    assert await lines(stage) == ["the first week", "the second week"]
    await press(stage.ana, card, "Forget them")
    assert "Each check-in is forgotten 7 days after you made it." in card.text
    assert "1 was older, and is forgotten now." in card.text
    assert await lines(stage) == ["the second week"]


async def test_who_thinks_again_changes_nothing(stage: Stage) -> None:
    await two_days(stage)
    card = await keep_less(stage)
    await stage.ana.choose(card, LIST, "7 days")
    await press(stage.ana, card, "Change nothing")
    assert card.content == "Nothing was changed."
    assert len(await lines(stage)) == 2
    await press(stage.ana, card, "Back", "Keep less")
    assert marked(card) == ["90 days, the usual"]


async def test_not_keeping_asks_about_the_answer_of_today_as_well(stage: Stage) -> None:
    await two_days(stage)
    card = await keep_less(stage)
    await stage.ana.choose(card, LIST, "Do not keep my answers")
    assert "**1 check-in would be forgotten now**" in card.text
    assert "What you answered on a day that is still open goes as well" in card.text
    await press(stage.ana, card, "Forget them")
    assert "Answers are not kept from now on" in card.text
    assert await lines(stage) == [None]
    await press(stage.ana, card, "Back")
    assert "Answers are not kept, as you chose." in card.text
    await press(stage.ana, card, "Keep less")
    assert "Now: not at all." in card.text
    assert marked(card) == ["Do not keep my answers"]


async def test_choosing_not_to_keep_again_has_nothing_to_ask(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await keep_less(stage)
    await stage.ana.choose(card, LIST, "Do not keep my answers")
    await press(stage.ana, card, "Forget them", "Back", "Keep less")
    await stage.ana.choose(card, LIST, "Do not keep my answers")
    assert card.text.startswith("**Saved.** Answers are not kept")


async def test_a_longer_time_holds_for_what_is_there_already(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await keep_less(stage)
    await stage.ana.choose(card, LIST, "365 days")
    assert "365 days" in card.text
    await stage.pass_time(days=100)
    assert len(await lines(stage)) == 1


async def test_any_other_number_goes_by_the_form_and_is_marked(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await keep_less(stage)
    answer = await type_days(stage, card, " 45 days ")
    assert answer.updated is card
    assert card.content == "**Saved.** Each check-in is forgotten 45 days after you made it."
    await press(stage.ana, card, "Back", "Keep less")
    assert marked(card) == ["45 days"]


@pytest.mark.parametrize(
    "typed", ["6", "366", "-30", "7.5", "12 months", "a *week*", "9999", "1e2"]
)
async def test_a_wrong_number_is_given_back_with_a_kind_sentence(stage: Stage, typed: str) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await keep_less(stage)
    answer = await type_days(stage, card, typed)
    assert answer.shown is not None
    assert answer.shown.ephemeral_for == stage.ana.id
    assert "any number of days from 7 to 365. Nothing was changed." in answer.shown.text
    assert typed.replace("*", "\\*") in answer.shown.text
    await press(stage.ana, card, "Back", "Keep less")
    assert marked(card) == ["90 days, the usual"]


@pytest.mark.parametrize(
    ("custom_id", "values"),
    [
        ("h:days", ["1"]),
        ("h:days", ["366"]),
        ("h:days", ["-7"]),
        ("h:days", ["7", "14"]),
        ("h:days", []),
        ("h:days", ["for ever"]),
        ("h:go:6", None),
        ("h:go:9999", None),
    ],
)
async def test_a_forged_time_is_declined_kindly_and_changes_nothing(
    stage: Stage, custom_id: str, values: list[str] | None
) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await keep_less(stage)
    data: Json = {"id": 1, "custom_id": custom_id, "component_type": 2 if values is None else 3}
    if values is not None:
        data["values"] = values
    made = await stage.box.interactions.ask(
        Kind.COMPONENT, stage.ana.user, stage.hall, data, message=card
    )
    assert made.answer.shown is not None
    assert made.answer.shown.text.startswith("That is not a time the bot can keep")
    await press(stage.ana, card, "Back", "Keep less")
    assert marked(card) == ["90 days, the usual"]


async def test_the_form_opened_before_an_erase_finds_nothing_to_keep(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await keep_less(stage)
    form = await stage.ana.press(card, NUMBER)
    other = await privacy(stage.ana, stage.hall)
    await press(stage.ana, other, "Erase", "Erase it now")
    await stage.ana.submit(form, {FIELD: "30"})
    assert card.text.startswith("You have not said yes to anything in this server")
    assert "Nothing is kept" in (await privacy(stage.ana, stage.hall)).text


async def test_the_question_is_answered_after_an_erase_and_keeps_nothing(stage: Stage) -> None:
    await two_days(stage)
    card = await keep_less(stage)
    await stage.ana.choose(card, LIST, "7 days")
    other = await privacy(stage.ana, stage.hall)
    await press(stage.ana, other, "Erase", "Erase it now")
    await press(stage.ana, card, "Forget them")
    assert card.text.startswith("You have not said yes to anything in this server")


async def test_list_form_and_question_outlive_a_restart(stage: Stage) -> None:
    await two_days(stage)
    card = await keep_less(stage)
    form = await stage.ana.press(card, NUMBER)
    await stage.restart_bot()
    await stage.ana.submit(form, {FIELD: "8"})
    assert "1 check-in would be forgotten" in card.text
    await stage.restart_bot()
    stage.box.faults.arm("duplicate-events", event="INTERACTION_CREATE")
    await press(stage.ana, card, "Forget them")
    await stage.box.quiet()
    assert "Each check-in is forgotten 8 days after you made it." in card.text
    assert await lines(stage) == ["the second week"]


async def test_when_nothing_can_be_written_it_says_so_and_nothing_is_forgotten(
    stage: Stage,
) -> None:
    await two_days(stage)
    card = await keep_less(stage)
    await stage.ana.choose(card, LIST, "7 days")
    await store_of(stage).write(wait_only)
    with locked(stage):
        answer = await stage.ana.press(card, "Forget them")
        for _ in range(300):
            await asyncio.sleep(0.05)
            if answer.followups:
                break
    assert answer.error is None
    assert answer.followups[0].text.startswith("Nothing was changed:")
    assert card.buttons == ["Forget them", "Change nothing"]

    def soon(sql: Connection) -> None:
        sql.exec_driver_sql("PRAGMA busy_timeout = 5000")

    await store_of(stage).write(soon)
    assert len(await lines(stage)) == 2
