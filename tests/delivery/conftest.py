"""How a test of crashes tells how many schedules of trouble it tried."""

from collections.abc import Callable

import pytest

from tests.conftest import PUBLISHED


@pytest.fixture
def publish(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """A line given to this is shown after the last test, also when it was tried elsewhere."""
    return lambda line: record_property(PUBLISHED, line)
