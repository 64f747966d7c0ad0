"""What a moderator reads in /doctor. Pure; holds nothing about any member."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.permissions import REASONS
from bot.services.health import GroupHealth
from bot.text import Speech
from bot.text.dates import spoken_date, spoken_days

RESTING = {
    "left": "doctor.rests.left",
    "channel-gone": "doctor.rests.channel_gone",
    "no-permission": "doctor.rests.no_permission",
    "unknown-zone": "doctor.rests.unknown_zone",
}
SKIPPED = {
    "late": "doctor.skipped.late",
    "no-permission": "doctor.skipped.no_permission",
    "channel-gone": "doctor.skipped.channel_gone",
    "other": "doctor.skipped.otherwise",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A group, and what its channel lacks: None where it is no channel of the server any more."""

    health: GroupHealth
    missing: tuple[str, ...] | None


def card_text(say: Speech, looks: Sequence[Look]) -> str:
    """Return how all check-ins of a server are."""
    if not looks:
        return say("doctor.nothing")
    lines = [say("doctor.title")]
    for look in looks:
        lines += ["", *_group(say, look)]
    return "\n".join([*lines, "", say("doctor.private")])


def _group(say: Speech, look: Look) -> Iterator[str]:
    health, schedule = look.health, look.health.group.schedule
    channel = f"<#{health.group.channel}>"
    yield say(
        "doctor.group",
        channel=channel,
        days=spoken_days(say, schedule.weekdays),
        hour=schedule.at.strftime("%H:%M"),
        zone=schedule.zone,
    )
    resting = health.group.resting
    if resting is not None:
        yield say(RESTING.get(resting, "doctor.rests.left"))
    if look.missing is None:
        yield say("doctor.no_channel")
    elif look.missing:
        yield say("setup.missing", channel=channel)
        yield from (say(REASONS[name]) for name in look.missing)
    else:
        yield say("setup.allowed")
    if health.next_due is not None:
        yield say("doctor.next", **_moment(say, schedule.zone, health.next_due))
    if health.last_skipped is not None:
        skipped = health.last_skipped
        yield say(SKIPPED[skipped.why], date=spoken_date(say, skipped.day))


def _moment(say: Speech, zone: str, due: datetime) -> dict[str, str | int]:
    try:
        local = due.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        local = due
    return {
        "date": spoken_date(say, local.date()),
        "hour": local.strftime("%H:%M"),
        "stamp": int(due.timestamp()),
    }
