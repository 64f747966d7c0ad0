"""What the buttons and the list of /crisis-desk send, as patterns and plain values."""

import re
from collections.abc import Mapping
from typing import Any

SHARE = re.compile(r"d:post:(?P<draft>\d{1,20})")
LINE = re.compile(r"d:(?P<act>save|drop):(?P<draft>\d{1,20})")
UNDO = re.compile(r"d:undo")

LARGEST = 2**63 - 1


def draft_of(match: re.Match[str]) -> int:
    """Return the number of a preview; a forged one that is too large is the number of none."""
    number = int(match["draft"])
    return number if number <= LARGEST else 0


def chosen_line(data: Mapping[str, Any] | None) -> str:
    """Return the id of the line that was chosen in the list, "" where there is none."""
    values = (data or {}).get("values")
    return values[0] if isinstance(values, list) and values and isinstance(values[0], str) else ""
