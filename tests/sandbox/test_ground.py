"""Clock, snowflakes and rate windows, without any network."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import MovableClock
from sandbox.faults import CATALOGUE, Faults
from sandbox.ids import Snowflakes, moment_of, snowflake_at
from sandbox.limits import GLOBAL_PER_SECOND, Limits

START = datetime(2026, 8, 6, tzinfo=UTC)
SEND = ("POST", "/channels/{channel_id}/messages")


def test_the_clock_stands_still_until_it_is_moved() -> None:
    clock = MovableClock(START)
    clock.advance(timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)
    clock.set(START)
    assert clock.now() == START


def test_the_clock_can_count_seconds_it_is_told() -> None:
    seconds = [100.0]
    clock = MovableClock(START, elapsed=lambda: seconds[0])
    seconds[0] = 103.0
    assert clock.now() == START + timedelta(seconds=3)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        MovableClock(datetime(2026, 8, 6))  # noqa: DTZ001 - that is the point


def test_snowflakes_carry_the_time_and_never_go_back() -> None:
    clock = MovableClock(START)
    ids = Snowflakes(clock)
    first = next(ids)
    assert moment_of(first) == START
    clock.advance(timedelta(hours=-1))
    assert next(ids) == first + 1
    clock.advance(timedelta(hours=2))
    assert next(ids) == snowflake_at(START + timedelta(hours=1))


def limits() -> tuple[Limits, list[float]]:
    now = [0.0]
    return Limits("real", lambda: now[0], lambda: 0.0), now


def test_five_messages_in_five_seconds_then_a_wait() -> None:
    real, now = limits()
    told = [real.take(*SEND, 1, counted=True) for _ in range(5)]
    assert [one.headers["X-RateLimit-Remaining"] for one in told] == ["4", "3", "2", "1", "0"]
    now[0] = 2.0
    assert real.take(*SEND, 1, counted=True).retry_after == 3.0
    assert real.take(*SEND, 2, counted=True).retry_after is None
    now[0] = 5.0
    assert real.take(*SEND, 1, counted=True).retry_after is None


def test_fifty_requests_a_second_and_interactions_beside_them() -> None:
    real, now = limits()
    for channel in range(GLOBAL_PER_SECOND):
        assert real.take(*SEND, channel, counted=True).retry_after is None
    refused = real.take(*SEND, 999, counted=True)
    assert refused.everywhere
    assert refused.retry_after == 1.0
    answer = ("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
    assert real.take(*answer, 0, counted=False).retry_after is None
    now[0] = 1.0
    assert real.take(*SEND, 999, counted=True).retry_after is None


def test_a_fault_strikes_as_often_as_it_was_armed_and_only_there() -> None:
    faults = Faults()
    faults.arm("status-502", times=2, route="/messages")
    assert faults.take("status-502", "GET /users/@me") is None
    assert faults.take("status-502", "POST /channels/{channel_id}/messages")
    assert faults.take("status-502", "POST /channels/{channel_id}/messages")
    assert faults.take("status-502", "POST /channels/{channel_id}/messages") is None


def test_every_fault_has_words_and_unknown_ones_are_refused() -> None:
    assert all(words[0].isupper() for _, words in CATALOGUE)
    with pytest.raises(ValueError, match="no fault named"):
        Faults().arm("weather")
