"""/crisis-desk at Discord's edge: the commands, for moderators alone. What follows is beside it."""

from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.domain.crisis import Country, Kind
from bot.domain.crisis_card import card_for
from bot.domain.crisis_countries import folded, search_countries
from bot.domain.crisis_desk import with_changes
from bot.domain.crisis_desk_typed import Typed
from bot.domain.crisis_opening import named_country
from bot.services.crisis_desk import OnCard
from cogs.crisis_desk import cards
from cogs.crisis_desk.changing import Changing
from cogs.crisis_desk.sharing import Sharing
from cogs.moderators import is_moderator
from cogs.ui import Press, door_of, guild_of, reply, speech

Choices = list[app_commands.Choice[str]]

MOST_CHOICES = 25
CHOICE_LIMIT = 100

KINDS = [app_commands.Choice(name=each.value.replace("-", " "), value=each.value) for each in Kind]

SOURCE = "An https address where it can be checked, or which organisation confirmed it"
NUMBER = "The number to call, as dialled in that country"
TEXT = "The number to text, or a word and the number: HOME to 741741"
CHAT = "The https address of the chat"
HOURS = "When it answers, for example 24/7"


@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False)
class CrisisDesk(
    commands.GroupCog,
    group_name="crisis-desk",
    group_description="For moderators: the crisis card of this server.",
):
    """Moderators post the general card, look after their server's lines, and read the steps."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot
        self.sharing = Sharing(bot)
        self.changing = Changing(bot)

    async def cog_load(self) -> None:
        self.sharing.listen(door_of(self.bot))
        self.changing.listen(door_of(self.bot))

    @app_commands.command(name="share", description="Post a general crisis card in this channel.")
    @app_commands.describe(country="Its name, or a short form such as UK; the server's if left out")
    async def share(self, interaction: Press, country: str | None = None) -> None:
        if not await allowed(interaction):
            return
        chosen = await self.bot.crisis_desk.on_card(guild_of(interaction))
        found = self.country(country, chosen)
        if found is None and country is not None:
            await reply(interaction, speech(interaction)("desk.unknown_country"))
        else:
            await self.sharing.preview(interaction, found, chosen.changes)

    @app_commands.command(name="add", description="Add a line to the crisis card of this server.")
    @app_commands.describe(
        name="What the line is called",
        kind="What it is for",
        source=SOURCE,
        country="Where the line is; the server's country if left out",
        number=NUMBER,
        text=TEXT,
        chat=CHAT,
        hours=HOURS,
    )
    @app_commands.choices(kind=KINDS)
    async def add(
        self,
        interaction: Press,
        name: str,
        kind: str,
        source: str,
        *,
        country: str | None = None,
        number: str | None = None,
        text: str | None = None,
        chat: str | None = None,
        hours: str | None = None,
    ) -> None:
        if not await allowed(interaction):
            return
        chosen = await self.bot.crisis_desk.on_card(guild_of(interaction))
        found = self.country(country, chosen)
        if found is None:
            await reply(interaction, speech(interaction)("desk.which_country"))
            return
        typed = Typed(source, number, text, chat, hours)
        await self.changing.add(interaction, chosen, found, Kind(kind), name, typed)

    @app_commands.command(
        name="correct", description="Correct or hide a line on the crisis card of this server."
    )
    @app_commands.describe(
        line="Which line: type the beginning of its name",
        source=SOURCE,
        number=NUMBER,
        text=TEXT,
        chat=CHAT,
        hours=HOURS,
        hide="Do not show this line in this server",
    )
    async def correct(
        self,
        interaction: Press,
        line: str,
        source: str,
        number: str | None = None,
        text: str | None = None,
        chat: str | None = None,
        hours: str | None = None,
        *,
        hide: bool = False,
    ) -> None:
        if not await allowed(interaction):
            return
        chosen = await self.bot.crisis_desk.on_card(guild_of(interaction))
        typed = Typed(source, number, text, chat, hours)
        await self.changing.correct(interaction, chosen, line, typed, hides=hide)

    @app_commands.command(
        name="changes", description="See what this server changed on its crisis card, and undo it."
    )
    async def changes(self, interaction: Press) -> None:
        if await allowed(interaction):
            await self.changing.show_list(interaction)

    @app_commands.command(
        name="steps", description="What a moderator can do when somebody may be in danger."
    )
    @app_commands.describe(country="Where they are, if you know; the server's if left out")
    async def steps(self, interaction: Press, country: str | None = None) -> None:
        if not await allowed(interaction):
            return
        chosen = await self.bot.crisis_desk.on_card(guild_of(interaction))
        directory = with_changes(self.bot.crisis, chosen.changes)
        found = self.country(country, chosen)
        card = card_for(directory, found, self.bot.clock.now().date())
        await reply(interaction, cards.steps_text(speech(interaction), card))

    @share.autocomplete("country")
    @add.autocomplete("country")
    @steps.autocomplete("country")
    async def offer_countries(self, interaction: Press, current: str) -> Choices:
        if not interaction.permissions.manage_guild:
            return []
        found = search_countries(self.bot.crisis, current)
        return [app_commands.Choice(name=each.name, value=each.code) for each in found]

    @correct.autocomplete("line")
    async def offer_lines(self, interaction: Press, current: str) -> Choices:
        """Offer lines whose name holds what was typed, those of the server's country first."""
        if not interaction.permissions.manage_guild:
            return []
        chosen = await self.bot.crisis_desk.on_card(guild_of(interaction))
        sought = folded(current)
        near = [
            each
            for each in with_changes(self.bot.crisis, chosen.changes).lines
            if sought in folded(each.name) or sought == each.country.casefold()
        ]
        near.sort(key=lambda each: each.country != chosen.country)
        return [
            app_commands.Choice(name=f"{each.country}: {each.name}"[:CHOICE_LIMIT], value=each.id)
            for each in near[:MOST_CHOICES]
        ]

    def country(self, typed: str | None, chosen: OnCard) -> Country | None:
        """Return the country that was typed; where none was, the server's."""
        if typed is not None:
            return named_country(self.bot.crisis, typed)
        return None if chosen.country is None else self.bot.crisis.country(chosen.country)


async def allowed(interaction: Press) -> bool:
    say = speech(interaction)
    return await is_moderator(
        interaction, in_direct=say("desk.only_servers"), to_others=say("desk.only_moderators")
    )
