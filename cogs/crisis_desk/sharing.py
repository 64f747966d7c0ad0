"""Posting the general card: a private preview, and one press that posts it once."""

import re
from collections.abc import Sequence
from typing import assert_never

import discord

from bot.app import Handrail
from bot.delivery import Post
from bot.domain.crisis import Country
from bot.domain.crisis_card import card_for
from bot.domain.crisis_desk import Change, with_changes
from bot.domain.ids import ChannelId, GuildId
from bot.domain.outbox import PostOutcome, Refused, RemovedByAPerson, Sent, Unknown
from bot.services.crisis_desk import AlreadyPosted, Gone, Perhaps, Posting
from bot.text import Speech
from cogs.crisis_desk import parse, views
from cogs.crisis_general import general_text
from cogs.moderators import is_moderator
from cogs.ui import CONTENT_LIMIT, Door, Press, guild_of, patiently, reply, speech, update
from cogs.urgent import urgent_button

POSTED_ROOM = CONTENT_LIMIT - 200
"""How long the card may be, so that its preview has room for a sentence above; in characters."""

NOT_ALLOWED = frozenset({403, 404})


class Sharing:
    """The one public message of this feature."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    def listen(self, door: Door) -> None:
        door.presses(parse.SHARE, self.pressed)

    async def preview(
        self, interaction: Press, country: Country | None, changes: Sequence[Change]
    ) -> None:
        """Show the card as it would be posted, to the moderator alone."""
        say = speech(interaction)
        if not _may_post(interaction):
            await reply(interaction, say("desk.not_allowed"))
            return
        code = None if country is None else country.code
        draft = interaction.id
        await patiently(
            interaction, self.bot.crisis_desk.prepare(guild_of(interaction), draft, code)
        )
        text = f"{say('desk.share')}\n\n{self.text(say, code, changes)}"
        await reply(interaction, text, views.share_button(say, draft))

    async def pressed(self, interaction: Press, match: re.Match[str]) -> None:
        say = speech(interaction)
        if not await is_moderator(
            interaction, in_direct=say("desk.only_servers"), to_others=say("desk.only_moderators")
        ):
            return
        told, is_over = await patiently(interaction, self.post(interaction, parse.draft_of(match)))
        if is_over:
            await update(interaction, told, view=None)
        else:
            await reply(interaction, told)

    async def post(self, interaction: Press, draft: int) -> tuple[str, bool]:
        """Post the card; return what the moderator is told, and whether the preview is over."""
        desk, guild, say = self.bot.crisis_desk, guild_of(interaction), speech(interaction)
        begun = await desk.begin_post(guild, draft)
        match begun:
            case Gone():
                return say("desk.gone"), True
            case AlreadyPosted():
                return say("desk.posted"), True
            case Perhaps():
                return say("desk.perhaps"), True
            case Posting():
                pass
            case _:
                assert_never(begun)
        view = discord.ui.View(timeout=None).add_item(urgent_button(say))
        post = Post(self.text(say, begun.country, begun.changes), view)
        channel = ChannelId(interaction.channel_id or 0)
        outcome = await self.bot.delivery.post_now(channel, post, begun.marker)
        return await self.settled(say, guild, draft, outcome)

    async def settled(
        self, say: Speech, guild: GuildId, draft: int, outcome: PostOutcome
    ) -> tuple[str, bool]:
        """Keep what came of it, and say it."""
        match outcome:
            case Sent() | RemovedByAPerson():
                await self.bot.crisis_desk.posted(guild, draft)
                return say("desk.posted"), True
            case Refused(status=status):
                await self.bot.crisis_desk.not_posted(guild, draft)
                if status in NOT_ALLOWED:
                    return say("desk.not_allowed"), False
                return say("desk.not_posted"), False
            case Unknown():
                return say("desk.doubtful"), False
            case _:
                assert_never(outcome)

    def text(self, say: Speech, code: str | None, changes: Sequence[Change]) -> str:
        directory = with_changes(self.bot.crisis, changes)
        country = None if code is None else directory.country(code)
        card = card_for(directory, country, self.bot.clock.now().date())
        return general_text(say, card, POSTED_ROOM)


def _may_post(interaction: Press) -> bool:
    allowed = interaction.app_permissions
    if isinstance(interaction.channel, discord.Thread):
        return allowed.view_channel and allowed.send_messages_in_threads
    return allowed.view_channel and allowed.send_messages
