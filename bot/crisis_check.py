"""Say what is wrong with the crisis directory, and what in it is old. Offline; for whoever hosts.

`handrail crisis check`, `doctor` and the start-up all say what is found here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TextIO

from bot.domain.crisis_age import Age, age_of
from bot.domain.crisis_rows import Parsed

Level = Literal["warning", "error"]

SAID_OF_AGE: Mapping[Age, tuple[Level, str]] = {
    Age.OLD: ("warning", "was checked more than 6 months ago, on"),
    Age.OVERDUE: ("error", "was checked more than 12 months ago, on"),
    Age.UNKNOWN: ("error", "has a check that lies in the future or very far back, on"),
}

COMMAND = "handrail crisis check"


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about the directory; an error makes the check end with 1."""

    level: Level
    sentence: str


def check(parsed: Parsed, today: date, report: TextIO) -> int:
    """Write all there is to say, errors last, and return the exit code: 0 or 1."""
    remarks = sorted(remarks_on(parsed, today), key=lambda each: each.level, reverse=True)
    report.writelines(f"{each.level:<9}{each.sentence}\n" for each in remarks)
    found = parsed.directory
    countries = _counted(len(found.countries), "country", "countries")
    lines = _counted(len(found.lines), "line", "lines")
    finders = _counted(len(found.finders), "directory", "directories")
    report.write(f"{countries}, {lines} and {finders} can be used.\n")
    return int(any(each.level == "error" for each in remarks))


def remarks_on(parsed: Parsed, today: date) -> Iterator[Remark]:
    """Return a remark for each fault, and for each row whose check is old."""
    yield from (Remark("error", each) for each in parsed.faults)
    checks = _checks(parsed)
    ages = {row: age_of(checked, today) for row, checked in checks.items()}
    if checks and set(ages.values()) == {Age.UNKNOWN}:
        yield Remark("warning", f"this computer says it is {today}: the age is not known")
        return
    for row, age in ages.items():
        if age is not Age.CURRENT:
            level, said = SAID_OF_AGE[age]
            yield Remark(level, f"{row} {said} {checks[row]}")


def summary(parsed: Parsed, today: date) -> str | None:
    """Return one sentence for a log, or None where there is nothing to say."""
    ages = Counter(age_of(checked, today) for checked in _checks(parsed).values())
    told = [
        (len(parsed.faults), "fault", "faults", ""),
        (ages[Age.OLD] + ages[Age.OVERDUE], "row", "rows", " checked over 6 months ago"),
        (ages[Age.UNKNOWN], "row", "rows", " of an age that is not known"),
    ]
    said = [_counted(count, one, other) + of for count, one, other, of in told if count]
    return f"the crisis directory has {', '.join(said)}: see `{COMMAND}`" if said else None


def _checks(parsed: Parsed) -> dict[str, date | None]:
    """Return when each row was checked, by what faults call the row."""
    directory = parsed.directory
    return {
        **{f"country {each.code}": each.checked for each in directory.countries},
        **{f"line {each.id}": each.checked for each in directory.lines},
        **{f"finder {each.id}": each.checked for each in directory.finders},
    }


def _counted(count: int, one: str, other: str) -> str:
    return f"{count} {one if count == 1 else other}"
