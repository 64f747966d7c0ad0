"""From a command to a stored answer, as a person does it, with the real library in between."""

from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox.forms import CannotDo
from sandbox.interactions import NO_RESPONSE
from tests.sandbox.scene import Scene, TinyBot, connected, eventually

Text = discord.ui.TextDisplay[discord.ui.LayoutView]
Labelled = discord.ui.Label[discord.ui.LayoutView]
ZONES = ["Europe/Berlin", "Europe/Bern", "America/Bogota"]


class Form(discord.ui.Modal, title="How are you?"):
    words: Text = discord.ui.TextDisplay("Only you see this.")
    mood: Labelled = discord.ui.Label(
        text="How are you",
        component=discord.ui.RadioGroup(
            options=[discord.RadioGroupOption(label=f"{one}", value=f"{one}") for one in (1, 2, 3)]
        ),
    )
    urge: Labelled = discord.ui.Label(
        text="Strongest urge",
        component=discord.ui.Select(
            options=[discord.SelectOption(label=str(one)) for one in range(11)],
            required=False,
            min_values=0,
        ),
    )
    line: Labelled = discord.ui.Label(
        text="A line for yourself",
        component=discord.ui.TextInput(required=False, max_length=100),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        mood, urge, line = (label.component for label in (self.mood, self.urge, self.line))
        assert isinstance(mood, discord.ui.RadioGroup)
        assert isinstance(urge, discord.ui.Select)
        assert isinstance(line, discord.ui.TextInput)
        await interaction.response.edit_message(content="1 of us so far")
        await interaction.followup.send(
            f"Saved {mood.value} {urge.values} {line.value}", ephemeral=True
        )


class CheckIn(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"p:(?P<day>\d+)"
):
    def __init__(self, day: str) -> None:
        super().__init__(discord.ui.Button(label="Check in", custom_id=f"p:{day}"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: Any, /
    ) -> "CheckIn":
        del interaction, item
        return cls(match["day"])

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())


class LoopBot(TinyBot):
    """Offers /setup and /ping."""

    async def setup_hook(self) -> None:
        self.add_dynamic_items(CheckIn)

        @self.tree.command(name="setup", description="Set the check-in up")
        @app_commands.default_permissions(manage_guild=True)
        @app_commands.guild_only()
        async def setup(
            interaction: discord.Interaction,
            channel: discord.TextChannel,
            zone: str,
            hour: app_commands.Range[int, 0, 23] = 9,
        ) -> None:
            view = discord.ui.View(timeout=None)
            view.add_item(CheckIn("7"))
            await interaction.response.send_message(f"{channel} {zone} {hour}", view=view)

        @setup.autocomplete("zone")
        async def zones(
            interaction: discord.Interaction, typed: str
        ) -> list[app_commands.Choice[str]]:
            del interaction
            found = [one for one in ZONES if typed.lower() in one.lower()]
            return [app_commands.Choice(name=one, value=one) for one in found]

        @self.tree.command(name="ping", description="Answer")
        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("pong", ephemeral=True)

        @self.tree.command(name="slow", description="Answer later")
        async def slow(interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send("done")

        @self.tree.command(name="silent", description="Answer never")
        async def silent(interaction: discord.Interaction) -> None:
            del interaction

        await self.tree.sync()


@pytest.fixture
async def loop_bot(scene: Scene) -> Any:
    async with connected(LoopBot(scene.box), scene.box) as client:
        yield client


@pytest.mark.usefixtures("loop_bot")
async def test_from_setup_to_a_saved_answer(scene: Scene) -> None:
    proposed = await scene.mo.complete(
        scene.channel, "setup", option="zone", typed="ber", channel=scene.channel
    )
    assert [one.value for one in proposed] == ["Europe/Berlin", "Europe/Bern"]
    answer = await scene.mo.slash(
        scene.channel, "setup", channel=scene.channel, zone=proposed[0].value, hour=7
    )
    assert answer.shown
    assert answer.shown.content == "check-in Europe/Berlin 7"
    assert answer.shown.buttons == ["Check in"]

    pressed = await scene.ana.press(answer.shown, "Check in")
    assert pressed.modal
    assert pressed.modal.labels == ["How are you", "Strongest urge", "A line for yourself"]
    assert "Only you see this." in pressed.modal.text
    saved = await scene.ana.submit(pressed, {"How are you": "2", "A line for yourself": "rain"})
    await scene.box.quiet()
    assert saved.updated is answer.shown
    assert answer.shown.content == "1 of us so far"
    assert [one.content for one in saved.followups] == ["Saved 2 [] rain"]
    assert "Saved 2 [] rain" in scene.said()
    assert "Saved 2 [] rain" not in [one.text for one in scene.mo.sees(scene.channel)]


@pytest.mark.usefixtures("loop_bot")
async def test_a_person_can_do_only_what_the_window_offers(scene: Scene) -> None:
    with pytest.raises(CannotDo, match="finds no command"):
        await scene.ana.slash(scene.channel, "setup", channel=scene.channel, zone="Europe/Bern")
    with pytest.raises(CannotDo, match="needs its option"):
        await scene.mo.slash(scene.channel, "setup", channel=scene.channel)
    with pytest.raises(CannotDo, match="no option"):
        await scene.mo.slash(scene.channel, "ping", loud=True)
    with pytest.raises(CannotDo, match="out of bounds"):
        await scene.mo.slash(
            scene.channel, "setup", channel=scene.channel, zone="Europe/Bern", hour=24
        )
    with pytest.raises(CannotDo, match="finds no command"):
        await scene.mo.slash(scene.mo.dm, "setup", channel=scene.channel, zone="Europe/Bern")
    answer = await scene.mo.slash(scene.channel, "setup", channel=scene.channel, zone="Europe/Bern")
    assert answer.shown
    with pytest.raises(CannotDo, match="no button"):
        await scene.ana.press(answer.shown, "Leave")
    form = await scene.ana.press(answer.shown, "Check in")
    with pytest.raises(CannotDo, match="no field"):
        await scene.ana.submit(form, {"Age": "7"})
    with pytest.raises(CannotDo, match="needs at least"):
        await scene.ana.submit(form, {"How are you": []} | {"A line for yourself": "x"})
    with pytest.raises(CannotDo, match="at most 100"):
        await scene.ana.submit(form, {"How are you": "1", "A line for yourself": "x" * 101})
    with pytest.raises(CannotDo, match="does not offer"):
        await scene.ana.submit(form, {"How are you": "9"})


@pytest.mark.usefixtures("loop_bot")
async def test_an_ephemeral_answer_is_seen_by_one_person_and_has_no_history(scene: Scene) -> None:
    answer = await scene.ana.slash(scene.channel, "ping")
    assert answer.shown
    assert answer.shown.ephemeral_for == scene.ana.id
    assert scene.said() == ["pong"]
    assert scene.mo.sees(scene.channel) == []


async def test_a_deferred_answer_fills_in_and_stays_ephemeral(
    scene: Scene, loop_bot: LoopBot
) -> None:
    answer = await scene.ana.slash(scene.channel, "slow")
    await scene.box.quiet()
    assert answer.shown
    assert (answer.shown.content, answer.shown.loading) == ("done", False)
    assert answer.shown.ephemeral_for == scene.ana.id
    assert answer.followups == []
    assert not loop_bot.is_closed()


async def test_silence_ends_in_no_response(scene: Scene, loop_bot: LoopBot) -> None:
    scene.box.interactions.patience = 0.05
    answer = await scene.ana.slash(scene.channel, "silent")
    assert answer.error == NO_RESPONSE
    await loop_bot.close()
    await eventually(lambda: not scene.box.hub.connections)


async def test_the_button_outlives_the_bot(scene: Scene, loop_bot: LoopBot) -> None:
    answer = await scene.mo.slash(scene.channel, "setup", channel=scene.channel, zone="Europe/Bern")
    await loop_bot.close()
    async with connected(LoopBot(scene.box), scene.box):
        assert answer.shown
        pressed = await scene.ana.press(answer.shown, "Check in")
        assert pressed.modal


@pytest.mark.usefixtures("loop_bot")
async def test_a_form_without_an_answer_can_be_sent_again(scene: Scene) -> None:
    answer = await scene.mo.slash(scene.channel, "setup", channel=scene.channel, zone="Europe/Bern")
    assert answer.shown
    pressed = await scene.ana.press(answer.shown, "Check in")
    scene.box.interactions.patience = 0.05
    scene.box.faults.arm("delayed-events", event="INTERACTION_CREATE", seconds=0.2)
    late = await scene.ana.submit(pressed, {"How are you": "1"})
    assert late.error == NO_RESPONSE
    await eventually(lambda: any(one.status == 404 for one in scene.box.requests))
    assert answer.shown.content != "1 of us so far"
    scene.box.interactions.patience = 3.0
    again = await scene.ana.submit(pressed, {"How are you": "1"})
    assert again.updated is answer.shown


async def test_before_the_bot_ever_came_nobody_waits(scene: Scene) -> None:
    raw = {"type": 1, "name": "ping", "id": "1", "options": [], "contexts": None}
    scene.box.world.commands[None] = [raw | {"default_member_permissions": None}]
    scene.box.interactions.patience = 3600.0
    assert (await scene.ana.slash(scene.channel, "ping")).error == NO_RESPONSE


@pytest.mark.usefixtures("loop_bot")
async def test_what_is_gone_cannot_be_used(scene: Scene) -> None:
    answer = await scene.mo.slash(scene.channel, "setup", channel=scene.channel, zone="Europe/Bern")
    assert answer.shown
    form = await scene.ana.press(answer.shown, "Check in")
    scene.box.world.delete_channel(scene.channel)
    for attempt in (
        scene.ana.press(answer.shown, "Check in"),
        scene.ana.submit(form, {"How are you": "1"}),
        scene.ana.say(scene.channel, "anyone?"),
    ):
        with pytest.raises(CannotDo):
            await attempt
