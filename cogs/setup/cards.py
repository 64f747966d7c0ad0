"""What a moderator reads in /setup: previews, refusals and the result become text. Pure."""

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.hours import BadHour
from bot.domain.ids import ChannelId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import BadWeekdays
from bot.domain.zones import UnknownZone
from bot.permissions import REASONS
from bot.services.groups import Preview, SetUp
from bot.text import Speech
from bot.text.dates import spoken_date, spoken_days
from cogs.setup.parse import Misunderstood, Wish


def preview_text(say: Speech, wish: Wish, preview: Preview, missing: tuple[str, ...]) -> str:
    """Return the card to be read before anything is saved."""
    channel, zone = _mention(wish.channel), wish.schedule.zone
    replaces = preview.replaces
    return "\n".join(
        [
            say("setup.title", channel=channel),
            say("setup.rhythm", **_rhythm(say, wish.schedule)),
            *([] if replaces is None else [say("setup.replaces", **_rhythm(say, replaces))]),
            say("setup.next"),
            *(say("setup.moment", **_moment(say, zone, due)) for due in preview.next_three),
            *_permission_lines(say, channel, missing),
            say("setup.not_yet"),
        ]
    )


def saved_text(say: Speech, done: SetUp) -> str:
    """Return the card once the group is saved."""
    schedule = done.group.schedule
    told = say("setup.saved", channel=_mention(done.group.channel), **_rhythm(say, schedule))
    upcoming = [
        say("setup.saved_next", **_moment(say, schedule.zone, due)) for due in done.next_three[:1]
    ]
    return "\n".join([told, *upcoming])


def misunderstood_text(say: Speech, what: Misunderstood) -> str:
    """Return one kind sentence with suggestions."""
    match what:
        case UnknownZone(suggestions):
            return say("setup.bad_zone", suggestions=", ".join(suggestions))
        case BadHour():
            return say("setup.bad_hour")
        case BadWeekdays():
            return say("setup.bad_days")
        case _:
            assert_never(what)


def _permission_lines(say: Speech, channel: str, missing: tuple[str, ...]) -> list[str]:
    if not missing:
        return [say("setup.allowed")]
    reasons = [say(REASONS[name]) for name in missing]
    return [say("setup.missing", channel=channel), *reasons, say("setup.allow_first")]


def _rhythm(say: Speech, schedule: Schedule) -> dict[str, str]:
    return {
        "days": spoken_days(say, schedule.weekdays),
        "hour": schedule.at.strftime("%H:%M"),
        "zone": schedule.zone,
    }


def _moment(say: Speech, zone: str, due: datetime) -> dict[str, str | int]:
    local = due.astimezone(ZoneInfo(zone))
    return {
        "date": spoken_date(say, local.date()),
        "hour": local.strftime("%H:%M"),
        "stamp": int(due.timestamp()),
    }


def _mention(channel: ChannelId) -> str:
    return f"<#{channel}>"
