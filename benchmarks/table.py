"""One line of the table, and how the table looks."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of ours beside its peer's. `ratio` is what `target` speaks of."""

    name: str
    ours: str
    peer_name: str
    peer: str
    ratio: float
    target: str


def lines(rows: Sequence[Row]) -> list[str]:
    """Return the rows as the lines of a plain table."""
    cells = [("figure", "ours", "beside", "peer", "ratio", "target")]
    cells += [
        (row.name, row.ours, row.peer_name, row.peer, f"{row.ratio:.2f}", row.target)
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
