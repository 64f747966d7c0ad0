"""A moderator sets a group up; nobody else can; everything is said before it is saved."""

import pytest

from sandbox.forms import CannotDo
from sandbox.interactions import Kind
from sandbox.permissions import Permission
from sandbox.things import Message
from tests.dialogue.stage import Stage

WISH = {"zone": "Europe/Berlin", "at": "09:00"}


async def card(stage: Stage, **options: str) -> Message:
    """What the moderator sees after /setup."""
    answer = await stage.mod.slash(stage.hall, "setup", channel=stage.room, **(WISH | options))
    assert answer.shown is not None, answer.error
    assert answer.shown.ephemeral_for == stage.mod.id
    return answer.shown


async def test_the_card_previews_and_save_saves(stage: Stage) -> None:
    shown = await card(stage, days="mon-fri")
    assert "Monday to Friday at 09:00, Europe/Berlin time" in shown.text
    for day in ("Tuesday 3 March", "Wednesday 4 March", "Thursday 5 March"):
        assert f"{day}, 09:00 (on your clock <t:" in shown.text
    assert "every permission it uses" in shown.text
    assert shown.buttons == ["Save", "Check again", "Cancel"]
    await stage.mod.press(shown, "Save")
    assert shown.text.startswith(f"**Saved.** {stage.room.mention} is asked Monday to Friday")
    assert shown.buttons == []
    await stage.pass_time(hours=1)
    assert stage.last().buttons == ["Check in"]


async def test_cancel_changes_nothing(stage: Stage) -> None:
    shown = await card(stage)
    await stage.mod.press(shown, "Cancel")
    assert shown.text == "Nothing was changed."
    await stage.pass_time(hours=1)
    assert stage.ana.sees(stage.room) == []


async def test_setting_up_anew_says_what_it_replaces(stage: Stage) -> None:
    await stage.set_up()
    shown = await card(stage, at="20:30")
    assert "This replaces: every day at 09:00, Europe/Berlin time." in shown.text
    await stage.mod.press(shown, "Save")
    await stage.pass_time(hours=1)
    assert stage.ana.sees(stage.room) == []
    await stage.pass_time(hours=11, minutes=30)
    assert len(stage.ana.sees(stage.room)) == 1


async def test_the_cards_buttons_outlive_a_restart(stage: Stage) -> None:
    shown = await card(stage)
    await stage.restart_bot()
    await stage.mod.press(shown, "Check again")
    assert "Tuesday 3 March" in shown.text
    await stage.mod.press(shown, "Save")
    assert shown.text.startswith("**Saved.**")


async def test_a_member_does_not_even_find_the_command(stage: Stage) -> None:
    with pytest.raises(CannotDo):
        await stage.ana.slash(stage.hall, "setup", channel=stage.room, **WISH)


async def test_a_member_whom_discord_lets_through_is_refused_in_the_bot(stage: Stage) -> None:
    """Rights under Integrations may be loosened by an admin; the bot looks for itself."""
    (command,) = [raw for raw in stage.box.world.commands[None] if raw["name"] == "setup"]
    command["default_member_permissions"] = None
    told = (await stage.ana.slash(stage.hall, "setup", channel=stage.room, **WISH)).shown
    assert told is not None
    assert "permission Manage Server" in told.text
    offered = await stage.ana.complete(
        stage.hall, "setup", "zone", "berl", channel=stage.room, at="9"
    )
    assert offered == []


async def test_a_moderator_who_is_one_no_longer_cannot_save(stage: Stage) -> None:
    shown = await card(stage)
    stage.mod.member.roles.clear()
    told = (await stage.mod.press(shown, "Save")).shown
    assert told is not None
    assert "permission Manage Server" in told.text
    await stage.pass_time(hours=1)
    assert stage.ana.sees(stage.room) == []


async def test_zones_hours_and_days_are_offered_while_typing(stage: Stage) -> None:
    async def offers(option: str, typed: str) -> list[str]:
        others: dict[str, object] = {"channel": stage.room, "zone": "UTC", "at": "9"}
        others.pop(option, None)
        found = await stage.mod.complete(stage.hall, "setup", option, typed, **others)
        return [choice.name for choice in found]

    assert (await offers("zone", "berl"))[0] == "Europe/Berlin"
    assert len(await offers("zone", "")) == 25
    assert await offers("at", "8") == ["08:00", "08:15", "08:30", "08:45"]
    assert await offers("days", "mon-fri") == ["Monday to Friday"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"zone": "Europe"}, "No time zone goes by that name"),
        ({"zone": "Factory"}, "No time zone goes by that name"),
        ({"zone": "../../etc/passwd"}, "No time zone goes by that name"),
        ({"zone": "Berlim"}, "Europe/Berlin"),
        ({"at": "25:00"}, "not an hour of the day"),
        ({"at": "soon"}, "not an hour of the day"),
        ({"days": "never"}, "not days of the week"),
    ],
)
async def test_nonsense_gets_one_kind_sentence(
    stage: Stage, options: dict[str, str], said: str
) -> None:
    shown = await card(stage, **options)
    assert said in shown.text
    assert "\n" not in shown.text
    assert shown.buttons == []


@pytest.mark.parametrize(
    ("denied", "named", "may_save"),
    [
        (Permission.SEND_MESSAGES, "Send Messages", False),
        (Permission.ADD_REACTIONS, "Add Reactions", True),
        (Permission.READ_MESSAGE_HISTORY, "Read Message History", True),
        (Permission.VIEW_CHANNEL, "View Channel", False),
    ],
)
async def test_what_a_channel_denies_is_named_exactly(
    stage: Stage, denied: int, named: str, *, may_save: bool
) -> None:
    stage.box.world.set_overwrite(stage.room, stage.guild.everyone, deny=denied)
    await stage.box.quiet()
    shown = await card(stage)
    bold = [line for line in shown.text.splitlines() if line.startswith("- **")]
    assert [line.split("**")[1] for line in bold] == [named]
    if not may_save:
        with pytest.raises(CannotDo, match="disabled"):
            await stage.mod.press(shown, "Save")
    stage.box.world.clear_overwrite(stage.room, stage.guild.everyone)
    await stage.mod.press(shown, "Check again")
    assert "every permission it uses" in shown.text
    await stage.mod.press(shown, "Save")
    assert shown.text.startswith("**Saved.**")


async def test_an_overwrite_for_the_bot_itself_counts_more(stage: Stage) -> None:
    assert stage.guild.bot is not None
    stage.box.world.set_overwrite(stage.room, stage.guild.everyone, deny=Permission.SEND_MESSAGES)
    stage.box.world.set_overwrite(stage.room, stage.guild.bot, allow=Permission.SEND_MESSAGES)
    await stage.box.quiet()
    assert "every permission it uses" in (await card(stage)).text


async def test_a_permission_lost_before_save_is_noticed_at_save(stage: Stage) -> None:
    shown = await card(stage)
    stage.box.world.set_overwrite(stage.room, stage.guild.everyone, deny=Permission.SEND_MESSAGES)
    await stage.mod.press(shown, "Save")
    assert "**Send Messages**" in shown.text
    await stage.pass_time(hours=1)
    assert stage.ana.sees(stage.room) == []


async def test_a_forged_button_cannot_reach_another_server(stage: Stage) -> None:
    elsewhere = stage.box.world.add_guild("Elsewhere")
    stage.box.world.install_bot(elsewhere)
    theirs = elsewhere.add_channel("theirs")
    await stage.box.quiet()
    shown = await card(stage)
    for custom_id, said in (
        (f"s:save:{theirs.id}:UTC:0900:127", "not one this bot can set up here"),
        (f"s:save:{stage.room.id}:Factory:0900:127", "older version"),
        (f"s:save:{stage.room.id}:UTC:0900:999", "older version"),
        ("s:nonsense", "older version"),
    ):
        made = await stage.box.interactions.ask(
            Kind.COMPONENT,
            stage.mod.user,
            stage.hall,
            {"custom_id": custom_id, "component_type": 2, "id": 1},
            message=shown,
        )
        assert made.answer.shown is not None
        assert said in made.answer.shown.text


async def test_a_channel_that_is_gone_is_not_asked_any_more(stage: Stage) -> None:
    await stage.set_up()
    stage.box.world.delete_channel(stage.room)
    await stage.box.quiet()
    await stage.pass_time(hours=1)
    posts = [seen for seen in stage.box.requests if seen.route.endswith("/messages")]
    assert posts == []


async def test_a_server_that_removes_the_bot_and_takes_it_back_is_asked_again(
    stage: Stage,
) -> None:
    await stage.set_up()
    stage.box.world.remove_bot(stage.guild)
    await stage.box.quiet()
    await stage.pass_time(hours=1)
    assert stage.ana.sees(stage.room) == []
    stage.box.world.install_bot(stage.guild)
    await stage.box.quiet()
    await stage.pass_time(days=1)
    assert stage.last().buttons == ["Check in"]


async def test_a_server_that_took_the_bot_back_while_it_slept_is_asked_again(
    stage: Stage,
) -> None:
    await stage.set_up()
    stage.box.world.remove_bot(stage.guild)
    await stage.box.quiet()
    await stage.stop_bot()
    stage.box.world.install_bot(stage.guild)
    await stage.start_bot()
    await stage.box.quiet()
    await stage.pass_time(hours=1)
    assert stage.last().buttons == ["Check in"]
