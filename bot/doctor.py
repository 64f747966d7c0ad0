"""`doctor`: look at this computer, the settings and the data folder. Changes nothing.

Offline; what Discord says of us comes from bot/doctor_online.py.

It prints no secret. The exit code names the class of the first thing that is wrong.
"""

import os
import shutil
import sqlite3
import stat
import sys
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from bot.clock import Clock
from bot.crisis_check import summary
from bot.crisis_file import load_crisis
from bot.doctor_backups import of_backups, of_files_kept_aside
from bot.domain.crisis_rows import Parsed
from bot.findings import EXIT_HERE, EXIT_SETTINGS, Finding, Level
from bot.settings import Faults, read_backups_folder, read_key_source, read_settings
from bot.store.errors import StoreRefused
from bot.store.file import read_revision
from bot.store.host_key import KeySource, load_host_key
from bot.store.keys_file import open_keys
from bot.zone_files import zones_version

FIXED_SQLITE = (3, 51, 3)
"""Older ones can damage a file in a very rare race of two connections; we have one writer."""

ROOMY_BYTES = 200 * 1024 * 1024
AHEAD = timedelta(hours=48)
LISTED = 10


def examine(
    environment: Mapping[str, str],
    clock: Clock,
    report: TextIO,
    told_by_discord: Sequence[Finding] = (),
) -> int:
    """Write the report and return the exit code: 0 where nothing is wrong."""
    data = Path(environment.get("HANDRAIL_DATA", "data").strip() or "data")
    now = clock.now()
    findings = [
        *of_computer(),
        *of_settings(environment),
        *of_env_file(Path(".env")),
        *of_crisis(load_crisis(), now.date()),
        *of_folder(data),
        *of_keys(data, read_key_source(environment)),
        *of_store(data, now),
        *of_backups(data, read_backups_folder(environment, data), now),
        *of_files_kept_aside(data, now),
        *told_by_discord,
    ]
    report.writelines(f"{finding.level:<6}{finding.sentence}\n" for finding in findings)
    return next((found.exit_code for found in findings if found.level == "WRONG"), 0)


def of_computer() -> Iterator[Finding]:
    """Look at Python, SQLite and the zone rules."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding("ok", f"Python {python}")
    if sqlite3.sqlite_version_info < FIXED_SQLITE:
        yield Finding(
            "note",
            f"SQLite {sqlite3.sqlite_version} is older than 3.51.3, which mends a very rare"
            " damage to files. A newer Python image or system brings it.",
        )
    else:
        yield Finding("ok", f"SQLite {sqlite3.sqlite_version}")
    zones = len(zoneinfo.available_timezones())
    yield Finding("ok", f"{zones} time zones, rules {zones_version()}")


def of_settings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look at every variable; name the faults, never a value."""
    settings = read_settings(environment)
    if isinstance(settings, Faults):
        yield from (Finding("WRONG", each, EXIT_SETTINGS) for each in settings.sentences)
    else:
        yield Finding("ok", "all settings can be read")


def of_env_file(path: Path) -> Iterator[Finding]:
    """Look at who else on this computer may read the token."""
    if path.is_file() and _open_to_others(path):
        yield Finding("note", f"{path} holds the token and others can read it: chmod 600 {path}")


def of_crisis(parsed: Parsed, today: date) -> Iterator[Finding]:
    """Look at the crisis directory: is it whole, and was it checked lately?"""
    said = summary(parsed, today)
    if said is None:
        yield Finding("ok", f"{len(parsed.directory.lines)} crisis lines, all checked lately")
    elif parsed.faults:
        yield Finding("WRONG", said, EXIT_HERE)
    else:
        yield Finding("note", f"{said}. A newer version may bring newer checks.")


def of_folder(data: Path) -> Iterator[Finding]:
    """Look at the data folder: may we write, may others read, is there room?"""
    if not data.exists():
        yield Finding("ok", f"the data folder {data} does not exist yet; the first run makes it")
        return
    if not data.is_dir() or not os.access(data, os.W_OK | os.X_OK):
        yield Finding("WRONG", f"this user cannot write to the folder {data}", EXIT_HERE)
        return
    private = [data, *data.glob("handrail.db*"), *data.glob("keys.db*")]
    for path in private:
        if _open_to_others(path):
            right = "700" if path.is_dir() else "600"
            yield Finding("note", f"others on this computer can read {path}: chmod {right} {path}")
    free = shutil.disk_usage(data).free
    level: Level = "ok" if free >= ROOMY_BYTES else "note"
    yield Finding(level, f"{free // 2**20} MiB free where {data} is")


def of_keys(data: Path, source: KeySource | Faults) -> Iterator[Finding]:
    """Look whether the host's key can be read and opens the file of members' keys."""
    if isinstance(source, Faults):
        return  # said with the settings
    keys = data / "keys.db"
    try:
        host_key = load_host_key(source, data, os.urandom)
        yield Finding("ok", f"the key can be read, number {host_key.number}")
        if keys.exists():
            opened, _ = open_keys(keys, host_key, busy_ms=0, to_look=True)
            opened.close()
            yield Finding("ok", f"it opens {keys}")
        elif (data / "handrail.db").exists():
            yield Finding("WRONG", f"{keys} is missing: put your copy back", EXIT_HERE)
    except StoreRefused as error:
        yield Finding("WRONG", str(error), EXIT_HERE)


def of_store(data: Path, now: datetime) -> Iterator[Finding]:
    """Look at the database, and at what would be asked in the next two days."""
    database = data / "handrail.db"
    if not database.exists():
        yield Finding("ok", "no database yet; the first run makes it")
        return
    try:
        revision = read_revision(database)
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as sql:
            yield from _of_database(sql, revision)
            yield from _of_prompts(sql, now)
    except (StoreRefused, sqlite3.Error) as error:
        yield Finding("WRONG", str(error), EXIT_HERE)


def _of_database(sql: sqlite3.Connection, revision: str) -> Iterator[Finding]:
    (sound,) = sql.execute("PRAGMA quick_check(1)").fetchone()
    (journal,) = sql.execute("PRAGMA journal_mode").fetchone()
    if sound == "ok":
        yield Finding("ok", f"the database is sound, tables of version {revision}")
    else:
        yield Finding("WRONG", "the database is damaged: put a backup in its place", EXIT_HERE)
    if journal != "wal":
        yield Finding("note", f"the journal mode is {journal}; the next run sets it to wal")


def _of_prompts(sql: sqlite3.Connection, now: datetime) -> Iterator[Finding]:
    """A dry run of the timetable. Groups are numbers here; no server or channel is named."""
    until = int((now + AHEAD).timestamp())
    planned: Iterable[tuple[int, int]] = sql.execute(
        "SELECT group_id, next_due_at FROM schedules"
        " WHERE next_due_at < ? ORDER BY next_due_at, group_id",
        (until,),
    ).fetchall()
    resting = sql.execute("SELECT count(*) FROM groups WHERE resting IS NOT NULL").fetchone()[0]
    first = list(planned)[:LISTED]
    yield Finding("ok", f"{len(list(planned))} groups are asked within 48 hours, {resting} rest")
    for group, due in first:
        moment = datetime.fromtimestamp(due, UTC)
        yield Finding("ok", f"  {moment:%Y-%m-%d %H:%M} UTC  group {group}")


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
