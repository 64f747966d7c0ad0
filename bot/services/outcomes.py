"""What can come of a check-in, as values to be matched. No rule lives here."""

from dataclasses import dataclass
from datetime import date

from bot.domain.answers import Answer
from bot.domain.group import Group
from bot.domain.ids import GroupId


@dataclass(frozen=True, slots=True)
class Form:
    """The member may answer; `answer` is what they said before, to be edited."""

    group: GroupId
    day: date
    answer: Answer


@dataclass(frozen=True, slots=True)
class ConsentNeeded:
    """Nothing may be kept before this member has seen the consent card."""

    group: GroupId
    day: date


@dataclass(frozen=True, slots=True)
class Closed:
    """The day takes no more answers."""

    day: date


@dataclass(frozen=True, slots=True)
class UnknownPrompt:
    """There is no such prompt or group in this server."""


@dataclass(frozen=True, slots=True)
class NoGroupHere:
    """The channel has no check-in, and neither has its server."""


@dataclass(frozen=True, slots=True)
class WhichGroup:
    """The channel has no check-in, but the server has these."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The check-in is kept. `first` is False where it edits or repeats an earlier one.

    `language` is the group's own, in which its prompt is drawn anew. `kept` is False where the
    member does not want their answers kept: then only the fact stays until the day ends.
    """

    day: date
    first: bool
    total: int
    language: str
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Counted:
    """Somebody without consent on file is counted until the day ends; nothing else is kept."""

    day: date
    first: bool
    total: int


@dataclass(frozen=True, slots=True)
class NotAPrompt:
    """The message replied to is none of our prompts."""
