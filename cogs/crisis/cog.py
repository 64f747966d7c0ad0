"""/crisis at Discord's edge: one private answer, at once, whatever else is broken.

It defers nothing, writes nothing down unless told to, and logs nobody. What is behind it may fail:
then the card comes with less on it, and in the end as a few built-in sentences.
"""

import logging
import re
from collections.abc import Callable
from typing import assert_never

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.domain.crisis import Country
from bot.domain.crisis_card import Card, card_for
from bot.domain.crisis_countries import search_countries
from bot.domain.crisis_desk import with_changes
from bot.domain.crisis_fallback import LAST_RESORT
from bot.domain.crisis_opening import (
    UNKNOWN,
    Opening,
    Origin,
    Standing,
    likely_countries,
    opening,
)
from bot.domain.ids import OUTSIDE, GuildId
from bot.logs import incident
from bot.text import Speech, built_in_speech
from cogs.crisis import cards, parse, views
from cogs.crisis.asking import Asking, Silence
from cogs.crisis.parse import Place, Verb
from cogs.ui import Press, answered, door_of, member_of, reply, speech, update

Shown = tuple[str, discord.ui.View]
Making = Callable[[Speech], Shown]

_log = logging.getLogger("handrail.crisis")


class Crisis(commands.Cog):
    """The card, the pages beside it, and the one thing a member may have remembered."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot
        self.asking = Asking()

    async def cog_load(self) -> None:
        door = door_of(self.bot)
        door.presses(parse.OPENED, self.opened)
        door.presses(parse.PAGE, self.page_pressed)
        door.presses(parse.PICKED, self.country_picked)
        door.forms(parse.FORM, self.form_submitted)

    @app_commands.command(
        name="crisis", description="Emergency numbers and help lines. Only you see the answer."
    )
    @app_commands.describe(country="Your country: its name, or a short form such as UK")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def crisis(self, interaction: Press, country: str | None = None) -> None:
        await self.open(interaction, country)

    @crisis.autocomplete("country")
    async def offer_countries(
        self, _interaction: Press, current: str
    ) -> list[app_commands.Choice[str]]:
        found = search_countries(self.bot.crisis, current)
        return [app_commands.Choice(name=each.name, value=each.code) for each in found]

    async def opened(self, interaction: Press, _match: re.Match[str]) -> None:
        await self.open(interaction, None)

    async def country_picked(self, interaction: Press, _match: re.Match[str]) -> None:
        chosen = parse.picked(interaction.data)
        if chosen == parse.ELSEWHERE:
            await answered(interaction.response.send_modal(views.country_form(_words(interaction))))
        else:
            await self.open(interaction, chosen)

    async def form_submitted(self, interaction: Press, _match: re.Match[str]) -> None:
        await self.open(interaction, parse.typed_country(interaction.data))

    async def open(self, interaction: Press, typed: str | None) -> None:
        """Show the first page, with the best country there is."""
        standing = await self.standing(interaction)

        def make(say: Speech) -> Shown:
            found = opening(self.bot.crisis, typed, standing, interaction.locale.value)
            if found.country is not None and found.country.code == standing.remembered:
                found = Opening(found.country, Origin.REMEMBERED, found.missed)
            return self.lines(say, found, parse.place_of(found), standing)

        await self.show(interaction, make)

    async def page_pressed(self, interaction: Press, match: re.Match[str]) -> None:
        verb, place, found = parse.read_place(match, self.bot.crisis)
        standing = await self.standing(interaction)
        match verb:
            case Verb.LINES:
                await self.show(interaction, lambda say: self.lines(say, found, place, standing))
            case Verb.OVERDOSE:
                await self.show(interaction, lambda say: self.overdose(say, found, place, standing))
            case Verb.WORRIED:
                await self.show(interaction, lambda say: self.worried(say, found, place, standing))
            case Verb.REMEMBER:
                await self.remember(interaction, found, standing)
            case Verb.FORGET:
                await self.forget(interaction, found, standing)
            case _:
                assert_never(verb)

    async def remember(self, interaction: Press, found: Opening, standing: Standing) -> None:
        """Keep the country, and say on the card whether it is kept."""
        country, there = found.country, parse.place_of(found)
        if country is None:
            await self.show(interaction, lambda say: self.lines(say, found, there, standing))
            return
        choices, whom = self.bot.crisis_choices, (_guild_of(interaction), member_of(interaction))
        done = await self.asking.ask(
            lambda: choices.remember(*whom, country.code), self.asking.write
        )

        def make(say: Speech) -> Shown:
            if isinstance(done, Silence):
                trouble = _slow(say) if done is Silence.SLOW else say("crisis.not_kept")
                return self.lines(say, found, there, standing, trouble)
            kept = Opening(country, Origin.REMEMBERED)
            return self.lines(say, kept, parse.place_of(kept), standing)

        await self.show(interaction, make)

    async def forget(self, interaction: Press, found: Opening, standing: Standing) -> None:
        """Forget the country, and say on the card whether it is forgotten. The lines stay."""
        choices, whom = self.bot.crisis_choices, (_guild_of(interaction), member_of(interaction))
        done = await self.asking.ask(lambda: choices.forget(*whom), self.asking.write)

        def make(say: Speech) -> Shown:
            if isinstance(done, Silence):
                trouble = _slow(say) if done is Silence.SLOW else say("crisis.not_forgotten")
                return self.lines(say, found, parse.place_of(found), standing, trouble)
            there = Opening(found.country, Origin.NAMED)
            return self.lines(say, there, parse.place_of(there), standing, say("crisis.forgotten"))

        await self.show(interaction, make)

    async def standing(self, interaction: Press) -> Standing:
        """Return what is remembered, if the store says so soon enough."""
        choices, whom = self.bot.crisis_choices, (_guild_of(interaction), member_of(interaction))
        known = await self.asking.ask(lambda: choices.standing(*whom), self.asking.look)
        return UNKNOWN if isinstance(known, Silence) else known

    def card(self, country: Country | None, standing: Standing) -> Card:
        """Return the card of a country, with what the server's moderators changed about it."""
        directory = with_changes(self.bot.crisis, standing.changes)
        return card_for(directory, country, self.bot.clock.now().date())

    def lines(
        self, say: Speech, found: Opening, place: Place, standing: Standing, *told: str
    ) -> Shown:
        """Return a page of lines and what stands under it; a page that is gone is the last."""
        directory = self.bot.crisis
        about = cards.notices_for(say, found, can_choose=bool(directory.countries))
        pages = cards.lines_pages(say, self.card(found.country, standing), told or about)
        here = place.at(min(place.number, len(pages) - 1))
        likely = likely_countries(directory, found.country, found.missed, views.MOST_OPTIONS - 1)
        silent = next((number for number, page in enumerate(pages) if page.is_silent), None)
        paging = views.Paging(len(pages), silent)
        return pages[here.number].text, views.lines_view(say, here, paging, likely)

    def overdose(self, say: Speech, found: Opening, place: Place, standing: Standing) -> Shown:
        card = self.card(found.country, standing)
        text = cards.overdose_text(say, card, names_use_alone=standing.names_use_alone)
        return text, views.beside_view(say, place, Verb.WORRIED)

    def worried(self, say: Speech, found: Opening, place: Place, standing: Standing) -> Shown:
        text = cards.worried_text(say, self.card(found.country, standing))
        return text, views.beside_view(say, place, Verb.OVERDOSE)

    async def show(self, interaction: Press, make: Making) -> None:
        """Answer once: with the card, or with its built-in words, or with a few sentences."""
        shown = _made(interaction, make)
        try:
            await _send(interaction, *shown)
        except discord.NotFound:
            raise
        except discord.HTTPException as error:
            incident(error, "showing the crisis card")
            await reply(interaction, LAST_RESORT)


def _made(interaction: Press, make: Making) -> tuple[str, discord.ui.View | None]:
    for words in (_words, lambda _: built_in_speech()):
        try:
            return make(words(interaction))
        except Exception as error:  # noqa: BLE001 - something has to be shown, whatever is broken
            incident(error, "making the crisis card")
    return LAST_RESORT, None


async def _send(interaction: Press, text: str, view: discord.ui.View | None) -> None:
    """Show it in place of a card of this reader's, or as a new message for them alone."""
    pressed = interaction.message
    custom_id = str(dict(interaction.data or {}).get("custom_id", ""))
    if pressed is not None and not parse.OPENED.fullmatch(custom_id):
        await update(interaction, text, view)
    else:
        await reply(interaction, text, view)


def _words(interaction: Press) -> Speech:
    """Return the reader's words, or the built-in ones where there are none."""
    try:
        return speech(interaction)
    except Exception as error:  # noqa: BLE001 - as above
        incident(error, "looking for the words of the crisis card")
        return built_in_speech()


def _guild_of(interaction: Press) -> GuildId:
    """Return the server that let the bot in; OUTSIDE where only the reader's account did."""
    guild = interaction.guild_id
    return GuildId(guild) if guild and interaction.is_guild_integration() else OUTSIDE


def _slow(say: Speech) -> str:
    return say("crisis.slow")
