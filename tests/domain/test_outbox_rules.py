"""What follows what in the life of an outbox row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ChannelId, GroupId, GuildId, MessageId
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
    Sent,
    State,
    Unknown,
    Unreadable,
    prompt_key,
)
from bot.domain.outbox_rules import (
    LAST_LOOK,
    QUIET,
    SAME_NONCE,
    after_history,
    after_post,
    next_step,
    search_from,
)

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MESSAGE = MessageId(5)
PLANNED = OutboxRow(
    key=prompt_key(GuildId(1), GroupId(3), date(2026, 3, 2)),
    kind="prompt",
    guild=GuildId(1),
    channel=ChannelId(2),
    group=GroupId(3),
    day=date(2026, 3, 2),
    due_at=NINE,
    expires_at=NOON,
    state="PLANNED",
)
SENDING = replace(PLANNED, state="SENDING", first_try=NINE, last_try=NINE, tries=1)
DOUBTFUL = replace(SENDING, doubtful=True, tries=2)
RECONCILE = replace(DOUBTFUL, state="RECONCILE")
second = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("row", "now", "step"),
    [
        (PLANNED, NINE - second, None),
        (PLANNED, NINE, Change("SENDING")),
        (PLANNED, NOON - second, Change("SENDING")),
        (PLANNED, NOON, Change("SKIPPED", why="late")),
        (replace(PLANNED, not_before=NINE + 5 * second), NINE, None),
        (replace(PLANNED, not_before=NINE + 5 * second), NINE + 5 * second, Change("SENDING")),
        (SENDING, NINE + SAME_NONCE, Change("SENDING", doubtful=True)),
        (
            SENDING,
            NINE + SAME_NONCE + second,
            Change("RECONCILE", NINE + SAME_NONCE + second + QUIET, doubtful=True),
        ),
        # a clock that went back proves nothing about Discord's memory
        (SENDING, NINE - second, Change("RECONCILE", NINE - second + QUIET, doubtful=True)),
        # too late to post again, but what became of it can still be found out
        (SENDING, NOON, Change("RECONCILE", NOON + QUIET, doubtful=True)),
        (RECONCILE, NINE, Change("RECONCILE", doubtful=True)),
        (replace(RECONCILE, not_before=NINE + second), NINE, None),
        *((replace(SENDING, state=state), NOON, None) for state in ("SENT", "SKIPPED", "DEAD")),
    ],
)
def test_a_row_nobody_works_on_gets_its_next_step(
    row: OutboxRow, now: datetime, step: Change | None
) -> None:
    assert next_step(row, now) == step


@pytest.mark.parametrize(
    ("row", "outcome", "change"),
    [
        (SENDING, Sent(MESSAGE), Change("SENT", message=MESSAGE)),
        (DOUBTFUL, Sent(MESSAGE), Change("SENT", message=MESSAGE)),
        (SENDING, RemovedByAPerson(), Change("SENT", why="removed by a person")),
        (
            SENDING,
            Refused(403, 50013),
            Change("DEAD", why="refused: 403/50013", rests="no-permission"),
        ),
        (
            SENDING,
            Refused(403, 50001),
            Change("DEAD", why="refused: 403/50001", rests="no-permission"),
        ),
        (
            SENDING,
            Refused(404, 10003),
            Change("DEAD", why="refused: 404/10003", rests="channel-gone"),
        ),
        (SENDING, Refused(400, 50035), Change("DEAD", why="refused: 400/50035")),
        (SENDING, Refused(400, 200000), Change("DEAD", why="refused: 400/200000")),
        (SENDING, Refused(429, 0), Change("PLANNED", NINE + 30 * second, why="refused: 429/0")),
        (
            SENDING,
            Refused(429, 0, timedelta(minutes=3)),
            Change("PLANNED", NINE + timedelta(minutes=3), why="refused: 429/0"),
        ),
        (SENDING, Refused(401, 0), Change("PLANNED", NINE + 30 * second, why="refused: 401/0")),
        (DOUBTFUL, Refused(403, 50013), Change("RECONCILE", NINE + QUIET, doubtful=True)),
        (SENDING, Unknown("TimeoutError"), Change("SENDING", NINE + 2 * second, doubtful=True)),
    ],
)
def test_what_comes_of_a_post(row: OutboxRow, outcome: PostOutcome, change: Change) -> None:
    assert after_post(row, outcome, NINE) == change


def test_an_unknown_outcome_past_discords_memory_is_looked_up() -> None:
    now = NINE + SAME_NONCE
    assert after_post(SENDING, Unknown("x"), now) == Change("RECONCILE", now + QUIET, doubtful=True)


@pytest.mark.parametrize(
    ("outcome", "now", "change"),
    [
        (Found(MESSAGE), NINE, Change("SENT", message=MESSAGE, why="found in history")),
        (Found(MESSAGE), NOON, Change("SENT", message=MESSAGE, why="found in history")),
        (NotFound(), NINE, Change("SENDING")),
        (NotFound(), NOON, Change("SKIPPED", why="late")),
        (Unreadable("no-permission"), NINE, Change("SKIPPED", why="unreadable: no-permission")),
        (AskLater("x"), NINE, Change("RECONCILE", NINE + 30 * second, doubtful=True)),
        (AskLater("x"), NOON, Change("RECONCILE", NOON + 30 * second, doubtful=True)),
        (
            AskLater("x"),
            NOON + LAST_LOOK,
            Change("SKIPPED", why="late, and history never answered"),
        ),
    ],
)
def test_what_history_says(outcome: HistoryOutcome, now: datetime, change: Change) -> None:
    assert after_history(RECONCILE, outcome, now) == change


def test_the_search_begins_well_before_the_first_try() -> None:
    assert search_from(SENDING) <= NINE - timedelta(seconds=60)


MOMENTS = st.integers(-3600, 5 * 3600).map(lambda seconds: NINE + seconds * second)
ROWS = st.builds(
    replace,
    st.just(SENDING),
    first_try=MOMENTS,
    tries=st.integers(1, 200),
    doubtful=st.booleans(),
)
POSTS: st.SearchStrategy[PostOutcome] = st.one_of(
    st.just(Sent(MESSAGE)),
    st.just(RemovedByAPerson()),
    st.just(Unknown("x")),
    st.builds(
        Refused, st.sampled_from([400, 401, 403, 404, 413, 429]), st.sampled_from([0, 50013, 10003])
    ),
)


@given(ROWS, POSTS, MOMENTS)
def test_a_message_that_may_exist_is_never_forgotten(
    row: OutboxRow, outcome: PostOutcome, now: datetime
) -> None:
    """After doubt only Discord's own word, or a look at history, ends a row."""
    change = after_post(row, outcome, now)
    may_exist = row.doubtful or isinstance(outcome, Unknown)
    if may_exist and not isinstance(outcome, Sent | RemovedByAPerson):
        assert change.state in ("SENDING", "RECONCILE")
        assert change.doubtful
        assert change.not_before is not None
        assert change.not_before > now


@given(ROWS, MOMENTS)
def test_nothing_is_posted_again_blindly_after_a_minute(row: OutboxRow, now: datetime) -> None:
    step = next_step(row, now)
    assert row.first_try is not None
    if step is not None and step.state == "SENDING":
        assert timedelta() <= now - row.first_try <= SAME_NONCE
        assert now < row.expires_at


@given(ROWS, st.sampled_from(["PLANNED", "SENDING", "RECONCILE"]), MOMENTS)
def test_an_end_always_has_a_reason(row: OutboxRow, state: State, now: datetime) -> None:
    step = next_step(replace(row, state=state), now)
    if step is not None and step.state in ("SKIPPED", "DEAD"):
        assert step.why
