"""What `doctor` says of the last backup, and of databases that `restore` kept aside."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.doctor_backups import of_backups, of_files_kept_aside

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "handrail.db").touch()
    return tmp_path


def lay(folder: Path, *ages: timedelta, keys: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    for age in ages:
        stamp = f"{NOW - age:%Y%m%dT%H%M%S}Z"
        (folder / f"handrail-{stamp}.backup").touch()
        if keys:
            (folder / f"keys-{stamp}.backup").touch()
    return folder


@pytest.mark.parametrize(
    ("age", "level", "said"),
    [
        (timedelta(minutes=59), "ok", "2026-03-09 11:01 UTC, less than an hour ago"),
        (timedelta(hours=1, minutes=59), "ok", "1 hour ago"),
        (timedelta(hours=48), "ok", "2026-03-07 12:00 UTC, 2 days ago"),
        (timedelta(hours=47, minutes=59), "ok", "47 hours ago"),
        (timedelta(hours=48, seconds=1), "note", "2 days ago"),
        (timedelta(days=400), "note", "400 days ago"),
    ],
)
def test_a_backup_older_than_two_days_is_noted(
    data: Path, age: timedelta, level: str, said: str
) -> None:
    folder = lay(data / "copies", age, age + timedelta(days=1))
    (found,) = of_backups(data, folder, NOW)
    assert (found.level, found.exit_code) == (level, 0)
    assert said in found.sentence
    assert str(folder) in found.sentence
    assert ("`handrail backup` makes one now" in found.sentence) == (level == "note")


def test_where_there_is_none_the_folder_and_the_way_are_named(data: Path) -> None:
    for folder in (data / "missing", lay(data / "empty")):
        (found,) = of_backups(data, folder, NOW)
        assert found.level == "note"
        assert f"none in {folder}" in found.sentence
        assert "`handrail backup`" in found.sentence


def test_a_database_without_its_keys_is_no_backup(data: Path) -> None:
    lay(data / "copies", timedelta(hours=1), keys=False)
    (found,) = of_backups(data, data / "copies", NOW)
    assert "none in" in found.sentence


def test_a_host_who_wants_none_from_the_bot_is_told_what_that_leaves_to_them(data: Path) -> None:
    (found,) = of_backups(data, None, NOW)
    assert found.level == "note"
    assert "HANDRAIL_BACKUPS is off" in found.sentence
    lay(data / "backups", timedelta(hours=3))
    (found,) = of_backups(data, None, NOW)
    assert found.level == "ok"


def test_backups_dated_later_than_now_do_not_count_and_are_named(data: Path) -> None:
    folder = lay(data / "copies", timedelta(hours=-5), timedelta(days=3))
    last, later = of_backups(data, folder, NOW)
    assert (last.level, "3 days ago" in last.sentence) == ("note", True)
    assert later.level == "note"
    assert later.sentence.startswith("1 in ")


def test_a_folder_that_cannot_be_read_is_noted(data: Path) -> None:
    (data / "copies").touch()
    (found,) = of_backups(data, data / "copies", NOW)
    assert found.level == "note"
    assert "cannot be read: Not a directory" in found.sentence


def test_before_the_first_run_nothing_is_missed(tmp_path: Path) -> None:
    assert list(of_backups(tmp_path, tmp_path / "backups", NOW)) == []


def test_each_database_kept_aside_is_named_once_with_its_age_and_the_way_to_delete_it(
    data: Path,
) -> None:
    names = ("20260301T120000Z", "20260301T120000Z-wal", "20260309T080000Z", "99999999T999999Z")
    for name in (*names, "my-own"):
        (data / f"handrail.db.before-{name}").touch()
    old, young = of_files_kept_aside(data, NOW)
    assert (old.level, old.exit_code) == ("note", 0)
    assert "8 days ago" in old.sentence
    assert "erased themselves since" in old.sentence
    assert old.sentence.endswith(f"rm {data}/handrail.db.before-20260301T120000Z*")
    assert "4 hours ago" in young.sentence
