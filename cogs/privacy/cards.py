"""What a member reads about what is kept, and about erasing it. Pure; nothing is sent here.

The cards about choosing are in choice_cards.py, all buttons in views.py.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.ids import OUTSIDE
from bot.domain.keeping import AFTER_LEAVING, NOT_KEPT
from bot.services.privacy import Erased, HeldIn, Holdings
from bot.text import Speech
from bot.text.dates import spoken_date
from cogs.consent_card import named


def held_text(say: Speech, held: Holdings) -> str:
    """Return what is kept about the reader in this server, and who can see it."""
    if held.is_empty:
        return f"{say('privacy.nothing')}\n{say('privacy.beforehand')}"
    lines = [say("privacy.title"), *_check_ins(say, held), *_member(say, held)]
    if held.counted:
        lines.append(say("privacy.counted"))
    if held.has_country:
        lines.append(say("privacy.country"))
    if held.takes_offers:
        lines.append(say("privacy.offer"))
    return "\n".join([*lines, "", *_who(say), say("privacy.elsewhere")])


def everywhere_text(say: Speech, every: Sequence[HeldIn]) -> str:
    """Return what is kept about the reader in all servers together."""
    if not every:
        return say("everywhere.nothing")
    lines = [say("everywhere.title")]
    if servers := _servers(every):
        lines.append(say("everywhere.servers", count=servers))
    days = [each.held.oldest for each in every if each.held.oldest is not None]
    lines.append(_counted(say, sum(each.held.check_ins for each in every), min(days, default=None)))
    if days:
        lines.append(say("privacy.each"))
    if any(each.held.is_member for each in every):
        lines.append(say("everywhere.held"))
    if any(each.held.counted for each in every):
        lines.append(say("everywhere.counted"))
    if any(each.held.has_country for each in every):
        lines.append(say("privacy.country"))
    if any(each.held.takes_offers for each in every):
        lines.append(say("everywhere.offer"))
    return "\n".join([*lines, "", *_who(say), say("everywhere.choices")])


def sure_text(say: Speech, held: Holdings) -> str:
    """Return the one question before a server's rows are erased: it names all that goes."""
    lines = [say("privacy.sure")]
    if held.check_ins:
        lines.append(say("privacy.sure_check_ins", count=held.check_ins))
    if held.is_member:
        lines.append(say("privacy.sure_member"))
    if held.counted:
        lines.append(say("privacy.sure_counted"))
    if held.has_country:
        lines.append(say("privacy.sure_country"))
    if held.takes_offers:
        lines.append(say("privacy.sure_offer"))
    return "\n".join([*lines, say("privacy.sure_end")])


def sure_everywhere_text(say: Speech, every: Sequence[HeldIn]) -> str:
    """Return the one question before everything is erased."""
    lines = [say("everywhere.sure_title")]
    if check_ins := sum(each.held.check_ins for each in every):
        lines.append(say("privacy.sure_check_ins", count=check_ins))
    if servers := _servers(every):
        lines.append(say("everywhere.sure", count=servers))
    if any(each.held.has_country for each in every):
        lines.append(say("privacy.sure_country"))
    if any(each.held.takes_offers for each in every):
        lines.append(say("privacy.sure_offer"))
    return "\n".join([*lines, say("privacy.sure_end")])


def erased_text(say: Speech, erased: Erased) -> str:
    """Return what a member reads when it is gone, and only then: also what remains."""
    if erased.check_ins == 0:
        return f"{say('privacy.erased_mark')}\n{say('privacy.remains')}"
    return f"{say('privacy.erased', count=erased.check_ins)}\n{say('privacy.remains')}"


def erased_everywhere_text(say: Speech, erased: Erased) -> str:
    """Return the same for all servers."""
    if erased.servers == 0 and not erased.outside:
        return say("everywhere.nothing")
    if erased.servers == 0:
        return f"{say('everywhere.erased_outside')}\n{say('privacy.remains')}"
    return f"{say('everywhere.erased', count=erased.servers)}\n{say('privacy.remains')}"


def _servers(every: Sequence[HeldIn]) -> int:
    return sum(each.guild != OUTSIDE for each in every)


def _check_ins(say: Speech, held: Holdings) -> Iterator[str]:
    if held.check_ins or held.is_member:
        yield _counted(say, held.check_ins, held.oldest)
    if held.check_ins:
        yield say("privacy.each")
    if not held.is_member:
        return
    if held.keep_days == NOT_KEPT:
        yield say("privacy.not_kept")
    else:
        yield say("privacy.kept_for", count=held.keep_days)
    if held.forgotten:
        yield say("privacy.forgotten", count=held.forgotten)


def _member(say: Speech, held: Holdings) -> Iterator[str]:
    if not held.is_member:
        return
    if held.purposes:
        yield say("privacy.yes", purposes=named(say, held.purposes))
    else:
        yield say("privacy.no_yes")
    yield say("privacy.person", days=AFTER_LEAVING.days)


def _counted(say: Speech, count: int, oldest: date | None) -> str:
    if oldest is None:
        return say("privacy.no_check_ins")
    return say("privacy.check_ins", count=count, date=f"{spoken_date(say, oldest)} {oldest.year}")


def _who(say: Speech) -> tuple[str, ...]:
    return (
        say("privacy.who"),
        say("privacy.who_you"),
        say("privacy.who_channel"),
        say("privacy.who_moderators"),
        say("privacy.who_discord"),
        say("privacy.who_host"),
    )
