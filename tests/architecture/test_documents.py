"""The documents are held to the code: settings, commands, permissions and links."""

import ast
import re
from pathlib import Path

import discord
import pytest

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
HOSTS = (PROJECT / "docs" / "hosts.md").read_text(encoding="utf-8")
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])

COMMANDS = re.findall(
    r'commands\.add_parser\("(\w+)"', (PROJECT / "bot" / "__main__.py").read_text(encoding="utf-8")
)
INVITED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    read_message_history=True,
    add_reactions=True,
)


def settings_read() -> set[str]:
    """Every name of a setting that stands as a string in the bot's own code."""
    names: set[str] = set()
    for path in (PROJECT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names |= set(re.findall(r"\b(?:HANDRAIL|DISCORD|DEMO)_[A-Z_]+\b", node.value))
    return names


def test_every_setting_is_in_the_hosts_page() -> None:
    names = settings_read()
    assert "DISCORD_TOKEN" in names
    assert {name for name in names if f"`{name}`" not in HOSTS} == set()


def test_every_setting_that_a_host_makes_is_in_the_example() -> None:
    theirs = {name for name in settings_read() if not name.startswith("DEMO_")}
    assert {name for name in theirs - {"HANDRAIL_SANDBOX_URL"} if name not in EXAMPLE} == set()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_hosts_page(command: str) -> None:
    assert f"`handrail {command}" in HOSTS


def test_the_readme_names_the_permissions_of_the_invite() -> None:
    assert f"permissions={INVITED.value}" in README
    assert f"{INVITED.value} in all" in README


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(PROJECT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(PROJECT)))
def test_no_page_promises_too_much(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    for promise in (
        "100% confidential",
        "exactly-once delivery",
        "hipaa",
        "anonymous",
        "sober",
        "end-to-end",
    ):
        assert promise not in text
