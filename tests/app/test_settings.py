"""What the host may set, and what each fault is called. No fault quotes a value."""

from pathlib import Path

import pytest

from bot.settings import Faults, Settings, read_settings

REAL = "MTA0.Gh12.aaaabbbbccccddddeeee"
SANDBOX = "sandbox.aaaabbbbcccc"
KEY = "0f" * 32
WITH_KEY = {"HANDRAIL_KEY": KEY}
SANDBOX_URL = {"HANDRAIL_SANDBOX_URL": "http://127.0.0.1:8000/abc"}


def test_a_token_and_a_key_are_enough() -> None:
    found = read_settings({"DISCORD_TOKEN": REAL} | WITH_KEY)
    assert found == Settings(
        REAL, bytes.fromhex(KEY), Path("data"), "INFO", 5.0, None, Path("data/backups")
    )


def test_the_key_may_lie_in_a_file() -> None:
    found = read_settings({"DISCORD_TOKEN": REAL, "HANDRAIL_KEY": "", "HANDRAIL_KEY_FILE": "a.key"})
    assert isinstance(found, Settings)
    assert found.key == Path("a.key")


def test_everything_can_be_set() -> None:
    settings = read_settings(
        {
            "DISCORD_TOKEN": SANDBOX,
            "HANDRAIL_DATA": "/srv/handrail",
            "HANDRAIL_BACKUPS": "/mnt/copies",
            "HANDRAIL_LOG_LEVEL": "debug",
            "HANDRAIL_TICK_SECONDS": "0.5",
            "HANDRAIL_UNREVIEWED_LANGUAGES": " es, pt-BR,",
        }
        | WITH_KEY
        | SANDBOX_URL
    )
    assert settings == Settings(
        SANDBOX,
        bytes.fromhex(KEY),
        Path("/srv/handrail"),
        "DEBUG",
        0.5,
        "http://127.0.0.1:8000/abc",
        Path("/mnt/copies"),
        frozenset({"es", "pt-BR"}),
    )


@pytest.mark.parametrize(
    ("written", "folder"),
    [("", Path("here/backups")), ("off", None), (" OFF ", None), ("copies", Path("copies"))],
)
def test_backups_lie_with_the_data_elsewhere_or_are_not_made(
    written: str, folder: Path | None
) -> None:
    found = read_settings(
        {"DISCORD_TOKEN": REAL, "HANDRAIL_DATA": "here", "HANDRAIL_BACKUPS": written} | WITH_KEY
    )
    assert isinstance(found, Settings)
    assert found.backups == folder


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "DISCORD_TOKEN is missing"),
        ({"DISCORD_TOKEN": "  "}, "DISCORD_TOKEN is missing"),
        ({"DISCORD_TOKEN": f'"{REAL}"'}, "has quotes around it"),
        ({"DISCORD_TOKEN": f"'{REAL}"}, "has quotes around it"),
        ({"DISCORD_TOKEN": f"Bot {REAL}"}, 'begins with "Bot "'),
        ({"DISCORD_TOKEN": f"bot {REAL}"}, 'begins with "Bot "'),
        ({"DISCORD_TOKEN": f"{REAL} {REAL}"}, "a space or a sign"),
        ({"DISCORD_TOKEN": f"{REAL}\u200b"}, "a space or a sign"),
        ({"DISCORD_TOKEN": SANDBOX}, "a token of the sandbox"),
        ({"DISCORD_TOKEN": REAL} | SANDBOX_URL, "is not a sandbox token"),
        (
            {"DISCORD_TOKEN": SANDBOX, "HANDRAIL_SANDBOX_URL": "http://192.0.2.7/x"},
            "HANDRAIL_SANDBOX_URL",
        ),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_LOG_LEVEL": "loud"}, "HANDRAIL_LOG_LEVEL"),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_TICK_SECONDS": "soon"}, "HANDRAIL_TICK_SECONDS"),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_TICK_SECONDS": "nan"}, "HANDRAIL_TICK_SECONDS"),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_TICK_SECONDS": "0"}, "HANDRAIL_TICK_SECONDS"),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_DATA": " "}, "HANDRAIL_DATA"),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_BACKUPS": "a\0b"}, "HANDRAIL_BACKUPS"),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_KEY": " "}, "handrail key new FILE"),
        (
            {"DISCORD_TOKEN": REAL, "HANDRAIL_UNREVIEWED_LANGUAGES": "es;../en"},
            "HANDRAIL_UNREVIEWED_LANGUAGES is not a list",
        ),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_KEY": "0f0f"}, "not 64 hexadecimal digits"),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_KEY": "zz" * 32}, "not 64 hexadecimal digits"),
        ({"DISCORD_TOKEN": REAL, "HANDRAIL_KEY_FILE": "a.key"}, "are both set"),
    ],
)
def test_a_fault_is_one_clear_sentence(environment: dict[str, str], said: str) -> None:
    faults = read_settings(WITH_KEY | environment)
    assert isinstance(faults, Faults)
    assert len(faults.sentences) == 1
    assert said in faults.sentences[0]
    assert REAL not in faults.sentences[0]
    assert SANDBOX not in faults.sentences[0]


def test_all_faults_come_at_once() -> None:
    faults = read_settings({"HANDRAIL_LOG_LEVEL": "x", "HANDRAIL_TICK_SECONDS": "x"})
    assert isinstance(faults, Faults)
    assert len(faults.sentences) == 4


def test_a_sandbox_brings_its_own_token() -> None:
    assert isinstance(read_settings(SANDBOX_URL | WITH_KEY), Settings)


def test_token_and_key_are_not_in_what_is_printed_of_settings() -> None:
    printed = repr(read_settings({"DISCORD_TOKEN": REAL} | WITH_KEY))
    assert REAL not in printed
    assert "\\x0f" not in printed
    assert "key" not in printed


def test_every_variable_is_explained_in_the_example() -> None:
    example = (Path(__file__).resolve().parents[2] / ".env.example").read_text(encoding="utf-8")
    for name in (
        "DISCORD_TOKEN",
        "HANDRAIL_BACKUPS",
        "HANDRAIL_DATA",
        "HANDRAIL_KEY",
        "HANDRAIL_KEY_FILE",
        "HANDRAIL_LOG_LEVEL",
        "HANDRAIL_TICK_SECONDS",
        "HANDRAIL_UNREVIEWED_LANGUAGES",
        "HANDRAIL_SANDBOX_URL",
    ):
        assert f"{name}=" in example
