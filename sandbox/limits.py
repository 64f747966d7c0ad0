"""Rate limits, told in headers before they bite. Windows run on real time, as waits do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal

Profile = Literal["fast", "real"]

_PLENTY: Final = (1_000_000, 1.0)
_REAL: Final[dict[tuple[str, str], tuple[str, int, float]]] = {
    ("POST", "/channels/{channel_id}/messages"): ("messages", 5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): ("edits", 5, 5.0),
    ("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"): (
        "reactions",
        1,
        0.25,
    ),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"): (
        "reactions",
        1,
        0.25,
    ),
    ("PATCH", "/channels/{channel_id}"): ("channel", 2, 600.0),
}
GLOBAL_PER_SECOND: Final = 50


@dataclass(slots=True)
class _Window:
    ends: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Headers for the answer, and how long to wait when there is none yet."""

    headers: dict[str, str]
    retry_after: float | None = None
    everywhere: bool = False


@dataclass(slots=True)
class Limits:
    """One bot's budget. `monotonic` is the event loop's clock, `wall` sandbox seconds."""

    profile: Profile
    monotonic: Callable[[], float]
    wall: Callable[[], float]
    _windows: dict[tuple[str, int], _Window] = field(default_factory=dict)
    _second: _Window = field(default_factory=lambda: _Window(0.0))

    def take(self, method: str, template: str, major: int, *, counted: bool) -> Verdict:
        """Count one request; `counted` says whether the limit of 50 a second includes it."""
        now = self.monotonic()
        bucket, limit, span = f"{method} {template}", *_PLENTY
        if self.profile == "real":
            if counted and (wait := self._everywhere(now)) is not None:
                return Verdict({"X-RateLimit-Global": "true"}, wait, everywhere=True)
            if real := _REAL.get((method, template)):
                bucket, limit, span = real
        else:
            return Verdict(self._headers(bucket, limit, limit - 1, span))
        window = self._windows.get((bucket, major))
        if window is None or now >= window.ends:
            window = self._windows[bucket, major] = _Window(now + span)
            self._forget(now)
        left = window.ends - now
        if window.used >= limit:
            return Verdict(self._headers(bucket, limit, 0, left), left)
        window.used += 1
        return Verdict(self._headers(bucket, limit, limit - window.used, left))

    def _everywhere(self, now: float) -> float | None:
        if now >= self._second.ends:
            self._second = _Window(now + 1.0)
        if self._second.used >= GLOBAL_PER_SECOND:
            return self._second.ends - now
        self._second.used += 1
        return None

    def _forget(self, now: float) -> None:
        if len(self._windows) > 20_000:
            self._windows = {key: one for key, one in self._windows.items() if one.ends > now}

    def _headers(self, bucket: str, limit: int, remaining: int, left: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{self.wall() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": f"{hash_of(bucket):016x}",
        }


@cache
def hash_of(bucket: str) -> int:
    """A short name for a bucket, the same in every process."""
    value = 14695981039346656037
    for byte in bucket.encode():
        value = (value ^ byte) * 1099511628211 & 0xFFFFFFFFFFFFFFFF
    return value
