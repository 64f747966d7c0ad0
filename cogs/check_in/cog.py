"""The check-in at Discord's edge: parse, ask the service, show its outcome. No rule lives here."""

import logging
import re
from typing import assert_never

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.delivery import Post, Posting, Redraw
from bot.domain.answers import Answer
from bot.domain.ids import ChannelId, MemberId, MessageId
from bot.services import NotSaved
from bot.services.check_ins import (
    Closed,
    ConsentNeeded,
    Counted,
    Form,
    NoGroupHere,
    NotAPrompt,
    Recorded,
    UnknownPrompt,
    WhichGroup,
)
from cogs.check_in import cards, parse, views
from cogs.consent_card import purposes_in
from cogs.ui import (
    Press,
    answered,
    door_of,
    guild_of,
    in_pieces,
    is_on_public,
    member_of,
    patiently,
    quoted,
    reply,
    speech,
    update,
)

Opening = Form | ConsentNeeded | Closed | UnknownPrompt | NoGroupHere | WhichGroup
ACKNOWLEDGED = "\N{WHITE HEAVY CHECK MARK}"
NOT_KEPT = "\N{WARNING SIGN}\N{VARIATION SELECTOR-16}"
"""On a reply nothing private can be said, and a missing check mark is easy to overlook."""

PIECE = 900
"""A member's words are given back in parts of this length: escaping may double it."""

_log = logging.getLogger("handrail.check_in")


class CheckIn(commands.Cog):
    """Three ways to the same check-in: the prompt's button, a reply to it, /checkin."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        door = door_of(self.bot)
        door.presses(parse.PROMPT, self.prompt_pressed)
        door.presses(parse.CONSENT, self.consent_pressed)
        door.forms(parse.FORM, self.form_submitted)
        self.bot.delivery.register("prompt", self.prompt_post)

    def prompt_post(self, asked: Posting | Redraw) -> Post:
        """Return the prompt as the channel sees it, new or with its count drawn anew."""
        say = self.bot.words.in_language(asked.language)
        text = cards.prompt_text(say, asked.day, asked.total)
        return Post(text, views.prompt_buttons(say, asked.marker))

    @app_commands.command(name="checkin", description="Check in for today.")
    async def checkin(self, interaction: Press) -> None:
        if interaction.guild_id is None:
            await reply(interaction, speech(interaction)("nowhere.direct"))
            return
        channel = ChannelId(interaction.channel_id or 0)
        opening = await self.bot.check_ins.open_here(
            guild_of(interaction), channel, member_of(interaction)
        )
        await self.open(interaction, opening)

    async def prompt_pressed(self, interaction: Press, match: re.Match[str]) -> None:
        opening = await self.bot.check_ins.open_by_marker(
            match["marker"], guild_of(interaction), member_of(interaction)
        )
        await self.open(interaction, opening)

    async def open(self, interaction: Press, opening: Opening) -> None:
        """Answer with the form, the consent card, or a sentence on why there is neither."""
        say = speech(interaction)
        match opening:
            case Form() if interaction.response.is_done():
                await reply(interaction, say("form.once_more"))
            case Form():
                form = views.check_in_form(say, opening)
                await answered(interaction.response.send_modal(form))
            case ConsentNeeded():
                buttons = views.consent_buttons(say, opening)
                await reply(interaction, cards.consent_text(say), buttons)
            case Closed() | UnknownPrompt() | NoGroupHere() | WhichGroup():
                await reply(interaction, cards.no_form_text(say, opening))
            case _:
                assert_never(opening)

    async def consent_pressed(self, interaction: Press, match: re.Match[str]) -> None:
        about = parse.read_day(match)
        if isinstance(about, parse.Misread):
            await reply(interaction, speech(interaction)("calm.old_button"))
            return
        ticked = purposes_in(match)
        match match["act"]:
            case "tick":
                say = speech(interaction)
                view = views.consent_buttons(say, ConsentNeeded(*about), ticked)
                await update(interaction, cards.consent_text(say, ticked), view=view)
            case "save":
                agreeing = self.bot.check_ins.agree(
                    guild_of(interaction), *about, member_of(interaction), ticked
                )
                await self.agreed(interaction, await patiently(interaction, agreeing))
            case _:
                counting = self.bot.check_ins.count_only(
                    guild_of(interaction), *about, member_of(interaction)
                )
                await self.agreed(interaction, await patiently(interaction, counting))

    async def agreed(
        self, interaction: Press, outcome: Form | Counted | Recorded | Closed | UnknownPrompt
    ) -> None:
        """Go on to the form, or say in the card's place that they are counted and no more."""
        match outcome:
            case Counted() | Recorded():
                text = cards.declined_text(speech(interaction), outcome)
                await update(interaction, text, view=None)
            case Form() | Closed() | UnknownPrompt():
                await self.open(interaction, outcome)
            case _:
                assert_never(outcome)

    async def form_submitted(self, interaction: Press, match: re.Match[str]) -> None:
        about, answer = parse.read_day(match), parse.read_form(interaction.data)
        if isinstance(about, parse.Misread) or isinstance(answer, parse.Misread):
            await self.give_back(interaction, speech(interaction)("form.misread"))
            return
        answering = self.bot.check_ins.answer(
            guild_of(interaction),
            *about,
            member_of(interaction),
            answer,
            "command" if interaction.message is None else "button",
            redraws=is_on_public(interaction),
        )
        try:
            outcome = await patiently(interaction, answering)
        except NotSaved as error:
            _log.warning("not saved (%s) while answering a form", error.why)
            await self.give_back(interaction, speech(interaction)("calm.not_saved"))
            return
        await self.show(interaction, outcome, answer)

    async def show(
        self,
        interaction: Press,
        outcome: Recorded | Closed | ConsentNeeded | UnknownPrompt,
        answer: Answer,
    ) -> None:
        """Answer a submitted form. Whatever was not kept is given back."""
        say = speech(interaction)
        match outcome:
            case Recorded():
                saved = cards.saved_text(say, outcome.day, answer, kept=outcome.kept)
                await self.show_saved(interaction, outcome, saved, views.saved_buttons(say, answer))
            case ConsentNeeded():
                buttons = views.consent_buttons(say, outcome)
                await self.give_back(interaction, cards.consent_text(say), buttons)
            case Closed() | UnknownPrompt():
                await self.give_back(interaction, cards.no_form_text(say, outcome))
            case _:
                assert_never(outcome)

    async def show_saved(
        self, interaction: Press, recorded: Recorded, saved: str, view: discord.ui.View | None
    ) -> None:
        """Tell the member alone; on the prompt, show the new count through this same answer."""
        if interaction.message is None:
            await reply(interaction, saved, view)
        elif not is_on_public(interaction):
            await update(interaction, saved, view=view)
        else:
            say = self.bot.words.in_language(recorded.language)
            prompt = cards.prompt_text(say, recorded.day, recorded.total)
            await update(interaction, prompt, public=True)
            await reply(interaction, saved, view)

    async def give_back(
        self, interaction: Press, sentence: str, view: discord.ui.View | None = None
    ) -> None:
        """Say why nothing was kept, then return the member's line, so that it is not lost."""
        line = parse.typed_line(interaction.data)
        if line is None:
            await reply(interaction, sentence, view)
            return
        say = speech(interaction)
        await reply(interaction, f"{sentence}\n{say('calm.given_back')}", view)
        for piece in in_pieces(line, PIECE):
            await reply(interaction, quoted(piece))

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Hear a reply to a prompt. Its words are not looked at."""
        answers = message.reference
        if message.type is not discord.MessageType.reply or message.author.bot or answers is None:
            return
        if message.guild is None or answers.message_id is None:
            return
        await self.replied(message, MessageId(answers.message_id))

    async def replied(self, message: discord.Message, prompt: MessageId) -> None:
        channel = ChannelId(message.channel.id)
        try:
            outcome = await self.bot.check_ins.reply(channel, prompt, MemberId(message.author.id))
        except NotSaved as error:
            _log.warning("not saved (%s) while hearing a reply", error.why)
            self.bot.delivery.acknowledge(channel, MessageId(message.id), NOT_KEPT)
            return
        match outcome:
            case Recorded() | Counted():
                self.bot.delivery.acknowledge(channel, MessageId(message.id), ACKNOWLEDGED)
            case Closed() | NotAPrompt():
                pass
            case _:
                assert_never(outcome)
