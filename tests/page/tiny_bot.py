"""A very small bot in the manner of the real one, so that the page is tried without it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from discord import app_commands, ui

from bot.sandbox_link import sandbox_connector

ZONES = ("Europe/Berlin", "Europe/Bern", "Africa/Lagos", "Asia/Tokyo")


class Form(ui.Modal, title="Your check-in"):
    mood: ui.Label["Form"] = ui.Label(
        text="How are you?",
        component=ui.Select(
            options=[discord.SelectOption(label=str(one), value=str(one)) for one in range(1, 6)]
        ),
    )
    line: ui.Label["Form"] = ui.Label(
        text="A line for yourself",
        description="Only you will see it",
        component=ui.TextInput(required=False, style=discord.TextStyle.paragraph),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        bot = interaction.client
        assert isinstance(bot, TinyBot)
        bot.count += 1
        await interaction.response.edit_message(content=question(bot.count), view=Prompt())
        assert isinstance(self.mood.component, ui.Select)
        await interaction.followup.send(f"Saved: {self.mood.component.values[0]}", ephemeral=True)


class Prompt(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Check in", style=discord.ButtonStyle.primary, custom_id="check-in")
    async def check_in(self, interaction: discord.Interaction, button: ui.Button["Prompt"]) -> None:
        del button
        await interaction.response.send_modal(Form())

    @ui.button(label="Say nothing", custom_id="nothing")
    async def say_nothing(
        self, interaction: discord.Interaction, button: ui.Button["Prompt"]
    ) -> None:
        """Leave the person waiting."""


class Save(ui.View):
    @ui.button(label="Save", style=discord.ButtonStyle.success)
    async def save(self, interaction: discord.Interaction, button: ui.Button["Save"]) -> None:
        del button
        await interaction.response.edit_message(content="Saved.", view=None)
        channel = interaction.channel
        assert isinstance(channel, discord.TextChannel)
        await channel.send(question(0), view=Prompt())


def question(count: int) -> str:
    return f"**How are you today?**\n-# {count} of us so far"


class TinyBot(discord.Client):
    def __init__(self, port: int, ca: str) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True),
            connector=sandbox_connector(port, ca),
            guild_ready_timeout=0,
            chunk_guilds_at_startup=False,
        )
        self.tree = app_commands.CommandTree(self)
        self.count = 0

    async def setup_hook(self) -> None:
        @self.tree.command(name="setup", description="Choose where and when")
        @app_commands.default_permissions(manage_guild=True)
        @app_commands.guild_only()
        async def setup(
            interaction: discord.Interaction, channel: discord.TextChannel, zone: str, at: str
        ) -> None:
            embed = discord.Embed(title="Preview", description=f"{channel.mention} at {at}, {zone}")
            await interaction.response.send_message(embed=embed, view=Save(), ephemeral=True)

        @setup.autocomplete("zone")
        async def zones(
            interaction: discord.Interaction, current: str
        ) -> list[app_commands.Choice[str]]:
            del interaction
            fitting = [one for one in ZONES if current.lower() in one.lower()]
            return [app_commands.Choice(name=one, value=one) for one in fitting]

        @self.tree.command(name="hello", description="Say hello to yourself")
        async def hello(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("Hello.", ephemeral=True)

        self.add_view(Prompt())
        await self.tree.sync()


@asynccontextmanager
async def tiny_bot(port: int, ca: str, token: str) -> AsyncIterator[TinyBot]:
    async with TinyBot(port, ca) as bot:
        running = asyncio.create_task(bot.start(token))
        try:
            yield bot
        finally:
            await bot.close()
            await asyncio.wait({running})
            running.result()
