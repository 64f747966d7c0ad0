"""The vault: what a member wrote is sealed with a key of that member's own, made when they agreed.

Whoever erases a member destroys the key first: what is sealed in any copy of the database can then
never be opened again. Used on the store's own threads, inside its units.
"""

import hmac
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.store.errors import SealBroken
from bot.store.host_key import HostKey
from bot.store.keys_file import Hashed, KeysFile, Tombstone

KEY_BYTES = 32
REMEMBERED = 1024
"""How many members' keys stay unwrapped in memory."""

_VERSION = b"\x02"
_MARK = slice(1, 5)
_NONCE = slice(5, 17)
_BODY = slice(17, None)


class _MemberKey(NamedTuple):
    mark: bytes
    """Tells a later key of the same member from an earlier one."""
    cipher: AESGCM


class Vault:
    """Members' keys over an open keys.db."""

    def __init__(self, keys: KeysFile, host_key: HostKey) -> None:
        self.keys = keys
        self._host_key = host_key
        self._random_bytes = host_key.random_bytes
        self._unwrapped: OrderedDict[bytes, _MemberKey] = OrderedDict()

    def make(self, *members: bytes) -> None:
        """See that each member has a key. It is durable before anything sealed with it is."""
        with self.keys.lock:
            new = [member for member in members if self._find(member) is None]
            if new:
                wrap, number = self._host_key.wrap, self._host_key.number
                self.keys.add(
                    [(each, wrap(self._random_bytes(KEY_BYTES), each), number) for each in new]
                )

    def holds(self, member: bytes) -> bool:
        """Tell whether a member has a key."""
        return self._find(member) is not None

    def seal(self, member: bytes, plain: bytes, row: str) -> bytes:
        """Return `plain` sealed so that it opens for this member in `row` and nowhere else."""
        found = self._find(member)
        if found is None:
            raise SealBroken("no key")
        nonce = self._random_bytes(12)
        sealed = found.cipher.encrypt(nonce, plain, row.encode())
        return b"".join((_VERSION, found.mark, nonce, sealed))

    def open(self, member: bytes, sealed: bytes, row: str) -> bytes | None:
        """Return what was sealed in `row`, None where the key it was sealed with is gone."""
        if sealed[:1] != _VERSION:
            raise SealBroken(row.partition("|")[0])
        found = self._find(member)
        if found is None or sealed[_MARK] != found.mark:
            return None
        try:
            return found.cipher.decrypt(sealed[_NONCE], sealed[_BODY], row.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(row.partition("|")[0]) from error

    def shred(self, people: Sequence[Hashed], after: int) -> None:
        """Destroy the keys of `people` for good, durably, and leave tombstones above `after`."""
        with self.keys.lock:
            for _guild, hashed in people:
                self._unwrapped.pop(hashed, None)
            self.keys.bury(people, after)

    def tombstones(self, after: int) -> list[Tombstone]:
        """Return whose rows must be gone, as far as a database that counted to `after` lags."""
        return self.keys.tombstones(after)

    def checkpoint(self) -> bool:
        """Empty the log of the key file; return whether that could be done."""
        return self.keys.checkpoint()

    def close(self) -> None:
        self._unwrapped.clear()
        self.keys.close()

    def _find(self, member: bytes) -> _MemberKey | None:
        # Under the lock to the end: a key shredded meanwhile must not come back into memory.
        with self.keys.lock:
            found = self._unwrapped.get(member)
            if found is not None:
                return found
            wrapped = self.keys.key_of(member)
            if wrapped is None:
                return None
            key = self._host_key.unwrap(wrapped, member)
            found = _MemberKey(hmac.digest(key, b"handrail|2|mark", "sha256")[:4], AESGCM(key))
            if len(self._unwrapped) >= REMEMBERED:
                self._unwrapped.popitem(last=False)
            self._unwrapped[member] = found
            return found
