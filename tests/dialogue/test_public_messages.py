"""The guard over everything public (tests/public_messages.py): it sees all of it, and refuses.

The slips are made by the real client on purpose; `slip` takes them out of the journal again, since
the stage would otherwise fail at its end, as every other test does.
"""

import asyncio
import io
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import discord
import pytest

from cogs.ui import Press, buttons, door_of
from sandbox.interactions import Kind
from sandbox.permissions import Permission
from sandbox.things import Channel, Message
from tests.dialogue.stage import Stage
from tests.dialogue.test_check_in import CHECK_IN, GOOD, LINE, consent
from tests.public_messages import shown_to_all, slips

TESTS = Path(__file__).resolve().parents[1]
QUESTION = "**What is one small thing you can do for yourself today?**"
HOW = "-# Reply to this message, or press the button."
NONCE = "0" * 24
MOOD = "Mood: 3 · in between"

Say = Callable[[Press], Awaitable[None]]


async def post(stage: Stage, text: str | None = None, **parts: Any) -> discord.Message:
    """Have the bot's own client say something in the room."""
    room = stage.bot.get_partial_messageable(stage.room.id)
    return await room.send(text, nonce=NONCE, **parts)


def slip(stage: Stage) -> str:
    """Return what the guard has against the journal so far, and forget it."""
    found = "\n".join(slips(stage.box))
    stage.box.requests.clear()
    return found


async def answered(
    stage: Stage, message: Message, say: Say, where: Channel | None = None, **more: Any
) -> str:
    """Let a feature answer a press as `say` does; return what the guard has against it."""

    done = asyncio.Event()

    async def handler(interaction: Press, _: re.Match[str]) -> None:
        await say(interaction)
        done.set()

    door_of(stage.bot).presses(re.compile("slip"), handler)
    data = {"id": 1, "component_type": 2, "custom_id": "slip"}
    asking = stage.box.interactions.ask
    place = where or stage.room
    await asking(Kind.COMPONENT, stage.ana.user, place, data, message=message, **more)
    await done.wait()
    return slip(stage)


async def test_a_day_of_check_ins_shows_only_questions_and_counts(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD | {LINE: "a quiet marigold morning"})
    form = await stage.ana.press(prompt, CHECK_IN)
    await stage.ana.submit(form, GOOD)
    reply = await stage.ben.reply(prompt, "here")
    while not reply.reactions:
        await asyncio.sleep(0.01)
    await stage.pass_time(seconds=31)
    assert [len(body["content"].splitlines()) for body in shown_to_all(stage.box)] == [2, 3, 3]
    assert slips(stage.box) == []


@pytest.mark.parametrize(
    "text",
    [
        MOOD,
        "Strongest urge: 7 of 10",
        "Your line: a quiet marigold morning",
        "Tuesday 3 March",
        "2026-03-03",
        "<t:1772524800:R>",
        "Ana",
        "<@1>",
        "3 check-ins",
        "12 days",
        "many of us so far",
        f"{QUESTION}\n{MOOD}",
        f"{QUESTION} {MOOD}",
        f"{HOW}\n7",
        "Nothing is kept about you in this server.",
    ],
)
async def test_what_is_about_a_person_is_refused(stage: Stage, text: str) -> None:
    await post(stage, text)
    told = slip(stage)
    assert f"content {text!r} may not be public, in POST /channels/{stage.room.id}/messages" in told


async def test_what_was_edited_away_or_deleted_since_is_refused_all_the_same(stage: Stage) -> None:
    message = await post(stage, MOOD)
    await message.edit(content=QUESTION)
    assert MOOD in slip(stage)
    message = await post(stage, MOOD)
    await message.delete()
    assert MOOD in slip(stage)


async def test_what_a_message_was_edited_to_is_refused(stage: Stage) -> None:
    message = await post(stage, QUESTION)
    await message.edit(content=f"{QUESTION}\n{MOOD}")
    assert "PATCH /channels" in slip(stage)


async def test_a_thread_is_as_public_as_a_channel(stage: Stage) -> None:
    opened = await stage.bot.http.request(
        discord.http.Route("POST", "/channels/{channel_id}/threads", channel_id=stage.room.id),
        json={"name": "Ana has a hard day", "type": 11},
    )
    assert "does not know who sees that" in slip(stage)
    await stage.bot.get_partial_messageable(int(opened["id"])).send(MOOD, nonce=NONCE)
    assert MOOD in slip(stage)


@pytest.mark.parametrize("mentions", [None, {"parse": ["users"]}, {"parse": [], "users": ["1"]}])
async def test_a_message_that_could_ping_somebody_is_refused(
    stage: Stage, mentions: dict[str, object] | None
) -> None:
    body: dict[str, object] = {"content": QUESTION}
    if mentions is not None:
        body["allowed_mentions"] = mentions
    place = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=stage.room.id)
    await stage.bot.http.request(place, json=body)
    assert slip(stage).startswith("allowed_mentions is not empty, in POST /channels")


async def test_an_embed_a_button_a_select_and_a_file_are_read_too(stage: Stage) -> None:
    await post(stage, embed=discord.Embed(title=MOOD))
    assert MOOD in slip(stage)
    await post(stage, embed=discord.Embed(title=HOW, colour=3))
    assert slip(stage).startswith("color 3 may not be public")
    await post(stage, view=buttons(discord.ui.Button(label=MOOD, custom_id="p:" + "0" * 24)))
    assert MOOD in slip(stage)
    await post(stage, view=buttons(discord.ui.Button(label=CHECK_IN, custom_id="p:3 March")))
    assert "'p:3 March' may not be public" in slip(stage)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Select(options=[discord.SelectOption(label=MOOD, value=MOOD)]))
    view.stop()
    await post(stage, view=view)
    assert MOOD in slip(stage)
    await post(stage, file=discord.File(io.BytesIO(b"x"), "ana-3-march.json"))
    assert "'ana-3-march.json' may not be public" in slip(stage)


async def test_an_answer_that_everybody_sees_is_refused_whatever_it_says(stage: Stage) -> None:
    prompt = await stage.prompt()

    async def say_it(interaction: Press) -> None:
        await interaction.response.send_message(QUESTION)

    async def promise_it(interaction: Press) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content=MOOD)

    async def add_it(interaction: Press) -> None:
        await interaction.response.send_message("for you alone", ephemeral=True)
        await interaction.followup.send(QUESTION)

    assert "is shown to everybody, in POST /interactions" in await answered(stage, prompt, say_it)
    said = await _another(stage, promise_it)
    assert "is shown to everybody, in POST /interactions" in said
    assert f"{MOOD!r} may not be public, in PATCH /webhooks" in said
    said = await _another(stage, add_it)
    assert "is shown to everybody, in POST /webhooks" in said
    assert "for you alone" not in said


async def _another(stage: Stage, say: Say) -> str:
    await stage.restart_bot()
    return await answered(stage, stage.last(), say)


async def test_a_press_that_changes_what_everybody_sees_is_read(stage: Stage) -> None:
    prompt = await stage.prompt()

    async def change_it(interaction: Press) -> None:
        await interaction.response.edit_message(content=MOOD)

    async def change_it_later(interaction: Press) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=MOOD)

    refused = f"{MOOD!r} may not be public, in "
    assert f"{refused}POST /interactions" in await answered(stage, prompt, change_it)
    assert f"{refused}PATCH /webhooks" in await _another(stage, change_it_later)


async def test_what_one_person_sees_is_theirs(stage: Stage) -> None:
    prompt = await stage.prompt()

    async def say_it(interaction: Press) -> None:
        await interaction.response.send_message(MOOD, ephemeral=True)
        await interaction.edit_original_response(content=f"{MOOD}, changed")
        await interaction.followup.send(MOOD, ephemeral=True)

    assert await answered(stage, prompt, say_it) == ""
    direct = await stage.bot.create_dm(discord.Object(stage.ana.id))
    await direct.send(MOOD)
    assert slip(stage) == ""


async def test_what_goes_a_way_that_is_not_known_is_noticed(stage: Stage) -> None:
    room = stage.bot.get_channel(stage.room.id)
    assert isinstance(room, discord.TextChannel)
    with pytest.raises(discord.Forbidden):
        await room.edit(topic=MOOD)
    assert "does not know who sees that" in slip(stage)


async def test_what_two_people_read_together_is_not_one_persons(stage: Stage) -> None:
    prompt = await stage.prompt()
    world, account = stage.box.world, {"1": str(stage.ana.id)}
    world.install_for(stage.ana.user)
    between = world.conversation(stage.ana.user, stage.ben.user)

    async def say_it(interaction: Press) -> None:
        await interaction.response.send_message(MOOD)

    told = await answered(stage, prompt, say_it, between, owners=account)
    assert "an answer to one person is shown to everybody" in told


async def test_what_discord_refused_was_seen_by_nobody(stage: Stage) -> None:
    stage.box.world.set_overwrite(stage.room, stage.guild.everyone, deny=Permission.SEND_MESSAGES)
    with pytest.raises(discord.Forbidden):
        await post(stage, MOOD)
    assert slip(stage) == ""


async def test_a_journal_that_lost_its_beginning_proves_nothing(stage: Stage) -> None:
    await post(stage, QUESTION)
    seen = stage.box.requests[-1]
    while len(stage.box.requests) < (stage.box.requests.maxlen or 0):
        stage.box.requests.append(seen)
    assert slip(stage) == "the journal is full, and its first requests are no longer in it"


def test_every_sandbox_with_the_real_bot_is_guarded() -> None:
    unguarded = [
        path.relative_to(TESTS).as_posix()
        for path in TESTS.rglob("*.py")
        if "Sandbox.open(" in path.read_text(encoding="utf-8") and path != Path(__file__)
    ]
    theirs = {name for name in unguarded if not name.startswith("sandbox/")}
    assert theirs == {"public_messages.py"}
