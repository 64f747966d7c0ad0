"""Runs the benchmarks and prints their table: `python -m benchmarks [name ...]`."""

import asyncio
import importlib
import sys

from benchmarks.table import Row, lines

NAMES = (
    "check_ins",
    "due_scan",
    "whole_path",
    "press_to_answer",
    "crisis",
    "fan_out",
    "vault",
    "forgetting",
    "export",
)


def main() -> None:
    rows: list[Row] = []
    for name in sys.argv[1:] or NAMES:
        print(f"running {name} ...", file=sys.stderr, flush=True)
        rows += asyncio.run(importlib.import_module(f"benchmarks.{name}").run())
    print("\n".join(lines(rows)))


if __name__ == "__main__":
    main()
