"""The check-in's buttons and its form. What they mean is all in their custom_ids."""

from datetime import date

import discord
from discord import ui

from bot.domain.answers import LINE_LIMIT, Answer, is_hard
from bot.domain.consent import NOTHING, Purposes
from bot.domain.ids import GroupId
from bot.services.check_ins import ConsentNeeded, Form
from bot.text import Speech
from bot.text.dates import spoken_date
from cogs.check_in.cards import MOODS
from cogs.check_in.parse import LINE, MOOD, URGE
from cogs.consent_card import card_buttons
from cogs.ui import buttons
from cogs.urgent import urgent_button

TITLE_LIMIT = 45


def prompt_buttons(say: Speech, marker: str) -> ui.View:
    """Return the prompt's one button. Its custom_id is also the marker sought in history."""
    return buttons(
        ui.Button(
            label=say("prompt.button"),
            style=discord.ButtonStyle.primary,
            custom_id=f"p:{marker}",
        )
    )


def consent_buttons(say: Speech, asked: ConsentNeeded, ticked: Purposes = NOTHING) -> ui.View:
    """Return the consent card's buttons; whoever says no is counted for the day and no more."""
    suffix = f":{asked.group}:{asked.day.isoformat()}"
    return card_buttons(say, ticked, suffix, decline=say("consent.no"))


def saved_buttons(say: Speech, answer: Answer) -> ui.View | None:
    """Return the quiet way to the crisis card, where the answer was a hard one."""
    return buttons(urgent_button(say)) if is_hard(answer) else None


def check_in_form(say: Speech, form: Form) -> ui.Modal:
    """Return the form for a day, filled with the member's earlier answer where there is one."""
    modal = ui.Modal(
        title=say("form.title", date=spoken_date(say, form.day))[:TITLE_LIMIT],
        custom_id=form_id(form.group, form.day),
    )
    for label in (_mood(say, form.answer), _urge(say, form.answer), _line(say, form.answer)):
        modal.add_item(label)
    # finished, so that discord.py keeps no copy: the door answers it, even after a restart
    modal.stop()
    return modal


def form_id(group: GroupId, day: date) -> str:
    return f"f:{group}:{day.isoformat()}"


def _mood(say: Speech, earlier: Answer) -> ui.Label[ui.Modal]:
    options = [
        discord.RadioGroupOption(label=say(key), value=str(number), default=number == earlier.mood)
        for number, key in enumerate(MOODS, start=1)
    ]
    group: ui.RadioGroup[ui.Modal] = ui.RadioGroup(custom_id=MOOD, required=True, options=options)
    return ui.Label(text=say("form.mood"), component=group)


def _urge(say: Speech, earlier: Answer) -> ui.Label[ui.Modal]:
    words = {0: say("urge.none"), 10: say("urge.most")}
    options = [
        discord.SelectOption(
            label=words.get(number, str(number)), value=str(number), default=number == earlier.urge
        )
        for number in range(11)
    ]
    select: ui.Select[ui.Modal] = ui.Select(
        custom_id=URGE,
        placeholder=say("form.urge_empty"),
        options=options,
        min_values=0,
        max_values=1,
        required=False,
    )
    return ui.Label(text=say("form.urge"), description=say("form.urge_hint"), component=select)


def _line(say: Speech, earlier: Answer) -> ui.Label[ui.Modal]:
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=LINE,
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=LINE_LIMIT,
        default=earlier.line,
    )
    return ui.Label(text=say("form.line"), description=say("form.line_hint"), component=field)
