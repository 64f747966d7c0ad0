"""A moderator asks what keeps the prompts from coming. Members are never part of the answer."""

import pytest

from sandbox.forms import CannotDo
from sandbox.people import Person
from sandbox.permissions import Overwrite, Permission
from tests.dialogue.stage import Stage

EVERY_PERMISSION = "The bot has every permission it uses there."


async def asked(stage: Stage, who: Person | None = None) -> str:
    answer = await (who or stage.mod).slash(stage.hall, "doctor")
    assert answer.shown is not None, answer.error
    assert answer.shown.ephemeral_for == (who or stage.mod).id
    return answer.shown.text


def deny(stage: Stage, bits: int) -> None:
    stage.room.overwrites[stage.guild.id] = Overwrite(stage.guild.id, "role", deny=bits)
    stage.box.world.changed(stage.room)


async def test_a_server_without_a_check_in_hears_how_to_begin(stage: Stage) -> None:
    assert "has no check-in yet" in await asked(stage)


async def test_a_healthy_group_shows_its_channel_and_its_next_prompt(stage: Stage) -> None:
    await stage.set_up()
    text = await asked(stage)
    assert f"<#{stage.room.id}>" in text
    assert "every day at 09:00, Europe/Berlin time" in text
    assert EVERY_PERMISSION in text
    assert "The next prompt: Tuesday 3 March, 09:00" in text
    assert "rests" not in text
    assert "was not posted" not in text


async def test_what_is_missing_is_named_before_the_prompt_is_due(stage: Stage) -> None:
    await stage.set_up()
    deny(stage, Permission.SEND_MESSAGES)
    text = await asked(stage)
    assert "**Send Messages**" in text
    assert "**View Channel**" not in text
    assert EVERY_PERMISSION not in text


async def test_a_resting_group_says_why_and_how_to_wake_it(stage: Stage) -> None:
    await stage.set_up()
    deny(stage, Permission.SEND_MESSAGES)
    await stage.pass_time(hours=1)
    text = await asked(stage)
    assert "It rests, because Discord did not let the bot post there." in text
    assert "run /setup" in text
    assert "was not posted: Tuesday 3 March. The bot had no permission" in text
    assert "The next prompt:" not in text


async def test_a_deleted_channel_is_called_gone(stage: Stage) -> None:
    await stage.set_up()
    stage.box.world.delete_channel(stage.room)
    await stage.box.quiet()
    text = await asked(stage)
    assert "its channel was deleted" in text
    assert "no longer a text channel" in text


async def test_a_prompt_that_was_late_is_told_with_its_day(stage: Stage) -> None:
    await stage.set_up()
    await stage.pass_time(hours=6)
    text = await asked(stage)
    assert "was not posted: Tuesday 3 March. The bot was away" in text
    assert "The next prompt: Wednesday 4 March, 09:00" in text


async def test_it_says_nothing_about_members(stage: Stage) -> None:
    prompt = await stage.prompt()
    await stage.ana.reply(prompt, "here")
    await stage.box.quiet()
    text = await asked(stage)
    for member in (stage.ana, stage.ben, stage.cem):
        assert member.name not in text
        assert str(member.id) not in text
    assert "1 of us" not in text


async def test_a_member_does_not_even_find_the_command(stage: Stage) -> None:
    with pytest.raises(CannotDo):
        await stage.ana.slash(stage.hall, "doctor")


async def test_a_member_whom_discord_lets_through_is_refused_in_the_bot(stage: Stage) -> None:
    """Rights under Integrations may be loosened by an admin; the bot looks for itself."""
    await stage.set_up()
    (command,) = [raw for raw in stage.box.world.commands[None] if raw["name"] == "doctor"]
    command["default_member_permissions"] = None
    text = await asked(stage, stage.ana)
    assert "permission Manage Server" in text
    assert f"<#{stage.room.id}>" not in text
