"""What all features share at Discord's edge: one door for presses and forms, one calm way to err.

A press finds its handler by its custom_id alone, so buttons and open forms outlive a restart.
"""

import asyncio
import logging
import re
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Handrail
from bot.domain.ids import GuildId, MemberId
from bot.logs import incident
from bot.services import NotSaved
from bot.text import Speech

T = TypeVar("T")

Press = discord.Interaction[Handrail]
Handler = Callable[[Press, re.Match[str]], Awaitable[None]]

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
CONTENT_LIMIT = 2000

PATIENCE_SECONDS = 1.5
"""Half of the three seconds that Discord gives for a first answer."""

UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060

_log = logging.getLogger("handrail.ui")


class Door(commands.Cog):
    """Hands every press and every form to the feature whose pattern its custom_id matches."""

    def __init__(self, bot: Handrail) -> None:
        self.bot = bot
        self._routes: dict[discord.InteractionType, list[tuple[re.Pattern[str], Handler]]] = {
            discord.InteractionType.component: [],
            discord.InteractionType.modal_submit: [],
        }
        bot.tree.on_error = self.command_did_not_work  # type: ignore[method-assign]  # documented

    def presses(self, pattern: re.Pattern[str], handler: Handler) -> None:
        """Send presses of buttons with such a custom_id to the handler."""
        self._routes[discord.InteractionType.component].append((pattern, handler))

    def forms(self, pattern: re.Pattern[str], handler: Handler) -> None:
        """Send submitted forms with such a custom_id to the handler."""
        self._routes[discord.InteractionType.modal_submit].append((pattern, handler))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Press) -> None:
        if interaction.type not in self._routes:
            return
        custom_id = str(dict(interaction.data or {}).get("custom_id", ""))
        async with calm(interaction, "answering a press"):
            for pattern, handler in self._routes[interaction.type]:
                if match := pattern.fullmatch(custom_id):
                    await handler(interaction, match)
                    return
            await reply(interaction, speech(interaction)("calm.old_button"))

    async def command_did_not_work(
        self, interaction: Press, error: app_commands.AppCommandError
    ) -> None:
        async with calm(interaction, "answering a command"):
            raise error.__cause__ or error


def door_of(bot: Handrail) -> Door:
    """Return the door, which is loaded before every feature."""
    return cast("Door", bot.get_cog("Door"))


def speech(interaction: Press) -> Speech:
    """Return the words in the reader's language."""
    return interaction.client.words.in_language(interaction.locale.value)


def member_of(interaction: Press) -> MemberId:
    """Return who pressed: always from Discord, never from a custom_id."""
    return MemberId(interaction.user.id)


def guild_of(interaction: Press) -> GuildId:
    """Return the server of a press; 0, which no server has, in a direct message."""
    return GuildId(interaction.guild_id or 0)


@asynccontextmanager
async def calm(interaction: Press, doing: str) -> AsyncIterator[None]:
    """Turn what goes wrong inside into one sentence for the member and one line in the log."""
    try:
        yield
    except NotSaved as error:
        _log.warning("not saved (%s) while %s", error.why, doing)
        await _say_sorry(interaction, speech(interaction)("calm.not_saved"))
    except discord.NotFound as error:
        # 10062: more than three seconds went by. What was saved stays; there is nobody to tell.
        if error.code != UNKNOWN_INTERACTION:
            await _own_up(interaction, error, doing)
        else:
            _log.warning("too late while %s", doing)
    except Exception as error:  # noqa: BLE001 - the edge: everything below has already happened
        await _own_up(interaction, error, doing)


async def reply(
    interaction: Press,
    text: str,
    view: discord.ui.View | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Answer so that this member alone can see it."""
    shown = discord.utils.MISSING if view is None else view
    if interaction.response.is_done():
        await interaction.followup.send(text, view=shown, files=files, ephemeral=True)
        return
    sending = interaction.response.send_message(text, view=shown, files=files, ephemeral=True)
    await answered(sending)


def is_on_public(interaction: Press) -> bool:
    """Tell whether a button or form belongs to a message that others see too."""
    return interaction.message is not None and not interaction.message.flags.ephemeral


async def update(
    interaction: Press,
    text: str,
    view: discord.ui.View | None = discord.utils.MISSING,
    *,
    public: bool = False,
) -> None:
    """Show `text` in place of the message that was pressed; its buttons stay unless told.

    A message that others see too takes `public` text alone: anything else becomes a reply, since
    a client that somebody has changed can send any custom_id from any message.
    """
    if is_on_public(interaction) and not public:
        await reply(interaction, text, view)
    elif interaction.response.is_done():
        await interaction.edit_original_response(content=text, view=view)
    else:
        await answered(interaction.response.edit_message(content=text, view=view))


async def patiently(interaction: Press, work: Coroutine[object, object, T]) -> T:
    """Await a write; where the disk is slow, tell Discord in time that an answer will come."""
    task = asyncio.create_task(work)
    await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
    if not task.done():
        # on a message nothing shows; a command gets a private "thinking" that is filled in later
        await answered(
            interaction.response.defer(ephemeral=True, thinking=interaction.message is None)
        )
    return await task


async def answered(sending: Awaitable[object]) -> None:
    """Await a first answer. "Already answered" means that a lost try of it had arrived."""
    try:
        await sending
    except discord.HTTPException as error:
        if error.code != ALREADY_ANSWERED:
            raise
        _log.info("an answer had arrived although its receipt was lost")


def buttons(*row: discord.ui.Button[discord.ui.View]) -> discord.ui.View:
    """Return a row of buttons that discord.py does not keep in memory: the door answers them."""
    view = discord.ui.View(timeout=None)
    for button in row:
        view.add_item(button)
    view.stop()
    return view


def quoted(text: str, limit: int = CONTENT_LIMIT) -> str:
    """Return a member's words as they typed them: no markup, no mention, no turned direction."""
    plain = discord.utils.escape_markdown(text).replace("<", "\\<")
    if len(plain) > limit - 2:
        plain = plain[: _whole(plain, limit - 3)].rstrip("\\") + "…"
    return f"{FIRST_STRONG_ISOLATE}{plain}{POP_ISOLATE}"


def in_pieces(text: str, limit: int) -> list[str]:
    """Cut a long text into parts of at most `limit` characters, between words if possible."""
    pieces: list[str] = []
    while len(text) > limit:
        cut = max(text.rfind("\n", 1, limit), text.rfind(" ", 1, limit))
        cut = cut + 1 if cut > 0 else _whole(text, limit)
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _whole(text: str, cut: int) -> int:
    """Return the nearest place at or before `cut` that splits no letter from its marks."""
    place = cut
    while place > 0 and (
        unicodedata.category(text[place])[0] == "M" or "\u200d" in text[place - 1 : place + 1]
    ):
        place -= 1
    return place or cut


async def _own_up(interaction: Press, error: Exception, doing: str) -> None:
    number = incident(error, doing)
    await _say_sorry(interaction, speech(interaction)("calm.incident", number=number))


async def _say_sorry(interaction: Press, sentence: str) -> None:
    if interaction.type is discord.InteractionType.autocomplete:
        return
    try:
        await reply(interaction, sentence)
    except (discord.HTTPException, OSError) as error:
        _log.warning("a member could not be told (%s)", type(error).__name__)


async def setup(bot: Handrail) -> None:
    await bot.add_cog(Door(bot))
