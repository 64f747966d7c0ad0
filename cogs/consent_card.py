"""The consent card, shared by every feature: separate choices, none of them ticked beforehand.

What is ticked travels in the buttons themselves; nothing is written down before "Save". Each
feature puts a suffix of its own on the buttons and so hears of its own cards only. Pure.
"""

import re
from typing import Literal

import discord
from discord import ui

from bot.domain.consent import Purpose, Purposes, from_mask, to_mask
from bot.text import Speech

Act = Literal["tick", "save", "none"]

PREFIX = r"c:(?P<act>tick|save|none):(?P<mask>[0-9a-f]{2})"
"""What every custom_id of the card begins with; a feature adds its own suffix to both."""

NAMES = {
    Purpose.CHECK_INS: "purpose.check_ins.name",
    Purpose.RECOVERY_DATES: "purpose.dates.name",
    Purpose.SHARING: "purpose.sharing.name",
    Purpose.PAIRING: "purpose.pairing.name",
    Purpose.REMINDERS: "purpose.reminders.name",
}
MEANINGS = {
    Purpose.CHECK_INS: "purpose.check_ins.meaning",
    Purpose.RECOVERY_DATES: "purpose.dates.meaning",
    Purpose.SHARING: "purpose.sharing.meaning",
    Purpose.PAIRING: "purpose.pairing.meaning",
    Purpose.REMINDERS: "purpose.reminders.meaning",
}

ROWS = (0, 1, 1, 2, 2)
"""The row of each box: two fit beside each other on a narrow phone."""
LAST_ROW = 3

TICKED, UNTICKED = "\N{BALLOT BOX WITH CHECK}", "\N{BALLOT BOX}"


def purposes_in(match: re.Match[str]) -> Purposes:
    """Return what is ticked on the card a button belongs to."""
    return from_mask(int(match["mask"], 16))


def named(say: Speech, purposes: Purposes) -> str:
    """Return the names of some purposes, in the order of the card."""
    return ", ".join(say(NAMES[each]) for each in Purpose if each in purposes)


def card_text(say: Speech, title: str, ticked: Purposes, *ending: str) -> str:
    """Return the card: what each choice means, and in words which are ticked."""
    meanings = (f"- **{say(NAMES[each])}**: {say(MEANINGS[each])}" for each in Purpose)
    if ticked:
        now = say("consent.ticked", purposes=named(say, ticked))
    else:
        now = say("consent.none_ticked")
    return "\n".join([title, *meanings, *ending, now])


def card_buttons(say: Speech, ticked: Purposes, suffix: str, decline: str | None = None) -> ui.View:
    """Return a box for each choice, and below them "Save" and perhaps a way to say no."""
    view = ui.View(timeout=None)
    for purpose, row in zip(Purpose, ROWS, strict=True):
        is_on = purpose in ticked
        after = to_mask(ticked ^ {purpose})
        label = f"{TICKED if is_on else UNTICKED} {say(NAMES[purpose])}"
        style = discord.ButtonStyle.primary if is_on else discord.ButtonStyle.secondary
        view.add_item(
            ui.Button(label=label, custom_id=f"c:tick:{after:02x}{suffix}", style=style, row=row)
        )
    mask = to_mask(ticked)
    save = ui.Button[ui.View](
        label=say("consent.save"),
        custom_id=f"c:save:{mask:02x}{suffix}",
        style=discord.ButtonStyle.success,
        disabled=decline is not None and not ticked,
        row=LAST_ROW,
    )
    view.add_item(save)
    if decline is not None:
        view.add_item(ui.Button(label=decline, custom_id=f"c:none:00{suffix}", row=LAST_ROW))
    view.stop()
    return view
