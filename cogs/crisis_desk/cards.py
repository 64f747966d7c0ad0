"""What a moderator reads at /crisis-desk: previews, what was saved, the list, the steps. Pure."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from discord.utils import escape_markdown

from bot.domain.crisis import Country, Directory, Line
from bot.domain.crisis_card import Card, Entry
from bot.domain.crisis_desk import Act, Change
from bot.domain.crisis_desk_typed import Wrong
from bot.services.crisis_desk import Changed, Gone, Preview, Saved, TooMany
from bot.text import Speech
from cogs.crisis_general import fitting_lines
from cogs.crisis_lines import danger_text, entry_text, source_text
from cogs.ui import CONTENT_LIMIT, in_pieces, quoted

WRONG = {
    Wrong.LINE: "desk.wrong.line",
    Wrong.NAME: "desk.wrong.name",
    Wrong.NUMBER: "desk.wrong.number",
    Wrong.EMERGENCY: "desk.wrong.emergency",
    Wrong.TEXT: "desk.wrong.text",
    Wrong.CHAT: "desk.wrong.chat",
    Wrong.HOURS: "desk.wrong.hours",
    Wrong.SOURCE: "desk.wrong.source",
    Wrong.NO_WAY: "desk.wrong.no_way",
    Wrong.THERE: "desk.wrong.there",
    Wrong.NOTHING: "desk.wrong.nothing",
}
ACTS = {
    Act.ADDED: "desk.act.added",
    Act.CORRECTED: "desk.act.corrected",
    Act.HIDDEN: "desk.act.hidden",
}

HALF = CONTENT_LIMIT // 2
"""Escaping makes a text at most twice as long."""


def preview_text(say: Speech, preview: Preview, country: Country) -> str:
    """Return a change as it would be shown, before it is saved."""
    before = preview.before
    above = [say("desk.preview")]
    below = [] if before is None else [say("desk.instead"), _brief(say, before)]
    return _around(say, preview.change, country, above, [*below, say("desk.not_yet")])


def changed_text(say: Speech, outcome: Changed, country: Country) -> str:
    """Return what another moderator did meanwhile, and what saving once more would do."""
    if outcome.theirs is None:
        meanwhile = say("desk.undone_meanwhile")
    else:
        meanwhile = f"{say('desk.changed_meanwhile')}\n{_brief(say, outcome.theirs)}"
    return _around(say, outcome.change, country, [meanwhile, say("desk.yours")], [])


def outcome_text(say: Speech, outcome: Saved | TooMany | Gone) -> str:
    """Return what came of pressing Save."""
    match outcome:
        case Saved(change):
            return f"{say('desk.saved')}\n{_brief(say, change)}"
        case TooMany():
            return say("desk.too_many")
        case Gone():
            return say("desk.gone")
        case _:
            assert_never(outcome)


def wrong_texts(say: Speech, wrong: Wrong, typed: Mapping[str, str | None]) -> list[str]:
    """Return one kind sentence, then all that was typed, in as many messages as it takes."""
    sentence = say(WRONG[wrong])
    given = "\n".join(f"{name}: {text}" for name, text in typed.items() if text)
    whole = f"{sentence}\n{quoted(given)}"
    if len(given) < HALF - len(sentence):
        return [whole]
    return [sentence, *(quoted(piece) for piece in in_pieces(given, HALF - 2))]


def list_text(say: Speech, directory: Directory, changes: Sequence[Change]) -> str:
    """Return what the server has changed; where it is too long, the list below has the rest."""
    text = "\n".join((say("desk.list"), say("desk.emergency_stays")))
    for each in changes:
        row = f"- {_brief(say, each)}"
        if directory.country(each.line.country) is None:
            row = f"{row} {say('desk.no_country')}"
        if len(text) + len(row) + 1 > CONTENT_LIMIT:
            break
        text = f"{text}\n{row}"
    return text


def steps_text(say: Speech, card: Card) -> str:
    """Return what a moderator can do when somebody may be in danger."""
    head = [danger_text(say, card.country)]
    if card.country is None:
        head.append(say("desk.no_server_country"))
    steps = [
        say("desk.steps.title"),
        f"1. {say('desk.steps.stay')}",
        f"2. {say('desk.steps.card')}",
        f"3. {say('desk.steps.second')}",
        f"4. {say('desk.steps.place')}",
        f"5. {say('desk.steps.report')}",
        f"6. {say('desk.steps.after')}",
        f"-# {say('desk.steps.limit')}",
    ]
    room = CONTENT_LIMIT - len("\n".join((*head, *steps))) - 1
    return "\n".join((*head, *steps, *fitting_lines(say, card, room)))


def _around(
    say: Speech, change: Change, country: Country, above: list[str], below: list[str]
) -> str:
    """Return a change as the card would show it; in brief where it is hidden, or very long."""
    if change.act is not Act.HIDDEN:
        shown = entry_text(say, _entry(change.line), country)
        text = "\n".join((*above, shown, *below))
        if len(text) <= CONTENT_LIMIT:
            return text
    return "\n".join((*above, _brief(say, change), *below))


def _brief(say: Speech, change: Change) -> str:
    line = change.line
    return say(
        "desk.brief",
        name=escape_markdown(line.name),
        country=line.country,
        act=say(ACTS[change.act]),
        source=source_text(line.source),
        date=line.checked.isoformat(),
    )


def _entry(line: Line) -> Entry:
    return Entry(line, line.reach, None)
