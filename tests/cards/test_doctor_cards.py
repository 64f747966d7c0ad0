"""What a moderator reads in /doctor, for every way a group can be."""

from datetime import UTC, date, datetime, time
from typing import get_args

import pytest

from bot.domain.group import Group
from bot.domain.ids import ChannelId, GroupId, GuildId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from bot.permissions import REASONS
from bot.services.groups import Resting
from bot.services.health import GroupHealth, Reason, Skipped, _reason
from bot.text import load_words
from cogs.doctor import cards
from cogs.ui import CONTENT_LIMIT, in_pieces

SAY = load_words().in_language("en")
NEXT = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
TUESDAY = date(2026, 3, 3)


def look(
    resting: str | None = None,
    missing: tuple[str, ...] | None = (),
    skipped: Skipped | None = None,
    zone: str = "Europe/Berlin",
) -> cards.Look:
    schedule = Schedule(zone, time(9), EVERY_DAY)
    group = Group(GroupId(1), GuildId(2), ChannelId(42), schedule, "en", resting)
    due = None if resting else NEXT
    return cards.Look(GroupHealth(group, due, skipped), missing)


@pytest.mark.parametrize("resting", get_args(Resting))
def test_every_reason_to_rest_has_its_words_and_a_way_to_wake(resting: str) -> None:
    text = cards.card_text(SAY, [look(resting)])
    assert "It rests, because" in text
    assert "run /setup" in text
    assert cards.RESTING.keys() == set(get_args(Resting))


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_for_a_prompt_that_was_not_posted_has_its_words(reason: Reason) -> None:
    text = cards.card_text(SAY, [look(skipped=Skipped(TUESDAY, reason))])
    assert "was not posted: Tuesday 3 March." in text


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("late", "late"),
        ("late, and history never answered", "late"),
        ("refused: 403/50013", "no-permission"),
        ("refused: 403/50001", "no-permission"),
        ("refused: 404/10003", "channel-gone"),
        ("refused: 400/50035", "other"),
        ("unreadable: no-permission", "no-permission"),
        ("unreadable: channel-gone", "channel-gone"),
        ("unreadable: not-a-text-channel", "other"),
        ("", "other"),
    ],
)
def test_the_outboxs_own_words_are_understood(why: str, reason: str) -> None:
    assert _reason(why) == reason


def test_a_zone_that_is_gone_does_not_hide_the_card() -> None:
    assert "08:00" in cards.card_text(SAY, [look(zone="Gone/Away")])


def test_many_groups_come_in_pieces_that_discord_takes() -> None:
    skipped = Skipped(TUESDAY, "late")
    text = cards.card_text(SAY, [look("no-permission", tuple(REASONS), skipped)] * 12)
    pieces = in_pieces(text, CONTENT_LIMIT)
    assert len(pieces) > 1
    assert "".join(pieces) == text
    assert all(piece.strip() and len(piece) <= CONTENT_LIMIT for piece in pieces)
