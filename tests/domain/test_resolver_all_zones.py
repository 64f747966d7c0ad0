"""Every zone, every change of its clocks from 1990 to 2037: no prompt on a wrong date, or none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.domain.resolver import due

FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
HALF_HOURS = [time(half // 2, half % 2 * 30) for half in range(48)]


def zone_had(zone: ZoneInfo, day: date) -> bool:
    """Walk the hours around a date and see whether the zone ever showed it."""
    midnight = datetime.combine(day, time(0), tzinfo=UTC)
    hours = (midnight + timedelta(hours=step) for step in range(-26, 50))
    return any(hour.astimezone(zone).date() == day for hour in hours)


def transitions(zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the first second of each new offset, found by halving weeks in which it changes."""
    week = timedelta(days=7)
    moment, offset = FIRST, zone.utcoffset(FIRST.astimezone(zone))
    while moment < LAST:
        later = moment + week
        changed = later.astimezone(zone).utcoffset()
        if changed != offset:
            before, after = moment, later
            while after - before > timedelta(seconds=1):
                middle = before + (after - before) // 2
                middle = middle.replace(microsecond=0)
                if middle.astimezone(zone).utcoffset() == offset:
                    before = middle
                else:
                    after = middle
            yield after
        moment, offset = later, changed


def distinct_zones() -> dict[str, tuple[datetime, ...]]:
    """Return one name, with its transitions, for all zones whose clocks showed the same."""
    found: dict[tuple[object, ...], tuple[str, tuple[datetime, ...]]] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        changes = tuple(transitions(zone))
        offsets = tuple(change.astimezone(zone).utcoffset() for change in changes)
        clocks = (FIRST.astimezone(zone).utcoffset(), changes, offsets)
        found.setdefault(clocks, (name, changes))
    return dict(found.values())


@pytest.mark.timeout(300)
def test_every_half_hour_of_the_week_around_every_transition_is_right() -> None:
    cases = changes_seen = 0
    missing: dict[str, set[date]] = {}
    for name, changes in distinct_zones().items():
        zone = ZoneInfo(name)
        for change in changes:
            changes_seen += 1
            middle = change.astimezone(zone).date()
            days = [middle + timedelta(days=step) for step in range(-3, 4)]
            for at in HALF_HOURS:
                moments = [(day, due(zone, day, at)) for day in days]
                cases += len(moments)
                present = [(day, moment) for day, moment in moments if moment is not None]
                for day, moment in present:
                    assert moment.astimezone(zone).date() == day, f"{name} {day} {at}"
                for (day, moment), (_, next_moment) in pairwise(present):
                    assert moment < next_moment, f"{name} {day} {at}"
                gone = {day for day, moment in moments if moment is None}
                if gone:
                    missing.setdefault(name, set()).update(gone)
    assert cases > 1_000_000
    assert changes_seen > 4_000
    # Apia, Fakaofo, Enderbury, Kiritimati and Kwajalein changed sides of the date line.
    assert len(missing) == 5
    for name, dates in missing.items():
        assert not any(zone_had(ZoneInfo(name), day) for day in dates), name
