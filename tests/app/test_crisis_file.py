"""The crisis directory comes whatever has happened to its file."""

import re
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crisis_file import PACKAGED, load_crisis, read_crisis
from bot.domain.crisis_fallback import FIND_A_HELPLINE, WITHOUT_DATA

CONTENT = PACKAGED.read_bytes()
BLOCKS = CONTENT.decode().split("\n[[")
FEW = "\n[[".join(BLOCKS[:60])
"""The first few countries with their lines."""
WHOLE = read_crisis(FEW.encode()).directory


def placed(folder: Path, content: bytes) -> Path:
    file = folder / "crisis.toml"
    file.write_bytes(content)
    return file


def test_the_packaged_file_is_read_without_a_fault() -> None:
    loaded = load_crisis()
    assert loaded.faults == ()
    assert len(loaded.directory.countries) > 80


def test_without_the_file_there_is_what_is_built_in(tmp_path: Path) -> None:
    loaded = load_crisis(tmp_path / "gone.toml")
    assert loaded.directory == WITHOUT_DATA
    assert loaded.faults == ("gone.toml cannot be read: FileNotFoundError",)


def test_a_folder_in_its_place_is_no_file(tmp_path: Path) -> None:
    loaded = load_crisis(tmp_path)
    assert loaded.directory == WITHOUT_DATA
    assert "IsADirectoryError" in loaded.faults[0]


class BrokenDisk:
    """A file whose reading ends in an error that nobody has thought of."""

    name = "crisis.toml"

    def read_bytes(self) -> NoReturn:
        raise MemoryError


def test_an_error_that_nobody_thought_of_is_survived() -> None:
    disk: Any = BrokenDisk()
    file: Traversable = disk
    assert load_crisis(file).directory == WITHOUT_DATA


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 4096,
        b"\xff\xfe" + CONTENT.decode().encode("utf-16-le"),
        b"<html>404</html>",
        b'{"country": []}',
        b"[" * 5000,
        b"a = " + b"[" * 5000,
        b"a = " + b"9" * 5000,
        b"[[country]]\n" * 50,
    ],
    ids=["empty", "zeroes", "utf-16", "html", "json", "open", "nested", "number", "bare"],
)
def test_what_is_no_directory_at_all_leaves_what_is_built_in(
    tmp_path: Path, content: bytes
) -> None:
    loaded = load_crisis(placed(tmp_path, content))
    assert loaded.directory == WITHOUT_DATA
    assert "no country can be read" in loaded.faults


def test_a_slip_in_one_row_costs_that_row(tmp_path: Path) -> None:
    content = CONTENT.decode().replace('phone = "988"', 'phone = "988', 1)
    loaded = load_crisis(placed(tmp_path, content.encode()))
    ids = {line.id for line in loaded.directory.lines}
    assert ids == {line.id for line in load_crisis().directory.lines} - {"us-988"}
    (fault,) = loaded.faults
    assert re.fullmatch(r"the block of us-988 that begins at line \d+ is not TOML", fault)


def test_a_fault_names_the_line_of_the_file(tmp_path: Path) -> None:
    content = CONTENT.decode()
    before = content[: content.index('[[line]]\nid = "gb-shout"')]
    broken = content.replace('id = "gb-shout"\n', 'id = "gb-shout"\n"""\n')
    loaded = load_crisis(placed(tmp_path, broken.encode()))
    begins = before.count("\n") + 1
    assert loaded.faults == (f"the block of gb-shout that begins at line {begins} is not TOML",)


def test_bytes_that_are_not_utf_8_spoil_the_row_they_stand_in(tmp_path: Path) -> None:
    content = CONTENT.replace("Självmordslinjen".encode(), "Självmordslinjen".encode("latin-1"))
    loaded = load_crisis(placed(tmp_path, content))
    ids = {line.id for line in loaded.directory.lines}
    assert ids == {line.id for line in load_crisis().directory.lines} - {"se-mind"}
    assert loaded.faults[0].startswith("line se-mind has a name that is not one plain line")


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf" + CONTENT, CONTENT.replace(b"\n", b"\r\n")],
    ids=["byte order mark", "windows"],
)
def test_editors_may_save_it_their_own_way(tmp_path: Path, content: bytes) -> None:
    loaded = load_crisis(placed(tmp_path, content))
    assert loaded.faults == ()
    assert loaded.directory == load_crisis().directory


JUNK = st.sampled_from(
    ['"""', "'''", '"', "[[country]]\n", '\ncode = "GB"\n', "\n[", "]", "{", "#", "\n", "", "\x00"]
) | st.text(max_size=12)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0), st.integers(0, 400), JUNK), min_size=1, max_size=3))
def test_damage_costs_nobody_else_the_emergency_number(
    damages: list[tuple[int, int, str]],
) -> None:
    """Any stretch of the file is replaced by anything; rows that it does not touch stay."""
    content, spoilt = FEW, []
    for start, length, junk in damages:
        at = start % len(content)
        content, around = replaced(content, at, at + length, junk)
        spoilt.append(around)
    after = read_crisis(content.encode()).directory
    assert FIND_A_HELPLINE in after.finders
    claimed = set(re.findall(r"[A-Z]{2}", "".join(spoilt)))
    for country in WHOLE.countries:
        assert country.code in claimed or after.country(country.code) == country


def replaced(content: str, start: int, end: int, junk: str) -> tuple[str, str]:
    """Return the damaged content, and all blocks that the damage touches, before and after."""
    damaged = content[:start] + junk + content[end:]
    first = content.rfind("\n[[", 0, max(start - 1, 0))
    last = content.find("\n[[", end + 2)
    tail = len(content) - last if last >= 0 else 0
    head = max(first, 0)
    return damaged, content[head : last if last >= 0 else None] + damaged[
        head : len(damaged) - tail
    ]
