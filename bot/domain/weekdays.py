"""Which days of the week: a small set with words for people. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week as seven bits, Monday the lowest. Never empty."""

    mask: int

    def __post_init__(self) -> None:
        if not 1 <= self.mask <= 127:
            raise ValueError("a check-in needs at least one weekday")

    def __contains__(self, day: date) -> bool:
        return bool(self.mask >> day.weekday() & 1)

    def __iter__(self) -> Iterator[int]:
        """Yield the chosen days, 0 for Monday to 6 for Sunday."""
        return (number for number in range(7) if self.mask >> number & 1)


EVERY_DAY = Weekdays(0b1111111)
MONDAY_TO_FRIDAY = Weekdays(0b0011111)
WEEKEND = Weekdays(0b1100000)
