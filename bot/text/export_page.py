"""The readable half of an export: one HTML page that asks nothing of any other address. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from html import escape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.answers import BARE
from bot.domain.consent import Purpose
from bot.domain.export import (
    Export,
    ExportEverywhere,
    KeptCheckIn,
    KeptCountry,
    KeptMember,
    KeptTally,
)
from bot.domain.ids import OUTSIDE
from bot.domain.keeping import NOT_KEPT
from bot.text.dates import spoken_date
from bot.text.words import Speech

PURPOSES = {
    Purpose.CHECK_INS: "purpose.check_ins.name",
    Purpose.RECOVERY_DATES: "purpose.dates.name",
    Purpose.SHARING: "purpose.sharing.name",
    Purpose.PAIRING: "purpose.pairing.name",
    Purpose.REMINDERS: "purpose.reminders.name",
}

WAYS = {
    "reply": "export.way.reply",
    "button": "export.way.button",
    "command": "export.way.command",
}

# Nothing is loaded from anywhere, whatever a member once typed into a line.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;
overflow-wrap:anywhere}
article{border-top:1px solid;padding:.25rem 0 .75rem}
h1{font-size:1.5rem}h2{font-size:1.25rem;margin-top:2rem}h3,h4{font-size:1rem;margin:.5rem 0 .25rem}
p{margin:.25rem 0}.words{white-space:pre-wrap;border-inline-start:.2rem solid;padding:0 .75rem}
"""


def page(say: Speech, export: Export | ExportEverywhere) -> str:
    """Return the whole page. Every value in it is escaped."""
    if isinstance(export, Export):
        title, body = say("export.title"), _one_server(say, export)
    else:
        title, body = say("export.title_everywhere"), _every_server(say, export)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(say.language_of("export.title"))}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            f"<h1>{escape(title)}</h1>",
            *body,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _one_server(say: Speech, export: Export) -> Iterator[str]:
    yield _line(say("export.written", **_moment(say, export.written_at, UTC)))
    yield _line(say("export.server", server=str(export.guild)))
    yield _line(say("export.care"))
    yield from _kept(say, export, depth=2)


def _every_server(say: Speech, export: ExportEverywhere) -> Iterator[str]:
    yield _line(say("export.written", **_moment(say, export.written_at, UTC)))
    yield _line(say("export.servers", count=sum(each.guild != OUTSIDE for each in export.servers)))
    yield _line(say("export.care"))
    for each in export.servers:
        yield "<section>"
        yield _heading(2, _place(say, each))
        yield from _kept(say, each, depth=3)
        yield "</section>"


def _kept(say: Speech, export: Export, depth: int) -> Iterator[str]:
    """Yield all of one server, under headings that begin at `depth`."""
    yield _heading(depth, say("export.consents"))
    yield from _consents(say, export)
    if export.tallies:
        yield _heading(depth, say("export.tallies"))
    for tally in export.tallies:
        yield _tally(say, tally)
    for choice in export.crisis_choices:
        yield _country(say, choice)
    for offer in export.crisis_offers:
        yield _line(say("export.offer", version=offer.version, **_moment(say, offer.at, UTC)))
        yield _line(say("export.offer_rest", **_moment(say, offer.not_before, UTC)))
    yield _heading(depth, say("export.check_ins", count=len(export.check_ins)))
    for kept in export.check_ins:
        yield "<article>"
        yield _heading(depth + 1, _dated(say, kept.day))
        yield from _answer(say, kept)
        yield _line(_way(say, kept))
        yield "</article>"


def _place(say: Speech, export: Export) -> str:
    if export.guild == OUTSIDE:
        return say("export.outside")
    return say("export.server", server=str(export.guild))


def _country(say: Speech, kept: KeptCountry) -> str:
    if kept.country is None:
        return _line(say("export.country_locked"))
    return _line(say("export.country", code=kept.country))


def _consents(say: Speech, export: Export) -> Iterator[str]:
    if not export.consents:
        yield _line(say("export.no_consent"))
    for kept in export.consents:
        purpose = say(PURPOSES[kept.purpose])
        moment = _moment(say, kept.at, UTC)
        yield _line(say("export.consent", purpose=purpose, version=kept.version, **moment))
    for member in export.members:
        yield from _member(say, member)


def _member(say: Speech, kept: KeptMember) -> Iterator[str]:
    person = say("export.person_locked") if kept.person is None else str(kept.person)
    yield _line(say("export.person", person=person, **_moment(say, kept.look_at, UTC)))
    if kept.gone_at is not None:
        yield _line(say("export.gone", **_moment(say, kept.gone_at, UTC)))
    if kept.keep_days == NOT_KEPT:
        yield _line(say("export.not_kept"))
    else:
        yield _line(say("export.kept_for", count=kept.keep_days))
    if kept.forget_at is not None:
        yield _line(say("export.forget_at", **_moment(say, kept.forget_at, UTC)))
    if kept.forgotten:
        yield _line(say("export.forgotten", count=kept.forgotten))


def _tally(say: Speech, kept: KeptTally) -> str:
    return _line(say("export.tally", date=_dated(say, kept.day), channel=str(kept.channel)))


def _answer(say: Speech, kept: KeptCheckIn) -> Iterator[str]:
    answer = kept.answer
    if answer is None:
        yield _line(say("export.locked"))
        return
    if answer == BARE:
        yield _line(say("export.bare"))
    if answer.mood is not None:
        yield _line(say("export.mood", mood=answer.mood))
    if answer.urge is not None:
        yield _line(say("export.urge", urge=answer.urge))
    if answer.line is not None:
        yield f'<p class="words" dir="auto">{escape(answer.line)}</p>'


def _way(say: Speech, kept: KeptCheckIn) -> str:
    zone = _zone(kept.zone)
    said = say(WAYS[kept.way], channel=str(kept.channel), **_moment(say, kept.at, zone))
    if kept.edited_at is None:
        return said
    return f"{said} {say('export.edited', **_moment(say, kept.edited_at, zone))}"


def _moment(say: Speech, moment: datetime, zone: tzinfo) -> dict[str, str]:
    local = moment.astimezone(zone)
    return {
        "date": _dated(say, local.date()),
        "hour": local.strftime("%H:%M"),
        "zone": str(zone),
    }


def _dated(say: Speech, day: date) -> str:
    return f"{spoken_date(say, day)} {day.year}"


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC  # a zone that the rules no longer know; the name shown says which clock it is


def _heading(depth: int, text: str) -> str:
    return f"<h{depth}>{escape(text)}</h{depth}>"


def _line(text: str) -> str:
    return f"<p>{escape(text)}</p>"
