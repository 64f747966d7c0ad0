"""A member changes what they say yes to: what is taken back stops at once."""

import asyncio

import pytest
from sqlalchemy import Connection, func, select

from bot.store import tables
from sandbox.interactions import Kind
from sandbox.things import Message
from tests.dialogue.privacy_card import WORDS, check_in, exported, press, privacy
from tests.dialogue.stage import Stage
from tests.dialogue.test_slow_and_locked import locked, store_of, wait_only

SAVE = "Save my choices"


async def choices(stage: Stage) -> Message:
    return await press(stage.ana, await privacy(stage.ana, stage.hall), "My choices")


async def take_back(stage: Stage) -> Message:
    """Have Ana take her yes to check-ins back."""
    return await press(stage.ana, await choices(stage), "☑ Check-ins", SAVE)


async def rows(stage: Stage) -> dict[str, int]:
    """Count what is kept about anybody at all."""
    about = (tables.consents, tables.members, tables.check_ins, tables.tallies)

    def count(conn: Connection) -> dict[str, int]:
        return {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in about
        }

    return await store_of(stage).read(count)


async def test_the_present_state_is_ticked_and_nothing_declines(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await choices(stage)
    assert card.ephemeral_for == stage.ana.id
    assert card.buttons == [
        "☑ Check-ins",
        "☐ Recovery dates",
        "☐ Sharing",
        "☐ Pairing",
        "☐ Reminders",
        SAVE,
        "Back",
    ]
    assert "Ticked: Check-ins" in card.text
    assert "stops at once" in card.text


async def test_saving_says_what_is_on_and_what_was_taken_back(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await choices(stage)
    await press(stage.ana, card, "☑ Check-ins", "☐ Sharing", "☐ Recovery dates", SAVE)
    assert "On now: Recovery dates, Sharing." in card.text
    assert "Taken back: Check-ins. That stopped at once." in card.text
    assert "stays until its time is over, or until you erase it" in card.text
    assert card.buttons == ["Back", "Erase"]
    await press(stage.ana, card, "Back")
    assert "You said yes to: Recovery dates, Sharing." in card.text
    assert "1 check-in" in card.text


async def test_what_is_only_ticked_is_not_kept(stage: Stage) -> None:
    await choices(stage)
    await press(stage.ana, await choices(stage), "☐ Sharing", "☐ Check-ins", "Back")
    assert set((await rows(stage)).values()) == {0}


async def test_erasing_is_right_there_after_taking_back(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await take_back(stage)
    await press(stage.ana, card, "Erase", "Erase it now")
    assert card.text.startswith("Erased: 1 check-in")
    assert set((await rows(stage)).values()) == {0}


async def test_who_has_nothing_yet_may_choose_before_the_first_check_in(stage: Stage) -> None:
    prompt = await stage.prompt()
    await press(stage.ana, await choices(stage), "☐ Check-ins", SAVE)
    form = await stage.ana.press(prompt, "Check in")
    assert form.modal is not None
    saved = await stage.ana.submit(form, {"How are you?": "4"})
    assert saved.error is None
    assert (await rows(stage))["check_ins"] == 1


async def test_saving_nothing_keeps_nothing_about_somebody_new(stage: Stage) -> None:
    card = await press(stage.ana, await choices(stage), SAVE)
    assert card.text.startswith("**Saved.** Nothing is on now")
    assert "What was kept" not in card.text
    assert card.buttons == ["Back"]
    assert set((await rows(stage)).values()) == {0}


async def test_after_taking_back_a_press_on_the_prompt_asks_again(stage: Stage) -> None:
    prompt = await stage.prompt()
    await check_in(stage.ana, prompt)
    card = await take_back(stage)
    assert "Nothing is on now" in card.text
    answer = await stage.ana.press(prompt, "Check in")
    assert answer.modal is None
    assert answer.shown is not None
    assert answer.shown.buttons[0] == "☐ Check-ins"
    assert "No, only count me today" in answer.shown.buttons


async def test_after_taking_back_a_reply_counts_and_keeps_nothing(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    await take_back(stage)
    await stage.pass_time(days=1)
    prompt = stage.last()
    before = await rows(stage)
    reply = await stage.ana.reply(prompt, "still here")
    await stage.box.quiet()
    await stage.pass_time(seconds=31)
    assert list(reply.reactions) == ["✅"]
    assert "1 of us so far" in prompt.text
    assert await rows(stage) == before | {"tallies": 1}


async def test_a_form_open_while_it_is_taken_back_keeps_nothing_and_gives_the_words_back(
    stage: Stage,
) -> None:
    await check_in(stage.ana, await stage.prompt(), "yesterday")
    await stage.pass_time(days=1)
    form = await stage.ana.press(stage.last(), "Check in")
    before = await rows(stage)
    await take_back(stage)
    answer = await stage.ana.submit(form, {"How are you?": "2", "A line for yourself": WORDS})
    await stage.box.quiet()
    assert answer.shown is not None
    assert answer.shown.buttons[0] == "☐ Check-ins"
    assert WORDS in answer.followups[0].text
    assert answer.followups[0].ephemeral_for == stage.ana.id
    assert await rows(stage) == before | {"consents": 0}


async def test_what_was_kept_before_taking_back_is_still_hers_to_export(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await press(stage.ana, await take_back(stage), "Back")
    assert "You say yes to nothing at present" in card.text
    told = exported(await stage.ana.press(card, "Export"))
    assert told["check_ins"][0]["line"] == WORDS
    assert told["consents"] == []


async def test_the_card_outlives_a_restart_and_saving_twice_is_saving_once(stage: Stage) -> None:
    card = await press(stage.ana, await choices(stage), "☐ Check-ins", "☐ Pairing")
    await stage.restart_bot()
    stage.box.faults.arm("duplicate-events", event="INTERACTION_CREATE")
    await press(stage.ana, card, SAVE)
    await stage.box.quiet()
    assert card.content == "**Saved.** On now: Check-ins, Pairing."
    assert (await rows(stage))["consents"] == 2


async def test_when_nothing_can_be_written_it_says_so_and_the_ticks_stay(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await press(stage.ana, await choices(stage), "☑ Check-ins", "☐ Sharing")
    await store_of(stage).write(wait_only)
    with locked(stage):
        answer = await stage.ana.press(card, SAVE)
        for _ in range(300):
            await asyncio.sleep(0.05)
            if answer.followups:
                break
    assert answer.error is None
    assert answer.followups[0].text.startswith("Nothing was changed:")
    assert answer.followups[0].ephemeral_for == stage.ana.id
    assert "☑ Sharing" in card.buttons


@pytest.mark.parametrize(
    "custom_id", ["c:save:1f:mine", "c:tick:01:mine", "h:choices", "h:less", "h:go:7", "h:erase"]
)
async def test_in_a_direct_message_nothing_is_chosen_for_no_server(
    stage: Stage, custom_id: str
) -> None:
    await check_in(stage.ana, await stage.prompt())
    before = await rows(stage)
    card = await privacy(stage.ana, stage.ana.dm)
    data = {"id": 1, "custom_id": custom_id, "component_type": 2}
    made = await stage.box.interactions.ask(
        Kind.COMPONENT, stage.ana.user, stage.ana.dm, data, message=card
    )
    assert made.answer.shown is not None
    assert made.answer.shown.text.startswith("That belongs to a server.")
    assert await rows(stage) == before
