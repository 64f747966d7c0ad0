"""What a moderator reads in /counts: numbers and dates, in a list that reads well aloud. Pure."""

from collections.abc import Sequence
from typing import assert_never

from bot.domain.floors import FLOOR_PEOPLE
from bot.services.counts import AskedDay, DayOff, EndedDay, GroupCounts, UnaskedDay
from bot.text import Speech
from bot.text.dates import spoken_date


def card_text(say: Speech, found: Sequence[GroupCounts], limit: int) -> str:
    """Return as many groups as `limit` characters hold, and how to see the others."""
    if not found:
        return say("counts.nothing")
    for shown in range(len(found), 1, -1):
        text = _card(say, found[:shown], left=len(found) - shown)
        if len(text) <= limit:
            return text
    return _card(say, found[:1], left=len(found) - 1)


def _card(say: Speech, found: Sequence[GroupCounts], left: int) -> str:
    parts = [say("counts.title"), *(_group(say, each) for each in found)]
    if left:
        parts.append(say("counts.more", count=left))
    return "\n\n".join([*parts, say("counts.private", floor=FLOOR_PEOPLE)])


def _group(say: Speech, found: GroupCounts) -> str:
    channel = f"<#{found.channel}>"
    if not found.days:
        return say("counts.too_new", channel=channel)
    if not any(isinstance(each, AskedDay) for each in found.days):
        return say("counts.silent", channel=channel)
    lines = (_day(say, each) for each in found.days)
    return "\n".join([say("counts.group", channel=channel), *lines])


def _day(say: Speech, ended: EndedDay) -> str:
    date = spoken_date(say, ended.day)
    match ended:
        case AskedDay(people=count):
            if count is None:
                return say("counts.day.few", date=date, floor=FLOOR_PEOPLE)
            return say("counts.day.people", date=date, count=count)
        case DayOff():
            return say("counts.day.off", date=date)
        case UnaskedDay():
            return say("counts.day.unasked", date=date)
        case _:
            assert_never(ended)
