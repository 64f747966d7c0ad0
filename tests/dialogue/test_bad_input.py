"""What people, devices and old messages can send us: a clear sentence, and nothing lost."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, func, select

from bot.store import tables
from bot.store.store import Store
from sandbox.interactions import Answer, Interaction, Kind
from sandbox.people import Person
from sandbox.things import Json, Message
from tests.dialogue.stage import Stage, say_yes

OLD = "This button is from an older version"
FORGED = (
    "p:" + "0" * 24,
    "p:not-hex",
    "c:yes:999999:2026-03-03",
    "c:no:1:2026-99-99",
    "c:maybe:1:2026-03-03",
    "s:save:1:Europe/Berlin:0900:127",
    "handrail:v0:check-in",
    "x" * 100,
)
OF_PRIVATE_CARDS = (
    "c:tick:01:1:2026-03-03",
    "c:none:00:1:2026-03-03",
    "c:tick:02:mine",
    "c:save:01:mine",
    "h:show",
    "h:ask",
    "h:erase",
    "h:choices",
    "h:less",
    "h:go:30",
    "h:stay",
    "h:keep",
    "h:ask-all",
    "h:erase-all",
)
"""Each of these changes the card it stands on, which its member alone can see."""


def store_of(stage: Stage) -> Store:
    return stage.bot.check_ins._store


async def rows(stage: Stage) -> int:
    def count(conn: Connection) -> int:
        return conn.execute(select(func.count()).select_from(tables.check_ins)).scalar_one()

    return await store_of(stage).read(count)


async def agree(who: Person, prompt: Message) -> Answer:
    """Say yes to the card; the form is open now."""
    card = (await who.press(prompt, "Check in")).shown
    assert card is not None
    return await say_yes(who, card)


async def forge(
    stage: Stage,
    custom_id: str,
    message: Message,
    cause: Interaction | None = None,
    fields: Sequence[Json] = (),
) -> Answer:
    """Press a button that was never there, or, from an open form, send one that was not."""
    rest: dict[str, object] = {"id": 1, "component_type": 2}
    kind = Kind.COMPONENT
    if cause is not None:
        kind, rest = Kind.MODAL, {"components": list(fields)}
    made = await stage.box.interactions.ask(
        kind,
        stage.ana.user,
        stage.room,
        {"custom_id": custom_id, **rest},
        message=message,
        cause=cause,
    )
    await stage.box.quiet()
    return made.answer


@pytest.mark.parametrize("custom_id", FORGED)
async def test_a_forged_button_gets_one_sentence_and_changes_nothing(
    stage: Stage, custom_id: str
) -> None:
    prompt = await stage.prompt()
    answer = await forge(stage, custom_id, prompt)
    assert answer.error is None
    said = answer.shown or answer.updated
    assert said is not None
    assert said.ephemeral_for == stage.ana.id
    assert len(said.text) > 20
    assert answer.followups == []
    assert await rows(stage) == 0
    assert prompt.buttons == ["Check in"]


@pytest.mark.parametrize("custom_id", ["f:999:2026-03-03", "f:1:2026-13-01", "f:x", "m0:1"])
async def test_a_forged_form_gets_one_sentence_and_changes_nothing(
    stage: Stage, custom_id: str
) -> None:
    prompt = await stage.prompt()
    form = await agree(stage.ana, prompt)
    assert form.modal is not None
    answer = await forge(stage, custom_id, prompt, form.modal.cause)
    assert answer.shown is not None
    assert answer.shown.ephemeral_for == stage.ana.id
    assert await rows(stage) == 0


@pytest.mark.parametrize("custom_id", OF_PRIVATE_CARDS)
async def test_a_private_cards_button_sent_from_the_prompt_is_answered_privately(
    stage: Stage, custom_id: str
) -> None:
    prompt = await stage.prompt()
    await stage.ana.submit(await agree(stage.ana, prompt), {"How are you?": "4"})
    await stage.pass_time(seconds=31)
    seen = (prompt.text, prompt.buttons)
    answer = await forge(stage, custom_id, prompt)
    assert (answer.error, answer.updated) == (None, None)
    assert answer.shown is not None
    assert answer.shown.ephemeral_for == stage.ana.id
    assert not answer.shown.text.startswith(OLD)
    assert (prompt.text, prompt.buttons) == seen


async def test_a_private_cards_form_sent_from_the_prompt_is_answered_privately(
    stage: Stage,
) -> None:
    prompt = await stage.prompt()
    form = await agree(stage.ana, prompt)
    await stage.ana.submit(form, {"How are you?": "4"})
    await stage.pass_time(seconds=31)
    seen, again = prompt.text, await stage.ana.press(prompt, "Check in")
    assert again.modal is not None
    field = {"type": 4, "id": 2, "custom_id": "number", "value": "30"}
    answer = await forge(
        stage, "h:number", prompt, again.modal.cause, [{"type": 18, "id": 1, "component": field}]
    )
    assert answer.updated is None
    assert answer.shown is not None
    assert answer.shown.text.startswith("**Saved.** Each check-in is forgotten 30 days")
    assert answer.shown.ephemeral_for == stage.ana.id
    assert prompt.text == seen


async def test_two_devices_at_once_make_one_row_and_get_the_same_answer(stage: Stage) -> None:
    prompt = await stage.prompt()
    first = await agree(stage.ana, prompt)
    await stage.ana.submit(first, {"How are you?": "3"})
    phone = await stage.ana.press(prompt, "Check in")
    tablet = await stage.ana.press(prompt, "Check in")
    await asyncio.gather(
        stage.ana.submit(phone, {"How are you?": "4"}),
        stage.ana.submit(tablet, {"How are you?": "4"}),
    )
    await stage.box.quiet()
    assert await rows(stage) == 1
    assert len(phone.followups) == len(tablet.followups) == 0
    said = [one.text for one in stage.ana.sees(stage.room) if one.text.startswith("**Saved")]
    assert len(set(said[-2:])) == 1
    assert "1 of us so far" in prompt.text


async def test_a_press_that_arrives_twice_counts_once(stage: Stage) -> None:
    prompt = await stage.prompt()
    form = await agree(stage.ana, prompt)
    stage.box.faults.arm("duplicate-events", event="INTERACTION_CREATE")
    await stage.ana.submit(form, {"How are you?": "4"})
    await stage.box.quiet()
    assert await rows(stage) == 1


async def test_a_line_of_4000_characters_is_kept_whole(stage: Stage) -> None:
    line = "long day " * 444 + "over"
    prompt = await stage.prompt()
    answer = await stage.ana.submit(
        await agree(stage.ana, prompt), {"How are you?": "4", "A line for yourself": line}
    )
    assert answer.error is None
    again = await stage.ana.press(prompt, "Check in")
    assert again.modal is not None
    [field] = [one for one in again.modal.entries if one.label == "A line for yourself"]
    assert field.component["value"] == line


@pytest.mark.parametrize("line", ["\u200b\u200b", "\u202e\u2066", "\u00ad\ufeff \u2060"])
async def test_text_that_nobody_can_see_is_no_line(stage: Stage, line: str) -> None:
    prompt = await stage.prompt()
    form = await agree(stage.ana, prompt)
    answer = await stage.ana.submit(form, {"How are you?": "4", "A line for yourself": line})
    await stage.box.quiet()
    said = stage.last(stage.ana).text
    assert answer.error is None
    assert "Saved" in said
    assert "Your line" not in said


async def test_text_cannot_turn_the_card_around(stage: Stage) -> None:
    prompt = await stage.prompt()
    form = await agree(stage.ana, prompt)
    turned = "\u202egnihtemos\u202c and \u05e9\u05dc\u05d5\u05dd"
    await stage.ana.submit(form, {"How are you?": "4", "A line for yourself": turned})
    await stage.box.quiet()
    said = stage.last(stage.ana).text
    assert "\u202e" not in said
    assert "\u2068gnihtemos and \u05e9\u05dc\u05d5\u05dd\u2069" in said


async def test_nothing_the_bot_says_can_ping_anybody(stage: Stage) -> None:
    prompt = await stage.prompt()
    form = await agree(stage.ana, prompt)
    line = f"@everyone @here <@{stage.ben.id}> [look](https://example.org) # big"
    await stage.ana.submit(form, {"How are you?": "4", "A line for yourself": line})
    await stage.box.quiet()
    bodies = [seen.body for seen in stage.box.requests if seen.method in {"POST", "PATCH"}]
    said = [body.get("data", body) for body in bodies if isinstance(body, dict)]
    said = [body for body in said if body.get("content")]
    assert len(said) > 2
    for body in said:
        assert body["allowed_mentions"]["parse"] == []
        assert not body["allowed_mentions"].get("users")


async def test_last_weeks_prompt_is_closed_and_says_where_to_go(stage: Stage) -> None:
    prompt = await stage.prompt()
    for _ in range(7):
        await stage.pass_time(days=1)
    answer = await stage.ana.press(prompt, "Check in")
    assert answer.shown is not None
    assert "is closed" in answer.shown.text
    assert "/checkin" in answer.shown.text
    await stage.ana.reply(prompt, "better late")
    await stage.box.quiet()
    assert await rows(stage) == 0
    assert stage.last().reactions == {}


async def test_a_button_of_another_server_opens_nothing_here(stage: Stage) -> None:
    prompt = await stage.prompt()
    [button] = prompt.components[0]["components"]
    other = stage.box.world.add_guild("Elsewhere")
    room = other.add_channel("room")
    eve = stage.box.person(other.add_member("Eve"))
    stage.box.world.install_bot(other)
    await stage.box.quiet()
    made = await stage.box.interactions.ask(
        Kind.COMPONENT,
        eve.user,
        room,
        {"id": 1, "custom_id": button["custom_id"], "component_type": 2},
        message=prompt,
    )
    await stage.box.quiet()
    assert made.answer.modal is None
    assert made.answer.shown is not None
    assert "does not know this prompt" in made.answer.shown.text
