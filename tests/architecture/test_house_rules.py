"""The house rules that a reader would otherwise have to hold by hand."""

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for room in ("bot", "cogs", "sandbox")
    for path in (PROJECT / room).rglob("*.py")
    if "__pycache__" not in path.parts
)
LONGEST_FILE = 300
LONGEST_FUNCTION = 50


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_says_its_role(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_fits_on_a_page(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_names_say_what_a_thing_is(path: Path) -> None:
    assert not re.search(r"(manager|helper|util|^data$|^info$)", path.stem)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_request_to_discord_is_ever_cancelled_by_a_timeout(path: Path) -> None:
    """A send cancelled during a global rate limit blocks all later sends for good."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if name_of(path).startswith("sandbox"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"wait_for", "timeout"} or not (
                isinstance(node.value, ast.Name) and node.value.id == "asyncio"
            )


def test_every_source_file_was_looked_at() -> None:
    assert len(SOURCES) > 20
