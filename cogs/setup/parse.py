"""From what a moderator typed, or a card's button says, to a schedule or the first thing amiss."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Literal

from bot.domain.hours import BadHour, parse_hour
from bot.domain.ids import ChannelId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import BadWeekdays, Weekdays, parse_weekdays
from bot.domain.zones import UnknownZone, parse_zone

Misunderstood = UnknownZone | BadHour | BadWeekdays

CARD = re.compile(
    r"s:(?P<action>save|again|cancel):(?P<channel>\d{1,20}):(?P<zone>[A-Za-z0-9_+\-/]{1,50})"
    r":(?P<hour>\d{4}):(?P<mask>\d{1,3})"
)
"""A button of the preview card: it says all that Save would save, so it outlives a restart."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a moderator wants: this rhythm in this channel."""

    channel: ChannelId
    schedule: Schedule


def read_typed(zone: str, at: str, days: str) -> Schedule | Misunderstood:
    """Return the schedule a person means, or the first part that could not be read."""
    found = parse_zone(zone)
    if isinstance(found, UnknownZone):
        return found
    hour = parse_hour(at)
    if isinstance(hour, BadHour):
        return hour
    weekdays = parse_weekdays(days)
    if isinstance(weekdays, BadWeekdays):
        return weekdays
    return Schedule(found, hour, weekdays)


def read_card(match: re.Match[str]) -> Wish | None:
    """Return what a button of the card stands for; None where it is forged or outdated."""
    zone, mask, hour = parse_zone(match["zone"]), int(match["mask"]), match["hour"]
    if (
        isinstance(zone, UnknownZone)
        or zone != match["zone"]
        or not 1 <= mask <= 127
        or hour >= "2400"
        or hour[2:] >= "60"
    ):
        return None
    at = time(int(hour[:2]), int(hour[2:]))
    return Wish(ChannelId(int(match["channel"])), Schedule(zone, at, Weekdays(mask)))


def card_id(action: Literal["save", "again", "cancel"], wish: Wish) -> str:
    """Return the custom_id that read_card understands."""
    schedule = wish.schedule
    hour = schedule.at.strftime("%H%M")
    return f"s:{action}:{wish.channel}:{schedule.zone}:{hour}:{schedule.weekdays.mask}"
