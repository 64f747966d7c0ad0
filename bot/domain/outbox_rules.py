"""What follows what in the life of an outbox row. Pure: a row, an outcome and the moment go in.

PLANNED -> SENDING -> SENT | RECONCILE | SKIPPED | DEAD, as tabled in docs/delivery.md.
"""

from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.outbox import (
    AskLater,
    Change,
    Found,
    HistoryOutcome,
    NotFound,
    OutboxRow,
    PostOutcome,
    Refused,
    RemovedByAPerson,
    Resting,
    Sent,
    Unknown,
    Unreadable,
)

SAME_NONCE = timedelta(seconds=60)
"""How long after its first try a row may be posted again without looking: Discord remembers a nonce
for "a few minutes" and answers with the message it already has."""

QUIET = timedelta(seconds=15)
"""How long after the last request ended history is read: it has caught up by then."""

HISTORY_SLACK = timedelta(minutes=10)
"""How much earlier than the first try the search begins: our clock and Discord's may differ."""

ASK_AGAIN = timedelta(seconds=30)
LONGEST_BACKOFF = timedelta(minutes=10)

LAST_LOOK = timedelta(hours=1)
"""How long after its expiry a doubtful row is still looked for, to say what became of it."""

# What ends a row and puts its group to rest until somebody sets it up again.
_RESTS: dict[int, Resting] = {
    50001: "no-permission",  # Missing Access
    50013: "no-permission",  # Missing Permissions
    10003: "channel-gone",  # Unknown Channel
}


def next_step(row: OutboxRow, now: datetime) -> Change | None:
    """Return what a row that nobody is working on needs, or None while it must wait.

    SENDING means: post it now (again). RECONCILE without a wait: read history now. Anything else is
    an end.
    """
    if row.not_before is not None and now < row.not_before:
        return None
    late = now >= row.expires_at
    match row.state:
        case "PLANNED" if now >= row.due_at:
            return _skipped("late") if late else Change("SENDING")
        case "SENDING" if _nonce_holds(row, now) and not late:
            return Change("SENDING", doubtful=True)
        case "SENDING":
            # An attempt was begun, and nobody here knows how it ended or when.
            return Change("RECONCILE", not_before=now + QUIET, doubtful=True)
        case "RECONCILE":
            return Change("RECONCILE", doubtful=True)
        case "PLANNED" | "SENT" | "SKIPPED" | "DEAD":
            return None
        case _:
            assert_never(row.state)


def after_post(row: OutboxRow, outcome: PostOutcome, now: datetime) -> Change:
    """Return what becomes of a SENDING row when its POST has ended."""
    match outcome:
        case Sent(message):
            return Change("SENT", message=message)
        case RemovedByAPerson():
            return Change("SENT", why="removed by a person")
        case Unknown():
            return _doubtful(row, now)
        case Refused() if row.doubtful:
            # this attempt was not posted, but an earlier one may have been
            return Change("RECONCILE", not_before=now + QUIET, doubtful=True)
        case Refused(status, code, again_after):
            why = f"refused: {status}/{code}"
            if code and status not in (401, 429):
                return Change("DEAD", why=why, rests=_RESTS.get(code))
            wait = again_after if again_after is not None else _backoff(row.tries)
            return Change("PLANNED", not_before=now + wait, why=why)
        case _:
            assert_never(outcome)


def after_history(row: OutboxRow, outcome: HistoryOutcome, now: datetime) -> Change:
    """Return what becomes of a RECONCILE row when history has been asked for."""
    match outcome:
        case Found(message):
            return Change("SENT", message=message, why="found in history")
        case NotFound() if now >= row.expires_at:
            return _skipped("late")
        case NotFound():
            # Not posted so far: once more, with the same nonce. A refusal now is the whole story.
            return Change("SENDING")
        case Unreadable(why):
            return _skipped(f"unreadable: {why}")
        case AskLater() if now >= row.expires_at + LAST_LOOK:
            return _skipped("late, and history never answered")
        case AskLater():
            return Change("RECONCILE", not_before=now + ASK_AGAIN, doubtful=True)
        case _:
            assert_never(outcome)


def search_from(row: OutboxRow) -> datetime:
    """Return the moment from which the channel's history is searched for this row."""
    return (row.first_try or row.due_at) - HISTORY_SLACK


def _doubtful(row: OutboxRow, now: datetime) -> Change:
    soon = now + timedelta(seconds=2 * row.tries)
    if _nonce_holds(row, soon):
        return Change("SENDING", not_before=soon, doubtful=True)
    wait = min(max(QUIET, timedelta(seconds=5 * row.tries)), LONGEST_BACKOFF)
    return Change("RECONCILE", not_before=now + wait, doubtful=True)


def _nonce_holds(row: OutboxRow, now: datetime) -> bool:
    """Tell whether Discord surely still knows our nonce. A clock that went back proves nothing."""
    return row.first_try is not None and timedelta() <= now - row.first_try <= SAME_NONCE


def _backoff(tries: int) -> timedelta:
    return min(timedelta(seconds=15 << min(tries, 8)), LONGEST_BACKOFF)


def _skipped(why: str) -> Change:
    return Change("SKIPPED", why=why)
