"""The command line as a host meets it: another process, its output and its exit code."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TOKEN = "MTA0.Gh12.aaaabbbbccccddddeeee"
KEY = "5a" * 32
NOT_OUR_SETTINGS = ("DISCORD_TOKEN", "HANDRAIL_")


def bot(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clear(os.environ) | {"PYTHONPATH": str(PROJECT), "HANDRAIL_KEY": KEY} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def clear(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in environment.items() if not name.startswith(NOT_OUR_SETTINGS)
    }


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "DISCORD_TOKEN is missing"),
        (f'"{TOKEN}"', "quotes"),
        (f"Bot {TOKEN}", '"Bot "'),
        ("sandbox.abcdef", "sandbox"),
    ],
)
def test_a_token_that_cannot_work_ends_in_one_line_and_78(
    tmp_path: Path, token: str | None, said: str
) -> None:
    ended = bot(tmp_path, "run", **({} if token is None else {"DISCORD_TOKEN": token}))
    assert ended.returncode == 78
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert TOKEN not in ended.stdout + ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "Run `handrail key new FILE`"),
        ({"HANDRAIL_KEY": "5a5a"}, "HANDRAIL_KEY is not 64 hexadecimal digits"),
        ({"HANDRAIL_KEY": KEY, "HANDRAIL_KEY_FILE": "host.key"}, "both set"),
        ({"HANDRAIL_KEY_FILE": "host.key"}, "cannot be read"),
    ],
)
def test_without_a_key_the_start_is_refused_in_one_line_and_78(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    for command in ("run", "migrate"):
        ended = bot(
            tmp_path, command, **({"HANDRAIL_KEY": "", "DISCORD_TOKEN": TOKEN} | environment)
        )
        assert ended.returncode == 78, ended.stderr
        assert said in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
        assert "5a5a" not in ended.stdout + ended.stderr
        assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_used_changed_and_the_old_one_refused(tmp_path: Path) -> None:
    assert bot(tmp_path, "key", "new", "first.key").returncode == 0
    assert bot(tmp_path, "key", "new", "second.key").returncode == 0
    again = bot(tmp_path, "key", "new", "second.key")
    assert (again.returncode, "exists already" in again.stderr) == (78, True)
    first = {"HANDRAIL_KEY": "", "HANDRAIL_KEY_FILE": "first.key"}
    second = {"HANDRAIL_KEY": "", "HANDRAIL_KEY_FILE": "second.key"}
    assert bot(tmp_path, "migrate", **first).returncode == 0
    assert "This is not the key" in bot(tmp_path, "migrate", **second).stderr
    changed = bot(tmp_path, "key", "rotate", "--new", "second.key", **first)
    assert changed.returncode == 0, changed.stderr
    refused = bot(tmp_path, "migrate", **first)
    assert (refused.returncode, "This is not the key" in refused.stderr) == (78, True)
    assert bot(tmp_path, "migrate", **second).returncode == 0
    spelled = (tmp_path / "second.key").read_text().strip()
    assert bot(tmp_path, "migrate", HANDRAIL_KEY=spelled).returncode == 0


def test_a_key_is_neither_made_nor_read_in_the_data_folder(tmp_path: Path) -> None:
    made = bot(tmp_path, "key", "new", "data/host.key")
    assert (made.returncode, "Move it out" in made.stderr) == (78, True)
    assert list(tmp_path.iterdir()) == []


def test_settings_are_read_from_env_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f'DISCORD_TOKEN="Bot {TOKEN}"\n')
    assert '"Bot "' in bot(tmp_path, "run").stderr
    assert "quotes" in bot(tmp_path, "run", DISCORD_TOKEN=f"'{TOKEN}'").stderr


def test_doctor_is_content_before_the_first_run(tmp_path: Path) -> None:
    ended = bot(tmp_path, "doctor", DISCORD_TOKEN=TOKEN)
    assert ended.returncode == 0, ended.stdout
    assert "no database yet" in ended.stdout
    assert "time zones" in ended.stdout
    assert TOKEN not in ended.stdout + ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_crisis_directory_is_checked_without_any_setting(tmp_path: Path) -> None:
    checked = bot(tmp_path, "crisis", "check", HANDRAIL_KEY="")
    assert "countries" in checked.stdout
    assert checked.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_doctor_names_what_is_wrong_with_the_settings(tmp_path: Path) -> None:
    ended = bot(tmp_path, "doctor")
    assert ended.returncode == 78
    assert "WRONG DISCORD_TOKEN is missing" in ended.stdout


def test_migrate_makes_a_database_that_doctor_and_backup_can_use(tmp_path: Path) -> None:
    made = bot(tmp_path, "migrate")
    assert made.returncode == 0, made.stderr
    looked = bot(tmp_path, "doctor", DISCORD_TOKEN=TOKEN)
    assert looked.returncode == 0, looked.stdout
    assert "the database is sound" in looked.stdout
    copied = bot(tmp_path, "backup")
    assert copied.returncode == 0, copied.stderr
    names = sorted(path.name.partition("-")[0] for path in (tmp_path / "data/backups").iterdir())
    assert names == ["handrail", "keys"]


def test_backup_goes_where_the_setting_says_and_restore_names_what_is_there(tmp_path: Path) -> None:
    copies = {"HANDRAIL_BACKUPS": "copies"}
    assert bot(tmp_path, "migrate").returncode == 0
    assert bot(tmp_path, "backup", **copies).returncode == 0
    assert not (tmp_path / "data" / "backups").exists()
    (copy,) = (tmp_path / "copies").glob("handrail-*.backup")
    (keys,) = (tmp_path / "copies").glob("keys-*.backup")
    lost = bot(tmp_path, "restore", "copies/yesterday", **copies)
    assert (lost.returncode, len(lost.stderr.splitlines())) == (78, 1)
    assert f"The newest in copies is {copy.name}." in lost.stderr
    (tmp_path / "data" / "keys.db").unlink()
    refused = bot(tmp_path, "restore", str(copy), **copies)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (78, 1)
    assert f"The newest in copies is {keys.name}." in refused.stderr
    assert bot(tmp_path, "restore", str(keys), **copies).returncode == 0
    assert bot(tmp_path, "restore", str(copy), **copies).returncode == 0
    assert bot(tmp_path, "backup", HANDRAIL_BACKUPS="off").returncode == 0
    assert len(list((tmp_path / "data" / "backups").iterdir())) == 2


def test_a_full_disk_is_said_in_one_line_and_leaves_no_half_a_backup(tmp_path: Path) -> None:
    """No file may grow beyond 64 KiB here: the copy of the database does not fit."""
    assert bot(tmp_path, "migrate").returncode == 0
    ended = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 128; exec "$0" -m bot backup', sys.executable],
        cwd=tmp_path,
        env=clear(os.environ) | {"PYTHONPATH": str(PROJECT), "HANDRAIL_KEY": KEY},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 78, ended.stderr
    assert "was not made" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert list((tmp_path / "data" / "backups").iterdir()) == []
    assert not list((tmp_path / "data").glob("*copying*"))
    assert bot(tmp_path, "backup").returncode == 0


def test_doctor_tells_of_the_last_backup_and_of_what_restore_kept(tmp_path: Path) -> None:
    assert bot(tmp_path, "migrate").returncode == 0
    none = bot(tmp_path, "doctor", DISCORD_TOKEN=TOKEN)
    assert none.returncode == 0, none.stdout
    assert "note  last backup: none in data/backups" in none.stdout
    assert bot(tmp_path, "backup").returncode == 0
    (copy,) = (tmp_path / "data" / "backups").glob("handrail-*.backup")
    assert bot(tmp_path, "restore", str(copy)).returncode == 0
    looked = bot(tmp_path, "doctor", DISCORD_TOKEN=TOKEN)
    assert looked.returncode == 0, looked.stdout
    assert "ok    last backup: 2" in looked.stdout
    (kept,) = (tmp_path / "data").glob("handrail.db.before-*")
    assert f"rm data/{kept.name}*" in looked.stdout
    assert KEY not in looked.stdout


def test_a_backup_is_put_back_and_what_was_there_is_kept_aside(tmp_path: Path) -> None:
    assert bot(tmp_path, "migrate").returncode == 0
    assert bot(tmp_path, "backup", "copies").returncode == 0
    (copy,) = (tmp_path / "copies").glob("handrail-*.backup")
    assert b"SQLite" not in copy.read_bytes()
    with sqlite3.connect(tmp_path / "data" / "handrail.db") as sql:
        sql.execute("INSERT INTO facts VALUES ('since', 'then')")
    sql.close()
    restored = bot(tmp_path, "restore", str(copy))
    assert restored.returncode == 0, restored.stderr
    assert "is as it was on" in restored.stdout
    assert len(restored.stdout.splitlines()) == 1
    for name, known in (("handrail.db", 0), ("handrail.db.before-*", 1)):
        (file,) = (path for path in (tmp_path / "data").glob(name) if path.suffix != ".backup")
        with sqlite3.connect(file) as sql:
            assert sql.execute("SELECT count(*) FROM facts WHERE name = 'since'").fetchone() == (
                known,
            )
        sql.close()
    assert bot(tmp_path, "migrate").returncode == 0


def test_a_backup_from_before_a_change_of_key_opens_with_the_key_it_was_made_with(
    tmp_path: Path,
) -> None:
    for name in ("first.key", "second.key"):
        assert bot(tmp_path, "key", "new", name).returncode == 0
    first = {"HANDRAIL_KEY": "", "HANDRAIL_KEY_FILE": "first.key"}
    second = {"HANDRAIL_KEY": "", "HANDRAIL_KEY_FILE": "second.key"}
    assert bot(tmp_path, "migrate", **first).returncode == 0
    assert bot(tmp_path, "backup", "copies", **first).returncode == 0
    assert bot(tmp_path, "key", "rotate", "--new", "second.key", **first).returncode == 0
    (copy,) = (tmp_path / "copies").glob("handrail-*.backup")
    refused = bot(tmp_path, "restore", str(copy), **second)
    assert (refused.returncode, "--key FILE" in refused.stderr) == (78, True)
    restored = bot(tmp_path, "restore", str(copy), "--key", "first.key", **second)
    assert restored.returncode == 0, restored.stderr


def test_what_is_no_backup_is_refused_in_one_line_and_78(tmp_path: Path) -> None:
    assert bot(tmp_path, "migrate").returncode == 0
    before = (tmp_path / "data" / "handrail.db").read_bytes()
    (tmp_path / "notes.txt").write_text("my notes")
    for name, said in (("notes.txt", "not a backup"), ("none.backup", "cannot be read")):
        refused = bot(tmp_path, "restore", name)
        assert (refused.returncode, said in refused.stderr) == (78, True)
        assert len(refused.stderr.splitlines()) == 1
    assert (tmp_path / "data" / "handrail.db").read_bytes() == before


def test_doctor_finds_a_lost_key_and_open_doors(tmp_path: Path) -> None:
    bot(tmp_path, "migrate")
    (tmp_path / "data" / "keys.db").unlink()
    (tmp_path / "data" / "handrail.db").chmod(0o644)
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\n")
    (tmp_path / ".env").chmod(0o644)
    ended = bot(tmp_path, "doctor")
    assert ended.returncode == 1
    assert "keys.db is missing" in ended.stdout
    assert "handrail.db: chmod 600" in ended.stdout
    assert ".env holds the token" in ended.stdout


def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "handrail.db").touch()
    for command in ("migrate", "backup copies"):
        ended = bot(tmp_path, *command.split())
        assert ended.returncode == 78
        assert "empty" in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
    assert (tmp_path / "data" / "handrail.db").stat().st_size == 0


def test_a_sandbox_that_is_not_there_is_waited_for_until_the_signal(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=clear(os.environ)
        | {"PYTHONPATH": str(PROJECT), "HANDRAIL_KEY": KEY}
        | {"HANDRAIL_SANDBOX_URL": "http://127.0.0.1:9/none"},
        stderr=subprocess.PIPE,
        text=True,
    )
    with running:
        assert running.stderr is not None
        assert "cannot be reached" in running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 0
