"""Lines for people in danger, country by country, as frozen values. No rule and no word of ours.

A number never stands alone: a Line names its country, and only a Country has emergency numbers.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ROUND_THE_CLOCK = "24/7"
"""The one way of writing hours that means day and night. All others are shown as written."""


class Kind(StrEnum):
    """Whom a line is for, or about what."""

    SUICIDE_AND_CRISIS = "suicide-and-crisis"
    EMOTIONAL_SUPPORT = "emotional-support"
    TEXT_LINE = "text-line"
    ADDICTION = "addiction"
    USE_ALONE = "use-alone"
    """Stays on the line with somebody who uses drugs alone. Each server decides if it names one."""
    YOUTH = "youth"
    VETERANS = "veterans"
    LGBTQ = "lgbtq"
    INDIGENOUS = "indigenous"
    DOMESTIC_VIOLENCE = "domestic-violence"


class Confidence(StrEnum):
    """How well a row is backed. What is less than `single` is not in the directory at all."""

    CONFIRMED = "confirmed"
    SINGLE = "single"
    """One source only: shown together with a link to a directory kept by others."""


class FinderKind(StrEnum):
    """What a directory of the whole world lists."""

    HELPLINES = "helplines"
    MEETINGS = "meetings"


class Service(StrEnum):
    """Who comes when an emergency number is called."""

    AMBULANCE = "ambulance"
    FIRE = "fire"
    POLICE = "police"


@dataclass(frozen=True, slots=True)
class Call:
    """A number as dialled in its country; `press` is the key to press once the menu speaks."""

    number: str
    press: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class SendText:
    """A number to text, and the word to send where it wants a certain one."""

    number: str
    keyword: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """The one number in international form."""

    number: str


@dataclass(frozen=True, slots=True)
class Chat:
    """The operator's own page with a chat."""

    url: str


Reach = Call | SendText | WhatsApp | Chat


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """`reaches` is empty where no source says who comes."""

    number: str
    reaches: tuple[Service, ...] = ()
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """`code` is ISO 3166-1 alpha-2. The first emergency number is the one to show first."""

    code: str
    name: str
    names: tuple[str, ...]
    """What people type for it: in its own languages, in others, and short."""
    emergency: tuple[EmergencyNumber, ...]
    note: str | None = None
    source: str | None = None
    checked: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One service. `reach` is never empty; `hours` and `cost` are None where not known."""

    id: str
    country: str
    kind: Kind
    name: str
    reach: tuple[Reach, ...]
    languages: tuple[str, ...]
    source: str
    """The page on which a person can check this row; where `by_server`, it may be a name."""
    checked: date
    confidence: Confidence
    website: str | None = None
    hours: str | None = None
    cost: str | None = None
    note: str | None = None
    by_server: bool = False
    """Whether a server's moderators added or corrected it for their server."""

    @property
    def is_round_the_clock(self) -> bool:
        """Whether a source says, of the whole line, that it answers day and night."""
        return self.hours == ROUND_THE_CLOCK


@dataclass(frozen=True, slots=True)
class Finder:
    """A directory of the whole world: a link, never a number."""

    id: str
    kind: FinderKind
    name: str
    website: str
    checked: date
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """All of it. Countries in the order of their file; each code, and each id, once."""

    countries: tuple[Country, ...]
    lines: tuple[Line, ...]
    finders: tuple[Finder, ...]

    def country(self, code: str) -> Country | None:
        """Return the country with this ISO code, in capitals."""
        return next((each for each in self.countries if each.code == code), None)

    def lines_in(self, country: Country) -> tuple[Line, ...]:
        """Return every line of one country, in the order of the file."""
        return tuple(each for each in self.lines if each.country == country.code)
