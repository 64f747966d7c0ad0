"""Others may ask for a member to be sent the crisis card: the asking, the card, and the switch.

Whoever asks reads one sentence, always the same and before anything is looked up, so that nothing
can be learned from it. Nobody is named, and nobody who asks is kept or logged.
"""

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.delivery import Post
from bot.domain.crisis_card import card_for
from bot.domain.crisis_desk import with_changes
from bot.domain.ids import MemberId
from bot.domain.outbox import Refused
from bot.logs import incident
from bot.services import NotSaved
from bot.services.crisis_offers import Sending
from bot.text import Speech
from cogs.crisis_general import general_text
from cogs.crisis_offer import views
from cogs.ui import (
    CONTENT_LIMIT,
    Press,
    door_of,
    guild_of,
    member_of,
    patiently,
    reply,
    speech,
    update,
)

CLOSED = frozenset({50007, 50278})
"""Discord's codes for somebody who takes no direct messages, and for no server in common."""


class CrisisOffer(commands.Cog):
    """A card that somebody else asked for, and the member's own say in it."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot
        self.menu = app_commands.ContextMenu(
            name="Show the crisis card",
            callback=self.asked,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False),
        )

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.menu)
        door = door_of(self.bot)
        door.presses(views.HERE, self.pressed)
        door.presses(views.STOP, self.stop_pressed)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def asked(
        self, interaction: discord.Interaction, target: discord.Member | discord.User
    ) -> None:
        press: Press = interaction  # type: ignore[assignment]  # its client is ours
        await reply(press, speech(press)("offer.asked"))
        if not isinstance(target, discord.Member) or target.bot:
            return
        try:
            await self.send(press, MemberId(target.id))
        except NotSaved:
            # not sent; to say so would tell the asker about the member
            return
        except Exception as error:  # noqa: BLE001 - as above
            incident(error, "sending the crisis card to a member")

    async def send(self, interaction: Press, member: MemberId) -> None:
        """Send the card if the member allows it and was not sent one in the past day."""
        offers = self.bot.crisis_offers
        sending = await offers.take(guild_of(interaction), member)
        if sending is None:
            return
        locale = interaction.guild_locale
        say = self.bot.words.in_language("en" if locale is None else locale.value)
        post = Post(self.text(say, sending), views.card_buttons(say))
        outcome = await self.bot.delivery.tell(member, post, sending.marker)
        if isinstance(outcome, Refused) and outcome.code in CLOSED:
            await offers.stop_everywhere(member)

    def text(self, say: Speech, sending: Sending) -> str:
        """Return the card with why it came and how to switch that off."""
        standing = sending.standing
        directory = with_changes(self.bot.crisis, standing.changes)
        codes = (standing.remembered, standing.server)
        found = (directory.country(code) for code in codes if code is not None)
        country = next((each for each in found if each is not None), None)
        card = card_for(directory, country, self.bot.clock.now().date())
        above, below = say("offer.why"), f"-# {say('offer.how_to_stop')}"
        room = CONTENT_LIMIT - len(above) - len(below) - 4
        return "\n\n".join((above, general_text(say, card, room), below))

    async def pressed(self, interaction: Press, match: re.Match[str]) -> None:
        """Show the page to the member themself, and change what they want."""
        say = speech(interaction)
        if interaction.guild_id is None:
            await reply(interaction, say("privacy.only_servers"))
            return
        offers, whom = self.bot.crisis_offers, (guild_of(interaction), member_of(interaction))
        match match["act"]:
            case "on":
                await patiently(interaction, offers.allow(*whom))
            case "off":
                await patiently(interaction, offers.stop(*whom))
            case _:
                pass  # only to be shown
        is_on = await offers.are_taken(*whom)
        now = say("offer.is_on") if is_on else say("offer.is_off")
        text = "\n".join((say("offer.title"), say("offer.what"), say("offer.who"), now))
        await update(interaction, text, views.page_buttons(say, is_on=is_on))

    async def stop_pressed(self, interaction: Press, _: re.Match[str]) -> None:
        """Switch it off in every server, from the card that was sent. The card stays."""
        say = speech(interaction)
        await patiently(interaction, self.bot.crisis_offers.stop_everywhere(member_of(interaction)))
        await reply(interaction, say("offer.stopped"))
