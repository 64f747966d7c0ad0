"""Read the crisis directory that is bundled with the bot. Never raises.

The file is read block by block, so that a slip in one row costs that row alone; where nothing at
all can be read, what is built in (bot/domain/crisis_fallback.py) takes its place.
"""

import re
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable

from bot.domain.crisis_fallback import WITHOUT_DATA
from bot.domain.crisis_rows import Parsed, parse

PACKAGED: Traversable = resources.files("bot") / "data" / "crisis.toml"

BLOCK = re.compile(r"(?m)^(?=\[)")

NAMED = re.compile(r'(?m)^(?:id|code) = "([\w-]{1,40})"$')


def load_crisis(file: Traversable = PACKAGED) -> Parsed:
    """Return what can be used of the file, and what is wrong with it in sentences."""
    try:
        return read_crisis(file.read_bytes())
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the card has to come
        kind = type(error).__name__
        return Parsed(WITHOUT_DATA, (f"{file.name} cannot be read: {kind}",))


def read_crisis(content: bytes) -> Parsed:
    """Read the content of the file. Bytes that are not UTF-8 spoil only the row they stand in."""
    tables: dict[str, list[object]] = {}
    faults = []
    line = 1
    for block in BLOCK.split(content.decode("utf-8-sig", errors="replace")):
        try:
            found = tomllib.loads(block)
        except (ValueError, RecursionError):
            named = NAMED.search(block)
            whose = f" of {named[1]}" if named else ""
            faults.append(f"the block{whose} that begins at line {line} is not TOML")
            found = {}
        for table, rows in found.items():
            tables.setdefault(table, []).extend(rows if isinstance(rows, list) else [rows])
        line += block.count("\n")
    parsed = parse(tables)
    if not parsed.directory.countries:
        faults.append("no country can be read")
    return Parsed(parsed.directory, (*faults, *parsed.faults))
