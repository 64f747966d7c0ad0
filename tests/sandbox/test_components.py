"""Selects, context menus, file options, direct messages: what the loop itself does not need."""

from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox.clock import MovableClock
from sandbox.forms import CannotDo
from sandbox.server import Sandbox
from sandbox.things import Attachment
from tests.sandbox.scene import START, Scene, TinyBot, connected


class Selects(discord.ui.View):
    """One of each kind."""

    @discord.ui.select(
        placeholder="Days",
        max_values=2,
        options=[discord.SelectOption(label=one) for one in ("Mon", "Tue", "Wed")],
    )
    async def days(self, interaction: discord.Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.edit_message(content=" ".join(select.values))

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Person")
    async def person(
        self, interaction: discord.Interaction, select: discord.ui.UserSelect[Any]
    ) -> None:
        await interaction.response.send_message(f"{select.values[0].name}", ephemeral=True)

    @discord.ui.select(
        cls=discord.ui.ChannelSelect,
        placeholder="Channel",
        channel_types=[discord.ChannelType.text],
    )
    async def channel(
        self, interaction: discord.Interaction, select: discord.ui.ChannelSelect[Any]
    ) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=f"#{select.values[0].name}")

    @discord.ui.button(label="Closed", disabled=True)
    async def closed(
        self, interaction: discord.Interaction, button: discord.ui.Button[Any]
    ) -> None:
        raise AssertionError(interaction, button)


class ManyBot(TinyBot):
    async def setup_hook(self) -> None:
        @self.tree.command(name="selects", description="Selects")
        async def selects(interaction: discord.Interaction) -> None:
            await interaction.response.send_message(view=Selects())

        crisis = app_commands.Group(name="crisis", description="Help")

        @crisis.command(name="share", description="Share")
        async def share(
            interaction: discord.Interaction,
            person: discord.Member,
            paper: discord.Attachment | None = None,
        ) -> None:
            size = paper.size if paper else 0
            await interaction.response.send_message(f"{person.name} {size}")

        self.tree.add_command(crisis)

        @self.tree.context_menu(name="Thank")
        async def thank(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"Thanks, {message.author.name}")

        @self.tree.context_menu(name="Greet")
        async def greet(interaction: discord.Interaction, member: discord.Member) -> None:
            await interaction.response.send_message(f"Hello, {member.name}")

        await self.tree.sync()


@pytest.fixture
async def many_bot(scene: Scene) -> Any:
    async with connected(ManyBot(scene.box), scene.box) as client:
        yield client


@pytest.mark.usefixtures("many_bot")
async def test_selects_of_every_kind(scene: Scene) -> None:
    shown = (await scene.ana.slash(scene.channel, "selects")).shown
    assert shown
    assert (await scene.ana.choose(shown, "Days", ["Mon", "Wed"])).updated is shown
    assert shown.content == "Mon Wed"
    told = await scene.ana.choose(shown, "Person", scene.mo.member)
    assert told.shown
    assert told.shown.content == "Mo"
    moved = await scene.ana.choose(shown, "Channel", scene.channel)
    await scene.box.quiet()
    assert moved.updated is shown
    assert shown.content == "#check-in"
    with pytest.raises(CannotDo, match="at most 2"):
        await scene.ana.choose(shown, "Days", ["Mon", "Tue", "Wed"])
    with pytest.raises(CannotDo, match="does not offer"):
        await scene.ana.choose(shown, "Days", ["Sun"])
    with pytest.raises(CannotDo, match="needs at least"):
        await scene.ana.choose(shown, "Days", [])
    with pytest.raises(CannotDo, match="does not list"):
        await scene.ana.choose(shown, "Channel", scene.guild.add_channel("v", "voice"))
    with pytest.raises(CannotDo, match="disabled"):
        await scene.ana.press(shown, "Closed")


@pytest.mark.usefixtures("many_bot")
async def test_subcommands_with_people_and_files(scene: Scene) -> None:
    paper = Attachment(
        next(scene.box.world.ids),
        "a.txt",
        b"words",
        "text/plain",
        "https://cdn.discordapp.com/ephemeral-attachments/1/2/a.txt?ex=1",
        scene.clock.now(),
        ephemeral=True,
    )
    names = [one.name for one in scene.ana.commands(scene.channel)]
    assert names == ["selects", "crisis share", "Thank", "Greet"]
    answer = await scene.ana.slash(
        scene.channel, "crisis share", person=scene.mo.member, paper=paper
    )
    assert answer.shown
    assert answer.shown.content == "Mo 5"


@pytest.mark.usefixtures("many_bot")
async def test_context_menus(scene: Scene) -> None:
    spoken = await scene.mo.say(scene.channel, "I stayed")
    thanked = await scene.ana.menu(scene.channel, "Thank", spoken)
    greeted = await scene.ana.menu(scene.channel, "Greet", scene.mo.member)
    assert thanked.shown
    assert greeted.shown
    assert (thanked.shown.content, greeted.shown.content) == ("Thanks, Mo", "Hello, Mo")


@pytest.mark.usefixtures("many_bot")
async def test_a_command_in_direct_messages(scene: Scene) -> None:
    answer = await scene.ana.slash(scene.ana.dm, "selects")
    assert answer.shown
    assert scene.ana.sees(scene.ana.dm) == [answer.shown]


@pytest.mark.usefixtures("many_bot")
async def test_a_server_that_removed_the_bot_gets_no_answer(scene: Scene) -> None:
    shown = (await scene.ana.slash(scene.channel, "selects")).shown
    assert shown
    scene.box.world.remove_bot(scene.guild)
    assert scene.ana.commands(scene.channel) == []
    assert (await scene.ana.choose(shown, "Days", "Mon")).error


async def test_in_the_real_profile_the_library_waits_before_it_is_told() -> None:
    async with Sandbox.open(MovableClock(START), profile="real") as box:
        scene = Scene(box, MovableClock(START))
        async with connected(TinyBot(box), box) as bot:
            spoken = await scene.ana.say(scene.channel, "I stayed")
            message = scene.in_channel(bot).get_partial_message(spoken.id)
            for emoji in ("✅", "🌱", "🌊"):
                await message.add_reaction(emoji)
        assert len(spoken.reactions) == 3
        assert not [one for one in box.requests if one.status == 429]
        assert box.problems == []
