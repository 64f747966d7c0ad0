"""/crisis-server at Discord's edge: which country a server's members are shown first. No rule here.

Nothing that a moderator chooses takes the emergency part away.
"""

from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.domain.crisis_countries import search_countries
from bot.domain.crisis_opening import named_country
from cogs.moderators import is_moderator
from cogs.ui import Press, guild_of, patiently, reply, speech


class CrisisServer(commands.Cog):
    """A moderator chooses the country, and whether lines for those who use alone are named."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    @app_commands.command(
        name="crisis-server", description="Choose the country that /crisis shows first here."
    )
    @app_commands.describe(
        country="Its name, or a short form such as UK; none if left out",
        use_alone="Name lines that stay with somebody who uses alone; no if left out",
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False)
    async def crisis_server(
        self, interaction: Press, country: str | None = None, *, use_alone: bool = False
    ) -> None:
        say = speech(interaction)
        if not await is_moderator(
            interaction,
            in_direct=say("crisis_server.only_servers"),
            to_others=say("crisis_server.only_moderators"),
        ):
            return
        found = None if country is None else named_country(self.bot.crisis, country)
        if found is None and country is not None:
            await reply(interaction, say("crisis_server.unknown"))
            return
        code = None if found is None else found.code
        choosing = self.bot.crisis_choices.choose_for_server(
            guild_of(interaction), code, names_use_alone=use_alone
        )
        await patiently(interaction, choosing)
        first = (
            say("crisis_server.none")
            if found is None
            else say("crisis_server.country", country=found.name)
        )
        alone = say("crisis_server.alone") if use_alone else say("crisis_server.not_alone")
        await reply(interaction, "\n".join((first, alone, say("crisis_server.always"))))

    @crisis_server.autocomplete("country")
    async def offer_countries(
        self, _interaction: Press, current: str
    ) -> list[app_commands.Choice[str]]:
        found = search_countries(self.bot.crisis, current)
        return [app_commands.Choice(name=each.name, value=each.code) for each in found]
