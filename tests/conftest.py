"""What every test shares: no network beyond this computer, and Hypothesis without deadlines."""

import os
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import settings

from bot.zone_files import use_pinned_zones

PROJECT = Path(__file__).resolve().parent.parent

PUBLISHED = "published"
"""The property of a test's report that holds a line to show at the end of the run."""

# A timing never decides a test. A failure is printed so that it can be run again as it was.
settings.register_profile("handrail", deadline=None, print_blob=True)
settings.load_profile("handrail")


def pytest_configure() -> None:
    """Take zones from the pinned package, as the bot does, and not from this system."""
    use_pinned_zones()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try the crisis card before anything else: it is what must never be missing."""
    items.sort(key=lambda item: item.path.name != "test_crisis.py")


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Show what tests published. It comes with their reports, whichever process ran them."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, line in report.user_properties if report.when == "call" else ():
            if name == PUBLISHED:
                terminalreporter.write_line(str(line))


@pytest.fixture(scope="session")
def openapi() -> Path:
    """Discord's official description, beside the project's folder. Never copied into it."""
    path = PROJECT.parent / "shared" / "discord" / "openapi.json"
    if not path.exists():
        pytest.skip("Discord's official description is not beside this project")
    return path


@pytest.fixture(autouse=True, scope="session")
def only_this_computer() -> Iterator[None]:
    """Refuse any connection that leaves this computer, whoever asks for it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host != "localhost" and not ip_address(host).is_loopback:
                raise OSError(f"a test tried to reach {host}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def browser_is_required() -> bool:
    """In CI a missing browser is an error; elsewhere its tests are skipped with a reason."""
    return os.environ.get("REQUIRE_BROWSER") == "1"
