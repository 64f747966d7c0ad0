"""Correcting, hiding and adding lines for one server: preview, save, and undo."""

import re
from dataclasses import asdict
from typing import assert_never

from bot.app import Handrail
from bot.domain.crisis import Country, Directory, Kind
from bot.domain.crisis_desk import Change, with_changes
from bot.domain.crisis_desk_typed import Typed, Wrong, added, corrected, hidden
from bot.services.crisis_desk import Changed, Gone, OnCard, Preview, Saved, TooMany, Undone
from cogs.crisis_desk import cards, parse, views
from cogs.moderators import is_moderator
from cogs.ui import Door, Press, guild_of, patiently, reply, speech, update


class Changing:
    """What this server's card has that the directory has not, or has otherwise."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot

    def listen(self, door: Door) -> None:
        door.presses(parse.LINE, self.line_pressed)
        door.presses(parse.UNDO, self.undo_chosen)

    async def add(
        self,
        interaction: Press,
        chosen: OnCard,
        country: Country,
        kind: Kind,
        name: str,
        typed: Typed,
    ) -> None:
        today = self.bot.clock.now().date()
        change = added(self.directory(chosen), country, kind, name, typed, today)
        await self.preview(interaction, change, {"name": name, **asdict(typed)})

    async def correct(
        self, interaction: Press, chosen: OnCard, line: str, typed: Typed, *, hides: bool
    ) -> None:
        directory, today = self.directory(chosen), self.bot.clock.now().date()
        change = (
            hidden(directory, line, typed.source, today)
            if hides
            else corrected(directory, line, typed, today)
        )
        await self.preview(interaction, change, {"line": line, **asdict(typed)})

    async def preview(
        self, interaction: Press, change: Change | Wrong, typed: dict[str, str | None]
    ) -> None:
        """Show a change before anything is saved; give back what cannot be one."""
        say = speech(interaction)
        if isinstance(change, Wrong):
            for text in cards.wrong_texts(say, change, typed):
                await reply(interaction, text)
            return
        country = self.bot.crisis.country(change.line.country)
        proposing = self.bot.crisis_desk.propose(guild_of(interaction), interaction.id, change)
        outcome = await patiently(interaction, proposing)
        match outcome:
            case Preview() if country is not None:
                text = cards.preview_text(say, outcome, country)
                await reply(interaction, text, views.line_buttons(say, interaction.id))
            case Preview():
                await reply(interaction, say("desk.gone"))
            case TooMany():
                await reply(interaction, say("desk.too_many"))
            case _:
                assert_never(outcome)

    async def line_pressed(self, interaction: Press, match: re.Match[str]) -> None:
        if not await self.is_moderator(interaction):
            return
        say = speech(interaction)
        if match["act"] == "drop":
            await update(interaction, say("desk.dropped"), view=None)
            return
        draft = parse.draft_of(match)
        saving = self.bot.crisis_desk.save(guild_of(interaction), draft)
        outcome = await patiently(interaction, saving)
        match outcome:
            case Changed(change=change):
                country = self.bot.crisis.country(change.line.country)
                if country is None:
                    await update(interaction, say("desk.gone"), view=None)
                    return
                text = cards.changed_text(say, outcome, country)
                await update(interaction, text, views.line_buttons(say, draft))
            case Saved() | TooMany() | Gone():
                await update(interaction, cards.outcome_text(say, outcome), view=None)
            case _:
                assert_never(outcome)

    async def show_list(self, interaction: Press) -> None:
        chosen = await self.bot.crisis_desk.on_card(guild_of(interaction))
        say = speech(interaction)
        if not chosen.changes:
            await reply(interaction, say("desk.nothing_changed"))
            return
        text = cards.list_text(say, self.bot.crisis, chosen.changes)
        await reply(interaction, text, views.undo_list(say, chosen.changes))

    async def undo_chosen(self, interaction: Press, _: re.Match[str]) -> None:
        """Undo one change, and show what is left in place of the list."""
        if not await self.is_moderator(interaction):
            return
        say, guild = speech(interaction), guild_of(interaction)
        undoing = self.bot.crisis_desk.undo(guild, parse.chosen_line(interaction.data))
        outcome = await patiently(interaction, undoing)
        match outcome:
            case Undone():
                told = say("desk.undone")
            case Gone():
                told = say("desk.undone_before")
            case _:
                assert_never(outcome)
        left = (await self.bot.crisis_desk.on_card(guild)).changes
        view = views.undo_list(say, left) if left else None
        await update(interaction, told, view)

    def directory(self, chosen: OnCard) -> Directory:
        return with_changes(self.bot.crisis, chosen.changes)

    async def is_moderator(self, interaction: Press) -> bool:
        say = speech(interaction)
        return await is_moderator(
            interaction, in_direct=say("desk.only_servers"), to_others=say("desk.only_moderators")
        )
