"""The outbox as a use case: take a row, say what came of it. Each is one write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bot.clock import Clock
from bot.domain.ids import ChannelId
from bot.domain.outbox import Change, HistoryOutcome, OutboxRow, PostOutcome
from bot.domain.outbox_rules import after_history, after_post, next_step
from bot.store import outbox
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Posting:
    """A row in somebody's hands, with what is needed to write its message."""

    row: OutboxRow
    marker: str
    """24 hex characters: the nonce of the POST, and `p:<marker>` is the button's custom_id."""
    language: str
    total: int = 0
    """How many have answered so far, as the message will say."""

    @property
    def day(self) -> date:
        return self.row.day


class Outbox:
    """Rows to be posted. `owner` names this run of the process."""

    def __init__(self, store: Store, clock: Clock, owner: str) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner

    async def recover(self) -> None:
        """Take over what an earlier run left behind. This process holds the data folder alone."""
        await self._store.write(outbox.release_all)

    async def waiting(self, most: int) -> Sequence[tuple[str, ChannelId]]:
        """Return key and channel of the rows that may need something now. Read only."""
        return await self._store.read(outbox.waiting, self._clock.now(), most)

    async def take(self, key: str) -> Posting | None:
        """Claim a row: SENDING is to be posted now, RECONCILE to be looked for in history.

        None where there is nothing to do: it waits, it is too late, or somebody else has it.
        """

        def unit(conn: Connection, now: datetime) -> Posting | None:
            row = outbox.find(conn, key)
            if row is None or outbox.is_leased(row, now):
                return None
            step = next_step(row, now)
            return None if step is None else self._write(conn, row, step, now)

        return await self._store.write(unit, self._clock.now())

    async def posted(self, posting: Posting, outcome: PostOutcome) -> None:
        """Write down what came of a POST."""
        await self._settle(posting, lambda row, now: after_post(row, outcome, now))

    async def searched(self, posting: Posting, outcome: HistoryOutcome) -> Posting | None:
        """Write down what history said; return the row again where it is to be posted at once."""
        return await self._settle(posting, lambda row, now: after_history(row, outcome, now))

    async def _settle(
        self, posting: Posting, rule: Callable[[OutboxRow, datetime], Change]
    ) -> Posting | None:
        def unit(conn: Connection, now: datetime) -> Posting | None:
            return self._write(conn, posting.row, rule(posting.row, now), now)

        return await self._store.write(unit, self._clock.now())

    def _write(
        self, conn: Connection, row: OutboxRow, step: Change, now: datetime
    ) -> Posting | None:
        new = outbox.change(conn, row, step, now, self._owner)
        if new is None or not step.begins:
            return None
        return Posting(
            row=new,
            marker=self._store.keyring.nonce(new.key),
            language=outbox.language_of(conn, new.group),
        )
