"""What `doctor` sees of copies: how old the last backup is, and what `restore` kept aside."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.retention import newest_until
from bot.findings import Finding
from bot.settings import usual_backups_folder
from bot.store.backup import ASIDE, made_in

STALE = timedelta(hours=48)

_KEPT = re.compile(rf"handrail\.db{re.escape(ASIDE)}(\d{{8}}T\d{{6}})Z")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def of_backups(data: Path, folder: Path | None, now: datetime) -> Iterator[Finding]:
    """Look at the last backup in `folder`; where the bot makes none (None), in the usual one."""
    if not (data / "handrail.db").exists():
        return
    place = folder or usual_backups_folder(data)
    try:
        times = made_in(place)
    except OSError as error:
        yield Finding("note", f"the folder of backups {place} cannot be read: {error.strerror}")
        return
    yield _of_the_last(place, newest_until(times, now), now, made_by_bot=folder is not None)
    later = sum(each > now for each in times)
    if later:
        yield Finding(
            "note",
            f"{later} in {place} are dated later than now, so this computer's clock was wrong"
            " then or is wrong now; they go as soon as others take their place",
        )


def _of_the_last(
    place: Path, newest: datetime | None, now: datetime, *, made_by_bot: bool
) -> Finding:
    what_to_do = (
        "the bot makes one a day while it runs and says in its log why it could not;"
        " `handrail backup` makes one now"
        if made_by_bot
        else "HANDRAIL_BACKUPS is off: let something run `handrail backup` once a day, or set"
        " HANDRAIL_BACKUPS to the folder where it does"
    )
    if newest is None:
        return Finding("note", f"last backup: none in {place}; {what_to_do}")
    last = f"last backup: {newest:%Y-%m-%d %H:%M} UTC, {_spell(now - newest)} ago, in {place}"
    if now - newest > STALE:
        return Finding("note", f"{last}; {what_to_do}")
    return Finding("ok", last)


def of_files_kept_aside(data: Path, now: datetime) -> Iterator[Finding]:
    """Name each database that `restore` kept aside, which nothing deletes by itself."""
    for path in sorted(data.glob(f"handrail.db{ASIDE}*")):
        named = _KEPT.fullmatch(path.name)
        if named is None:
            continue  # its log, which goes with it
        try:
            since = now - datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            continue  # somebody else's name
        yield Finding(
            "note",
            f"{path} was kept aside by `restore` {_spell(since)} ago, and still holds the rows of"
            f" people who erased themselves since. When you are content, delete it: rm {path}*",
        )


def _spell(age: timedelta) -> str:
    if age < _HOUR:
        return "less than an hour"
    if age < 2 * _HOUR:
        return "1 hour"
    return f"{age // _HOUR} hours" if age < STALE else f"{age // _DAY} days"
