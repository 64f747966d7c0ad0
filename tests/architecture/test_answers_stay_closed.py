"""Sealed answers are opened for the member who gave them, and for no number about a group."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

OPENERS = {
    "bot/store/check_ins.py": "the member's own answer of the day, to edit it",
    "bot/store/crisis.py": "the country a member wants remembered, to show it to them first",
    "bot/store/export.py": "the member's own export",
    "bot/store/members.py": "a Discord id, to ask whether its owner is still in the server",
}


def opens(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "open"
        and ast.unparse(node.value).lower().endswith("vault")
        for node in ast.walk(tree)
    )


def test_nothing_is_computed_from_answers() -> None:
    """Who adds a number made from answers needs a floor of ten people for it: see floors.py."""
    found = {
        path.relative_to(PROJECT).as_posix()
        for room in ("bot", "cogs")
        for path in (PROJECT / room).rglob("*.py")
        if opens(path)
    }
    assert found == OPENERS.keys()
