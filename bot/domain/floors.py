"""From how many people on a number about a group is told, as docs/privacy.md promises. Pure.

This is the one floor. Whatever is computed from answers would want ten people; nothing is: answers
are opened for the member who gave them and for nobody else, which tests/architecture holds.
"""

FLOOR_PEOPLE = 5
"""A smaller number could point at somebody, and so could a zero."""


def people(count: int) -> int | None:
    """Return a count of people as it may be told; None says only that it is under the floor."""
    return count if count >= FLOOR_PEOPLE else None
