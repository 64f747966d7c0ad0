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
NOT_OUR_SETTINGS = ("DISCORD_TOKEN", "HANDRAIL_")


def bot(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clear(os.environ) | {"PYTHONPATH": str(PROJECT)} | environment,
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
    copied = bot(tmp_path, "backup", "copy.db")
    assert copied.returncode == 0, copied.stderr
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    again = bot(tmp_path, "backup", "copy.db")
    assert again.returncode == 78
    assert "exists already" in again.stderr


def test_doctor_finds_a_lost_key_and_open_doors(tmp_path: Path) -> None:
    bot(tmp_path, "migrate")
    (tmp_path / "data" / "secret.key").unlink()
    (tmp_path / "data" / "handrail.db").chmod(0o644)
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\n")
    (tmp_path / ".env").chmod(0o644)
    ended = bot(tmp_path, "doctor")
    assert ended.returncode == 65
    assert "secret.key is missing" in ended.stdout
    assert "handrail.db: chmod 600" in ended.stdout
    assert ".env holds the token" in ended.stdout


def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "handrail.db").touch()
    for command in ("migrate", "backup copy.db"):
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
        | {"PYTHONPATH": str(PROJECT), "HANDRAIL_SANDBOX_URL": "http://127.0.0.1:9/none"},
        stderr=subprocess.PIPE,
        text=True,
    )
    with running:
        assert running.stderr is not None
        assert "cannot be reached" in running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 0
