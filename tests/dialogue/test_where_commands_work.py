"""A command works where the bot was invited. It does not travel in somebody's pocket."""

import pytest

from sandbox.forms import CannotDo
from tests.dialogue.stage import Stage

DESK = tuple(f"crisis-desk {name}" for name in ("share", "add", "correct", "changes", "steps"))
FOR_MODERATORS = (*DESK, "crisis-server", "setup", "doctor", "counts")
ONLY_BY_INVITATION = (*FOR_MODERATORS, "checkin")


@pytest.mark.parametrize("command", ONLY_BY_INVITATION)
async def test_who_installs_the_bot_for_themself_cannot_carry_it_into_other_servers(
    stage: Stage, command: str
) -> None:
    await stage.ana.install()
    elsewhere = stage.box.world.add_guild("Elsewhere")
    channel = elsewhere.add_channel("talk")
    ana = stage.box.person(elsewhere.add_member("ana", permissions=1 << 5))
    await ana.install()
    with pytest.raises(CannotDo, match="finds no command"):
        await ana.slash(channel, command)


@pytest.mark.parametrize("command", ["checkin", "privacy"])
async def test_in_a_direct_message_a_members_command_answers(stage: Stage, command: str) -> None:
    answer = await stage.ana.slash(stage.ana.dm, command)
    assert answer.shown is not None, answer.error
    assert answer.shown.ephemeral_for == stage.ana.id


@pytest.mark.parametrize("command", FOR_MODERATORS)
async def test_in_a_direct_message_nobody_finds_a_moderators_command(
    stage: Stage, command: str
) -> None:
    """What the bot says of all its commands must not undo what one says of itself."""
    assert command in [one.name for one in stage.mod.commands(stage.hall)]
    assert command not in [one.name for one in stage.mod.commands(stage.mod.dm)]
