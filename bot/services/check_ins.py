"""A member checks in: by button, command or reply. Decides; knows neither Discord nor words."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import Clock
from bot.domain.answers import BARE, Answer, Way, merge
from bot.domain.consent import CONSENT_VERSION, Purpose, Purposes
from bot.domain.ids import ChannelId, GroupId, GuildId, MemberId, MessageId
from bot.domain.keeping import NOT_KEPT, forget_at
from bot.domain.schedule import closes_at, group_day
from bot.services.consents import give
from bot.services.outcomes import (
    Closed,
    ConsentNeeded,
    Counted,
    Form,
    NoGroupHere,
    NotAPrompt,
    Recorded,
    UnknownPrompt,
    WhichGroup,
)
from bot.store import check_ins, erasing, groups, members, prompts, tallies
from bot.store.check_ins import Person, Standing
from bot.store.instants import to_moment, to_seconds
from bot.store.store import Connection, Store

__all__ = [
    "CheckIns",
    "Closed",
    "ConsentNeeded",
    "Counted",
    "Form",
    "NoGroupHere",
    "NotAPrompt",
    "Recorded",
    "UnknownPrompt",
    "WhichGroup",
]

REDRAW_SECONDS = 30
"""The count in a channel is refreshed by the bot itself at most this often."""


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer on its way in. `redraws`: the member's own press shows the new count."""

    answer: Answer
    way: Way
    redraws: bool = False


class CheckIns:
    """The use cases around one answer; each is one read or one write."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def open_by_marker(
        self, marker: str, guild: GuildId, member: MemberId
    ) -> Form | ConsentNeeded | Closed | UnknownPrompt:
        """Say what a press on a prompt's button leads to."""

        def look(conn: Connection, now: datetime) -> Form | ConsentNeeded | Closed | UnknownPrompt:
            asked = prompts.by_marker(conn, marker)
            if asked is None:
                return UnknownPrompt()
            return self._open(conn, self._person(guild, asked.group, asked.day, member), now)

        return await self._store.read(look, self._clock.now())

    async def open_here(
        self, guild: GuildId, channel: ChannelId, member: MemberId
    ) -> Form | ConsentNeeded | Closed | UnknownPrompt | NoGroupHere | WhichGroup:
        """Say what a check-in by command leads to, in the channel's group or the only other."""

        def look(
            conn: Connection, now: datetime
        ) -> Form | ConsentNeeded | Closed | UnknownPrompt | NoGroupHere | WhichGroup:
            group = groups.at(conn, channel)
            if group is None:
                found = groups.of_guild(conn, guild)
                if len(found) != 1:
                    return WhichGroup(found) if found else NoGroupHere()
                group = found[0]
            day = group_day(group.schedule, now)
            return self._open(conn, self._person(guild, group.id, day, member), now)

        return await self._store.read(look, self._clock.now())

    async def agree(
        self, guild: GuildId, group: GroupId, day: date, member: MemberId, purposes: Purposes
    ) -> Form | Counted | Recorded | Closed | UnknownPrompt:
        """Keep what a member says yes to: the first thing that is ever written about them.

        Without a yes to keeping check-ins they are only counted for the day.
        """
        who = self._person(guild, group, day, member)

        def unit(
            conn: Connection, now: datetime
        ) -> Form | Counted | Recorded | Closed | UnknownPrompt:
            # What an erase could not finish must not be mistaken for something they agreed to.
            erasing.obey(conn, self._store.vault)
            found = check_ins.standing(conn, self._store.vault, who)
            refusal = _refusal(found, who, now)
            if found is None or refusal is not None:
                return refusal or UnknownPrompt()
            give(conn, self._store, guild, member, purposes, now)
            if Purpose.CHECK_INS not in purposes and not _consented(found):
                return self._count(conn, who, now)
            return Form(group, day, found.answer)

        return await self._store.write(unit, self._clock.now())

    async def answer(
        self,
        guild: GuildId,
        group: GroupId,
        day: date,
        member: MemberId,
        answer: Answer,
        way: Way,
        *,
        redraws: bool = False,
    ) -> Recorded | Closed | ConsentNeeded | UnknownPrompt:
        """Keep a member's answer of the day; a second one edits the first.

        `redraws`: the caller's own interaction will show the new count in the prompt.
        """

        def unit(
            conn: Connection, now: datetime
        ) -> Recorded | Closed | ConsentNeeded | UnknownPrompt:
            # Hashed here, on the writer's thread: the event loop has everybody else to serve.
            who = self._person(guild, group, day, member)
            return self._record(conn, who, _Told(answer, way, redraws), now)

        return await self._store.write(unit, self._clock.now())

    async def count_only(
        self, guild: GuildId, group: GroupId, day: date, member: MemberId
    ) -> Counted | Recorded | Closed | UnknownPrompt:
        """Count somebody for the day who wants nothing kept."""
        who = self._person(guild, group, day, member)
        return await self._store.write(self._count, who, self._clock.now())

    async def reply(
        self, channel: ChannelId, message: MessageId, member: MemberId
    ) -> Recorded | Counted | Closed | NotAPrompt:
        """Take a reply to a prompt for a check-in. Its words were never handed to us."""
        # Most replies in a server answer something else; those cost a read and no write.
        asked = await self._store.read(prompts.by_message, channel, message)
        if asked is None:
            return NotAPrompt()
        who = self._person(asked.guild, asked.group, asked.day, member)

        def unit(conn: Connection, now: datetime) -> Recorded | Counted | Closed | NotAPrompt:
            outcome = self._record(conn, who, _Told(BARE, "reply"), now)
            if isinstance(outcome, ConsentNeeded):
                counted = self._count(conn, who, now)
                return NotAPrompt() if isinstance(counted, UnknownPrompt) else counted
            return NotAPrompt() if isinstance(outcome, UnknownPrompt) else outcome

        return await self._store.write(unit, self._clock.now())

    def _person(self, guild: GuildId, group: GroupId, day: date, member: MemberId) -> Person:
        return check_ins.person(self._store.keyring, guild, group, day, member)

    def _open(
        self, conn: Connection, who: Person, now: datetime
    ) -> Form | ConsentNeeded | Closed | UnknownPrompt:
        found = check_ins.standing(conn, self._store.vault, who)
        refusal = _refusal(found, who, now)
        if found is None or refusal is not None:
            return refusal or UnknownPrompt()
        if not _consented(found):
            return ConsentNeeded(who.group, who.day)
        return Form(who.group, who.day, found.answer)

    def _record(
        self, conn: Connection, who: Person, told: _Told, now: datetime
    ) -> Recorded | Closed | ConsentNeeded | UnknownPrompt:
        found = check_ins.standing(conn, self._store.vault, who)
        refusal = _refusal(found, who, now)
        if found is None or refusal is not None:
            return refusal or UnknownPrompt()
        if not _consented(found):
            return ConsentNeeded(who.group, who.day)
        first = found.first_at is None
        answer = BARE if found.keep_days == NOT_KEPT else merge(found.answer, told.answer)
        if first or answer != found.answer:
            check_ins.keep(conn, self._store.vault, who, answer, told.way, to_seconds(now))
        if first:
            _forget_later(conn, who, found, now)
        if found.tallied:
            tallies.uncount(conn, who.group, who.day.isoformat(), who.tally)
        # The write lock is ours, so nobody else can have changed the count since it was read.
        total = found.total + first - found.tallied
        _show(conn, found, total, now, redraws=told.redraws)
        kept = told.answer in (BARE, answer)
        return Recorded(who.day, first=first, total=total, language=found.language, kept=kept)

    def _count(
        self, conn: Connection, who: Person, now: datetime
    ) -> Counted | Recorded | Closed | UnknownPrompt:
        found = check_ins.standing(conn, self._store.vault, who)
        refusal = _refusal(found, who, now)
        if found is None or refusal is not None:
            return refusal or UnknownPrompt()
        if found.first_at is not None:
            return Recorded(who.day, first=False, total=found.total, language=found.language)
        first = not found.tallied
        if first:
            forget_at = to_seconds(_closing(found, who.day))
            tallies.count(conn, who.group, who.day.isoformat(), who.tally, forget_at)
        total = found.total + first
        _show(conn, found, total, now, redraws=False)
        return Counted(who.day, first=first, total=total)


def _consented(found: Standing) -> bool:
    return found.consent is not None and found.consent >= CONSENT_VERSION


def _closing(found: Standing, day: date) -> datetime:
    if found.prompt is not None:
        return to_moment(found.prompt.closes_at)
    return closes_at(found.schedule.zone, day)


def _refusal(found: Standing | None, who: Person, now: datetime) -> Closed | UnknownPrompt | None:
    """Return why a day takes no answer, None where it does."""
    if found is None:
        return UnknownPrompt()
    if now >= _closing(found, who.day):
        return Closed(who.day)
    if found.prompt is None and who.day > group_day(found.schedule, now):
        return UnknownPrompt()  # a day to come: nobody was ever handed a form for it
    return None


def _forget_later(conn: Connection, who: Person, found: Standing, now: datetime) -> None:
    """See that a new check-in is forgotten in its time, if nothing of theirs is due before."""
    moment = to_seconds(forget_at(found.keep_days, now, _closing(found, who.day)))
    if found.forget_at is None or moment < found.forget_at:
        members.set_forget_at(conn, who.guild, who.member, moment)


def _show(conn: Connection, found: Standing, total: int, now: datetime, *, redraws: bool) -> None:
    """See that the channel comes to show a changed count, at most every so often."""
    prompt = found.prompt
    if prompt is None or (total == found.total and not redraws):
        return
    moment = to_seconds(now)
    if redraws:
        prompts.drawn(conn, prompt.marker, total, moment, again=None)
    elif prompt.redraw_at is None:
        prompts.redraw_at(conn, prompt.id, max(moment, (prompt.drawn_at or 0) + REDRAW_SECONDS))
