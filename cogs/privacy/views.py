"""The buttons, the list and the form of /privacy. What they mean is all in their custom_ids."""

import discord
from discord import ButtonStyle, ui

from bot.domain.consent import Purposes
from bot.domain.keeping import DEFAULT, LONGEST, NOT_KEPT, SHORTEST
from bot.services.privacy import Holdings
from bot.text import Speech
from cogs.consent_card import LAST_ROW, card_buttons
from cogs.offer_button import offer_button
from cogs.privacy.parse import LONGEST_NUMBER, MINE_SUFFIX, NUMBER
from cogs.ui import buttons

OFFERED = (NOT_KEPT, 7, 14, 30, 60, DEFAULT, 180, 365)
"""In days; any other number goes by the form."""

Button = ui.Button[ui.View]


def held_buttons(say: Speech, held: Holdings) -> ui.View:
    """Return what a member can do about what is kept; choosing is there from the start."""
    row = [Button(label=say("privacy.choices"), custom_id="h:choices")]
    if not held.is_empty:
        row.insert(0, Button(label=say("privacy.export"), custom_id="h:export"))
    if held.is_member:
        row.append(Button(label=say("privacy.less"), custom_id="h:less"))
    if not held.is_empty:
        row.append(Button(label=say("privacy.ask"), custom_id="h:ask"))
    return buttons(*row, offer_button(say))


def everywhere_buttons(say: Speech) -> ui.View:
    return buttons(
        Button(label=say("privacy.export"), custom_id="h:export-all"),
        Button(label=say("privacy.ask"), custom_id="h:ask-all"),
    )


def sure_buttons(say: Speech, *, elsewhere: bool) -> ui.View:
    """Return the last question's answers. `elsewhere`: other servers keep something too."""
    row = [
        Button(label=say("privacy.erase"), style=ButtonStyle.danger, custom_id="h:erase"),
        Button(label=say("privacy.keep"), custom_id="h:keep"),
    ]
    if elsewhere:
        row.append(Button(label=say("privacy.other_servers"), custom_id="h:ask-all"))
    return buttons(*row)


def sure_everywhere_buttons(say: Speech) -> ui.View:
    return buttons(
        Button(label=say("everywhere.erase"), style=ButtonStyle.danger, custom_id="h:erase-all"),
        Button(label=say("privacy.keep"), custom_id="h:keep"),
    )


def choices_buttons(say: Speech, ticked: Purposes) -> ui.View:
    """Return the consent card's boxes, with a way back instead of a way to say no."""
    view = card_buttons(say, ticked, MINE_SUFFIX)
    view.add_item(Button(label=say("privacy.back"), custom_id="h:show", row=LAST_ROW))
    return view


def after_choice(say: Speech, *, holds: bool) -> ui.View:
    """Return what comes next once something was chosen: erasing is always right there."""
    back = Button(label=say("privacy.back"), custom_id="h:show")
    if not holds:
        return buttons(back)
    return buttons(back, Button(label=say("privacy.ask"), custom_id="h:ask"))


def back_button(say: Speech) -> ui.View:
    return buttons(Button(label=say("privacy.back"), custom_id="h:show"))


def less_list(say: Speech, days: int) -> ui.View:
    """Return the list of times, with the one of today marked, whichever it is."""
    offered = sorted({*OFFERED, days})
    options = [
        discord.SelectOption(label=_spoken(say, each), value=str(each), default=each == days)
        for each in offered
    ]
    view = ui.View(timeout=None)
    view.add_item(
        ui.Select(custom_id="h:days", placeholder=say("less.placeholder"), options=options)
    )
    view.add_item(Button(label=say("less.another"), custom_id="h:number", row=1))
    view.add_item(Button(label=say("privacy.back"), custom_id="h:show", row=1))
    view.stop()
    return view


def forget_buttons(say: Speech, days: int) -> ui.View:
    return buttons(
        Button(label=say("less.go"), style=ButtonStyle.danger, custom_id=f"h:go:{days}"),
        Button(label=say("less.stay"), custom_id="h:stay"),
    )


def number_form(say: Speech) -> ui.Modal:
    """Return the form for any other number of days."""
    modal = ui.Modal(title=say("less.form_title"), custom_id="h:number")
    field: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=NUMBER, max_length=LONGEST_NUMBER)
    text = say("less.form_days", shortest=SHORTEST, longest=LONGEST)
    modal.add_item(ui.Label(text=text, description=say("less.form_hint"), component=field))
    # finished, so that discord.py keeps no copy: the door answers it, even after a restart
    modal.stop()
    return modal


def _spoken(say: Speech, days: int) -> str:
    if days == NOT_KEPT:
        return say("less.not_kept")
    if days == DEFAULT:
        return say("less.usual", count=days)
    return say("less.option", count=days)
