"""Choosing what is kept and for how long, at Discord's edge: read, ask the service, show."""

import logging
import re
from collections.abc import Coroutine
from typing import TypeVar, assert_never

from bot.app import Handrail
from bot.services import NotSaved
from bot.services.privacy import Keeps, NothingToKeep, WouldForget
from cogs.consent_card import purposes_in
from cogs.privacy import choice_cards, parse, views
from cogs.ui import (
    Door,
    Press,
    answered,
    guild_of,
    member_of,
    patiently,
    reply,
    speech,
    update,
)

T = TypeVar("T")

_log = logging.getLogger("handrail.privacy")


class Choices:
    """The half of /privacy in which a member decides, always for one server."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    def listen(self, door: Door) -> None:
        door.presses(parse.MINE, self.card_pressed)
        door.presses(parse.DAYS, self.days_chosen)
        door.presses(parse.GO, self.forget_pressed)
        door.forms(parse.NUMBER_FORM, self.number_submitted)

    async def pressed(self, interaction: Press, act: str) -> None:
        """Answer a button of the cards around choosing."""
        match act:
            case "choices":
                await self.show_choices(interaction)
            case "less":
                await self.show_less(interaction)
            case "number":
                await answered(
                    interaction.response.send_modal(views.number_form(speech(interaction)))
                )
            case _:
                say = speech(interaction)
                await update(interaction, say("less.stayed"), views.back_button(say))

    async def show_choices(self, interaction: Press) -> None:
        say = speech(interaction)
        given = await self.bot.consents.of_member(guild_of(interaction), member_of(interaction))
        text = choice_cards.choices_text(say, given)
        await update(interaction, text, views.choices_buttons(say, given))

    async def card_pressed(self, interaction: Press, match: re.Match[str]) -> None:
        if await self.is_elsewhere(interaction):
            return
        ticked = purposes_in(match)
        if match["act"] == "save":
            await self.save(interaction, match)
            return
        say = speech(interaction)
        text = choice_cards.choices_text(say, ticked)
        await update(interaction, text, views.choices_buttons(say, ticked))

    async def save(self, interaction: Press, match: re.Match[str]) -> None:
        guild, member = guild_of(interaction), member_of(interaction)
        choosing = self.bot.consents.choose(guild, member, purposes_in(match))
        chosen = await self.written(interaction, choosing)
        if chosen is None:
            return
        say = speech(interaction)
        held = await self.bot.privacy.held(guild, member)
        text = choice_cards.chosen_text(say, chosen, holds=not held.is_empty)
        await update(interaction, text, views.after_choice(say, holds=not held.is_empty))

    async def show_less(self, interaction: Press) -> None:
        say = speech(interaction)
        held = await self.bot.privacy.held(guild_of(interaction), member_of(interaction))
        if not held.is_member:
            await update(interaction, say("less.nothing"), views.back_button(say))
            return
        text = choice_cards.less_text(say, held.keep_days)
        await update(interaction, text, views.less_list(say, held.keep_days))

    async def days_chosen(self, interaction: Press, _: re.Match[str]) -> None:
        if await self.is_elsewhere(interaction):
            return
        await self.ask_or_keep(interaction, parse.chosen_days(interaction.data), typed="")

    async def number_submitted(self, interaction: Press, _: re.Match[str]) -> None:
        if await self.is_elsewhere(interaction):
            return
        typed = parse.typed_number(interaction.data)
        await self.ask_or_keep(interaction, parse.read_days(typed), typed)

    async def ask_or_keep(self, interaction: Press, days: int | None, typed: str) -> None:
        """Change the time at once where nothing is lost by it, and ask first where something is."""
        say = speech(interaction)
        if days is None:
            await reply(interaction, choice_cards.wrong_text(say, typed))
            return
        loss = await self.bot.privacy.would_forget(
            guild_of(interaction), member_of(interaction), days
        )
        match loss:
            case NothingToKeep():
                await update(interaction, say("less.nothing"), views.back_button(say))
            case WouldForget() if loss:
                view = views.forget_buttons(say, loss.days)
                await update(interaction, choice_cards.sure_text(say, loss), view)
            case WouldForget():
                await self.keep(interaction, loss.days)
            case _:
                assert_never(loss)

    async def forget_pressed(self, interaction: Press, match: re.Match[str]) -> None:
        if await self.is_elsewhere(interaction):
            return
        days = parse.read_days(match["days"])
        if days is None:
            await reply(interaction, choice_cards.wrong_text(speech(interaction), typed=""))
            return
        await self.keep(interaction, days)

    async def keep(self, interaction: Press, days: int) -> None:
        guild, member = guild_of(interaction), member_of(interaction)
        keeping = self.bot.privacy.keep_for(guild, member, days)
        outcome = await self.written(interaction, keeping)
        say = speech(interaction)
        match outcome:
            case None:
                return
            case NothingToKeep():
                await update(interaction, say("less.nothing"), views.back_button(say))
            case Keeps():
                text = choice_cards.keeps_text(say, outcome)
                await update(interaction, text, views.back_button(say))
            case _:
                assert_never(outcome)

    async def written(self, interaction: Press, work: Coroutine[object, object, T]) -> T | None:
        """Await a write; None where it could not be done, and the member was told."""
        try:
            return await patiently(interaction, work)
        except NotSaved as error:
            _log.warning("not saved (%s) while choosing what is kept", error.why)
            await reply(interaction, speech(interaction)("privacy.not_changed"))
            return None

    async def is_elsewhere(self, interaction: Press) -> bool:
        """Tell whether there is no server to choose for, and say so to the member."""
        if interaction.guild_id is not None:
            return False
        await reply(interaction, speech(interaction)("privacy.only_servers"))
        return True
