"""A moderator asks how many people checked in, and hears numbers and dates and nothing else."""

import re

import pytest

from sandbox.forms import CannotDo
from sandbox.people import Person
from sandbox.things import Channel, Message
from tests.dialogue.stage import Stage, say_yes

WORDS = "a quiet marigold morning"


async def asked(stage: Stage, who: Person | None = None, channel: Channel | None = None) -> str:
    options = {} if channel is None else {"channel": channel}
    answer = await (who or stage.mod).slash(stage.hall, "counts", **options)
    assert answer.shown is not None, answer.error
    assert answer.shown.ephemeral_for == (who or stage.mod).id
    assert len(answer.shown.text) <= 2000
    return answer.shown.text


def crowd(stage: Stage, number: int) -> list[Person]:
    """People with names that would be noticed in an answer."""
    return [stage.box.person(stage.guild.add_member(f"Marigold{n}")) for n in range(number)]


async def check_in(who: Person, prompt: Message) -> None:
    card = await who.press(prompt, "Check in")
    assert card.shown is not None
    form = await say_yes(who, card.shown)
    saved = await who.submit(form, {"How are you?": "2", "A line for yourself": WORDS})
    assert saved.error is None


async def a_day(stage: Stage, number: int) -> list[Person]:
    """Let two people check in by the form and the others by a reply, until the day is over."""
    prompt = await stage.prompt()
    people = crowd(stage, number)
    for person in people[:2]:
        await check_in(person, prompt)
    for person in people[2:]:
        await person.reply(prompt, WORDS)
    await stage.box.quiet()
    await stage.pass_time(hours=18)
    return people


@pytest.mark.parametrize(
    ("number", "line"), [(4, "fewer than 5 people"), (5, "5 people"), (6, "6 people")]
)
async def test_a_moderator_reads_numbers_and_dates_and_nothing_else(
    stage: Stage, number: int, line: str
) -> None:
    await a_day(stage, number)
    title, group, footer = (await asked(stage)).split("\n\n")
    assert title == (
        "**How many people checked in**, newest day first. "
        "A day ends at 03:00 the next morning, in the group's time zone."
    )
    assert group == f"In <#{stage.room.id}>:\n- Tuesday 3 March: {line}"
    assert footer == (
        "-# Only you see this. A number is shown from 5 people on, and never who they are."
    )


async def test_a_day_that_goes_on_is_not_told(stage: Stage) -> None:
    prompt = await stage.prompt()
    for person in crowd(stage, 6):
        await person.reply(prompt, "here")
    await stage.box.quiet()
    assert f"In <#{stage.room.id}>: no day is over yet." in await asked(stage)


async def test_days_off_and_days_not_asked_are_called_that(stage: Stage) -> None:
    await stage.set_up(days="Monday to Friday")
    await stage.pass_time(hours=1)
    await stage.pass_time(days=1, hours=6)  # Wednesday afternoon: too late to be asked
    await stage.pass_time(days=5)
    text = await asked(stage)
    assert "- Wednesday 4 March: not asked" in text
    assert "- Saturday 7 March: a day off" in text
    assert "- Tuesday 3 March: fewer than 5 people" in text


async def test_a_server_without_a_check_in_hears_how_to_begin(stage: Stage) -> None:
    assert "has no check-in yet" in await asked(stage)


async def test_a_prompt_that_was_never_posted_is_no_day_of_counts(stage: Stage) -> None:
    await stage.set_up()
    await stage.pass_time(hours=26)
    text = await asked(stage)
    assert "people" not in text.partition(f"<#{stage.room.id}>")[2].partition("-#")[0]
    assert "nothing was asked" in text


async def test_each_group_has_its_own_numbers(stage: Stage) -> None:
    evening = stage.guild.add_channel("evening")
    await stage.set_up()
    await stage.set_up(evening)
    await stage.pass_time(hours=1)
    people = crowd(stage, 6)
    for room, number in ((stage.room, 6), (evening, 3)):
        prompt = people[0].sees(room)[-1]
        for person in people[:number]:
            await person.reply(prompt, "here")
    await stage.box.quiet()
    await stage.pass_time(hours=18)
    text = await asked(stage)
    assert f"In <#{evening.id}>:\n- Tuesday 3 March: fewer than 5 people\n" in text
    assert f"In <#{stage.room.id}>:\n- Tuesday 3 March: 6 people\n" in text
    alone = await asked(stage, channel=stage.room)
    assert re.findall(r"<#\d+>", alone) == [f"<#{stage.room.id}>"]


async def test_a_channel_without_a_check_in_is_answered_kindly(stage: Stage) -> None:
    await a_day(stage, 5)
    text = await asked(stage, channel=stage.hall)
    assert text.startswith(f"There is no check-in in <#{stage.hall.id}>.")


async def test_erasing_leaves_the_numbers_of_days_that_are_over(stage: Stage) -> None:
    somebody = (await a_day(stage, 5))[0]
    before = await asked(stage)
    card = (await somebody.slash(stage.hall, "privacy")).shown
    assert card is not None
    await somebody.press(card, "Erase")
    await somebody.press(card, "Erase it now")
    await stage.pass_time(minutes=1)
    assert card.text.startswith("Erased: 1 check-in")
    assert await asked(stage) == before


async def test_a_restart_leaves_the_numbers_too(stage: Stage) -> None:
    await a_day(stage, 5)
    before = await asked(stage)
    await stage.restart_bot()
    await stage.tick()
    assert await asked(stage) == before


async def test_a_member_does_not_even_find_the_command(stage: Stage) -> None:
    with pytest.raises(CannotDo):
        await stage.ana.slash(stage.hall, "counts")


async def test_a_member_whom_discord_lets_through_is_told_kindly(stage: Stage) -> None:
    """Rights under Integrations may be loosened by an admin; the bot looks for itself."""
    await a_day(stage, 6)
    (command,) = [raw for raw in stage.box.world.commands[None] if raw["name"] == "counts"]
    command["default_member_permissions"] = None
    text = await asked(stage, stage.ana)
    assert text.startswith("/counts is for people with the permission Manage Server.")
    assert "6 people" not in text


async def test_in_a_direct_message_it_says_where_to_ask(stage: Stage) -> None:
    """Discord offers it in servers only; should that ever change, nothing is told."""
    await stage.set_up()
    with pytest.raises(CannotDo):
        await stage.mod.slash(stage.mod.dm, "counts")
    (command,) = [raw for raw in stage.box.world.commands[None] if raw["name"] == "counts"]
    command.update(contexts=None, dm_permission=True)
    answer = await stage.mod.slash(stage.mod.dm, "counts")
    assert answer.shown is not None, answer.error
    assert answer.shown.text == "Check-ins live in a server. Please use /counts there."
