"""All that is kept about one member, opened for that member alone. Pure values."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.answers import Answer, Way
from bot.domain.consent import Purpose
from bot.domain.ids import ChannelId, GuildId, MemberId


@dataclass(frozen=True, slots=True)
class KeptConsent:
    """The yes to one purpose, in a version of the consent card."""

    purpose: Purpose
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptMember:
    """What a member decided about keeping, and what is needed to notice that they have left.

    `person` is None where its lock cannot be opened any more. `keep_days` 0: answers are not kept.
    """

    person: MemberId | None
    keep_days: int
    forget_at: datetime | None
    forgotten: int
    look_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptCheckIn:
    """One check-in. `answer` is None where its lock cannot be opened any more."""

    channel: ChannelId
    zone: str
    day: date
    way: Way
    answer: Answer | None
    at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptTally:
    """Being counted for one day without consent, until that day ends."""

    channel: ChannelId
    day: date
    forget_at: datetime


@dataclass(frozen=True, slots=True)
class KeptCountry:
    """The country of the crisis card, by its ISO code; None where it cannot be opened any more."""

    country: str | None


@dataclass(frozen=True, slots=True)
class KeptOffer:
    """The yes to being sent the crisis card when others ask, and until when none is sent again."""

    version: int
    at: datetime
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Export:
    """Every row about the member in one server, named like the tables they come from."""

    guild: GuildId
    written_at: datetime
    consents: tuple[KeptConsent, ...]
    members: tuple[KeptMember, ...]
    check_ins: tuple[KeptCheckIn, ...]
    tallies: tuple[KeptTally, ...]
    crisis_choices: tuple[KeptCountry, ...] = ()
    crisis_offers: tuple[KeptOffer, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the server keeps nothing about the member."""
        return not (
            self.consents
            or self.members
            or self.check_ins
            or self.tallies
            or self.crisis_choices
            or self.crisis_offers
        )


@dataclass(frozen=True, slots=True)
class ExportEverywhere:
    """An export of each server that keeps anything about somebody."""

    written_at: datetime
    servers: tuple[Export, ...]
