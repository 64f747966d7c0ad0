"""Publishes how many schedules of trouble were tried, at the end of a run."""

import pytest
from _pytest.terminal import TerminalReporter

PUBLISHED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[PUBLISHED] = []


@pytest.fixture
def publish(pytestconfig: pytest.Config) -> list[str]:
    """Lines put here are shown after the last test."""
    return pytestconfig.stash[PUBLISHED]


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(PUBLISHED, []):
        terminalreporter.write_line(line)
