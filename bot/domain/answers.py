"""What a member may answer, and how a second answer meets the first. Pure."""

from dataclasses import dataclass
from typing import Literal

Way = Literal["reply", "button", "command"]
"""How the answer reached us. A reply has no words here: they stay in the channel."""

LINE_LIMIT = 4000
"""Discord's own limit for a line in a form, in characters; we keep all of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One member's answer: mood 1-5, strongest urge 0-10, a line for themself; each may be None.

    A bare reply is an Answer with nothing in it: the fact is the check-in.
    """

    mood: int | None = None
    urge: int | None = None
    line: str | None = None


BARE = Answer()


def merge(earlier: Answer, later: Answer) -> Answer:
    """Return what is kept when `later` edits `earlier`: a bare reply takes nothing away."""
    if later == BARE:
        return earlier
    return later


HARD_MOOD = 2
HARD_URGE = 7


def is_hard(answer: Answer) -> bool:
    """Tell whether an answer speaks of a hard day: it is met with calm words, nothing cheerful."""
    low = answer.mood is not None and answer.mood <= HARD_MOOD
    strong = answer.urge is not None and answer.urge >= HARD_URGE
    return low or strong
