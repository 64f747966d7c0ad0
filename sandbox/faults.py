"""Things to break, each by name. Armed here; REST and gateway ask before they act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

CATALOGUE: Final[tuple[tuple[str, str], ...]] = (
    ("rate-limit", "Answer 429: this route is being rate limited"),
    ("global-rate-limit", "Answer 429: the bot as a whole is being rate limited"),
    ("cloudflare", "Answer 429 with a web page: blocked before Discord is reached"),
    ("status-500", "Answer 500: an error inside Discord, nothing was done"),
    ("status-502", "Answer 502: Discord cannot be reached, nothing was done"),
    ("status-503", "Answer 503: Discord is unavailable, nothing was done"),
    ("lost-answer", "Do the work, then cut the connection before the answer"),
    ("torn-body", "Do the work, then send only half of the answer"),
    ("html-200", "Do the work, then answer with a web page"),
    ("slow", "Wait a while before doing the work"),
    ("missing-permission", "Answer 403: the bot lacks a permission"),
    ("closed-dms", "Answer 403: this person takes no direct messages"),
    ("unauthorized", "Answer 401: the token has been reset"),
    ("gateway-drop", "Close the gateway connection"),
    ("gateway-abort", "Cut the gateway connection without a word"),
    ("reconnect", "Ask the bot to reconnect to the gateway"),
    ("refused-resume", "Refuse to resume the next session, so that it starts anew"),
    ("invalid-session", "Refuse the next new session"),
    ("duplicate-events", "Deliver the next event twice"),
    ("delayed-events", "Deliver the next event late"),
    ("lost-heartbeat-ack", "Leave the next heartbeat unanswered"),
)
_NAMES: Final = frozenset(name for name, _ in CATALOGUE)


@dataclass(slots=True)
class Armed:
    """A fault that waits for its occasion."""

    name: str
    left: int
    route: str | None
    """Part of `POST /channels/{channel_id}/messages` or of the path itself; None is any."""
    retry_after: float
    scope: str
    code: int
    seconds: float
    event: str | None


class Faults:
    """The switches. `rest` and `gateway` faults fire once for each of their `times`."""

    def __init__(self) -> None:
        self.armed: list[Armed] = []
        self.on_arm: list[Callable[[], None]] = []
        """Called after arming, for faults that need no occasion (gateway-drop and its kin)."""

    def arm(
        self,
        name: str,
        times: int = 1,
        route: str | None = None,
        *,
        retry_after: float = 0.5,
        scope: str = "user",
        code: int = 4000,
        seconds: float = 0.5,
        event: str | None = None,
    ) -> Armed:
        """Let `name` happen the next `times`; `event` narrows the faults of events to one kind."""
        if name not in _NAMES:
            raise ValueError(f"there is no fault named {name!r}")
        fault = Armed(name, times, route, retry_after, scope, code, seconds, event)
        self.armed.append(fault)
        for each in self.on_arm:
            each()
        return fault

    def clear(self) -> None:
        """Mend everything."""
        self.armed.clear()

    def take(self, name: str, *places: str) -> Armed | None:
        """Use up one occurrence of `name` if it is armed for one of these places."""
        if not self.armed:
            return None
        for fault in self.armed:
            if fault.name != name:
                continue
            wanted = fault.route or fault.event
            if wanted is None or any(wanted in place for place in places):
                fault.left -= 1
                if fault.left <= 0:
                    self.armed.remove(fault)
                return fault
        return None
