"""How a command ends: its exit code, and what it says when it cannot do what was asked."""

import sys

EXIT_OK, EXIT_CRASHED = 0, 1

EXIT_SETTINGS = 78
"""A person has to change something first: no supervisor should try again."""


def refuse(*sentences: str) -> int:
    """Tell the person who typed the command why not, and return the exit code."""
    for sentence in sentences:
        sys.stderr.write(sentence + "\n")
    return EXIT_SETTINGS
