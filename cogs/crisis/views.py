"""The crisis card's buttons, its select and its form. What they mean is all in their custom_ids."""

from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.domain.crisis import Country
from bot.domain.crisis_countries import LONGEST_TYPED
from bot.domain.crisis_opening import Origin
from bot.text import Speech
from cogs.crisis.parse import COUNTRY, ELSEWHERE, Place, Verb

MOST_OPTIONS = 25
"""Discord shows at most this many."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How many pages there are, and the first with ways that need no voice, if there is one."""

    pages: int
    silent: int | None


def lines_view(say: Speech, place: Place, paging: Paging, likely: tuple[Country, ...]) -> ui.View:
    """Return what stands under a page of lines."""
    number = place.number
    row = []
    if number > 0:
        row.append(_button(say("crisis.button.back"), place.id(Verb.LINES, number - 1)))
    if number + 1 < paging.pages:
        row.append(_button(say("crisis.button.more"), place.id(Verb.LINES, number + 1)))
    # from the page before it, "More lines" leads there; two buttons may not lead to one place
    if paging.silent is not None and number + 1 < paging.silent:
        row.append(_button(say("crisis.button.silent"), place.id(Verb.LINES, paging.silent)))
    row.append(_button(say("crisis.button.overdose"), place.id(Verb.OVERDOSE)))
    row.append(_button(say("crisis.button.worried"), place.id(Verb.WORRIED)))
    keeping = []
    if place.origin is Origin.REMEMBERED:
        keeping.append(_button(say("crisis.button.forget"), place.id(Verb.FORGET), row=2))
    elif place.code != ELSEWHERE:
        keeping.append(_button(say("crisis.button.remember"), place.id(Verb.REMEMBER), row=2))
    return _view([*row, *keeping], _countries(say, likely))


def beside_view(say: Speech, place: Place, other: Verb) -> ui.View:
    """Return what stands under the page on overdose, or under the one for worried people."""
    label = {
        Verb.OVERDOSE: say("crisis.button.overdose"),
        Verb.WORRIED: say("crisis.button.worried"),
    }
    back = _button(say("crisis.button.back"), place.id(Verb.LINES))
    return _view([back, _button(label[other], place.id(other))], None)


def country_form(say: Speech) -> ui.Modal:
    """Return the small form for a country that is not in the list."""
    modal = ui.Modal(title=say("crisis.form.title"), custom_id="k:form")
    field: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=COUNTRY, max_length=LONGEST_TYPED)
    label: ui.Label[ui.Modal] = ui.Label(
        text=say("crisis.form.label"), description=say("crisis.form.hint"), component=field
    )
    modal.add_item(label)
    # finished, so that discord.py keeps no copy: the door answers it, even after a restart
    modal.stop()
    return modal


def _countries(say: Speech, likely: tuple[Country, ...]) -> ui.Select[Any] | None:
    if not likely:
        return None
    elsewhere = discord.SelectOption(label=say("crisis.button.elsewhere"), value=ELSEWHERE)
    options = [discord.SelectOption(label=each.name, value=each.code) for each in likely]
    return ui.Select(
        custom_id="k:pick",
        placeholder=say("crisis.button.country"),
        options=[*options[: MOST_OPTIONS - 1], elsewhere],
        row=1,
    )


def _button(label: str, custom_id: str, row: int = 0) -> ui.Button[Any]:
    return ui.Button(label=label, custom_id=custom_id, style=discord.ButtonStyle.secondary, row=row)


def _view(row: list[ui.Button[Any]], select: ui.Select[Any] | None) -> ui.View:
    view = ui.View(timeout=None)
    for button in row:
        view.add_item(button)
    if select is not None:
        view.add_item(select)
    # finished, so that discord.py keeps no copy
    view.stop()
    return view
