"""Keys made from one root: keyed hashes of people, nonces, and the seal around the bot's own words.

The root lies wrapped in the key file. What members wrote is sealed elsewhere (bot/store/vault.py),
each with a key of their own.
"""

import hmac
from collections.abc import Callable
from datetime import date

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.store.errors import SealBroken

ROOT_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"

RandomBytes = Callable[[int], bytes]


class Keyring:
    """Every key the store needs, each derived from the root for one purpose only."""

    def __init__(self, root: bytes, random_bytes: RandomBytes) -> None:
        if len(root) != ROOT_BYTES:
            raise ValueError(f"the root key has {ROOT_BYTES} bytes")
        self._members = _derive(root, b"members")
        self._tallies = _derive(root, b"tallies")
        self._nonces = _derive(root, b"nonces")
        self._cipher = AESGCM(_derive(root, b"seal"))
        self._random_bytes = random_bytes

    def member(self, guild: int, person: int) -> bytes:
        """Return the 16 bytes that stand for a person in one server."""
        return hmac.digest(self._members, b"%d|%d" % (guild, person), "sha256")[:16]

    def tally(self, group: int, day: date, person: int) -> bytes:
        """Return the 16 bytes that stand for a person on one day only."""
        words = f"{group}|{day.isoformat()}|{person}"
        return hmac.digest(self._tallies, words.encode(), "sha256")[:16]

    def nonce(self, key: str) -> str:
        """Return the 24 hex characters that mark the message of an outbox row."""
        return hmac.digest(self._nonces, key.encode(), "sha256").hex()[:24]

    def seal(self, plain: bytes, row: str) -> bytes:
        """Return `plain` sealed so that it opens in `row` and nowhere else."""
        nonce = self._random_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, row.encode())

    def unseal(self, sealed: bytes, row: str) -> bytes:
        """Return what was sealed in `row`."""
        if sealed[:1] != _VERSION:
            raise SealBroken(row.partition("|")[0])
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, row.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(row.partition("|")[0]) from error


def _derive(root: bytes, purpose: bytes) -> bytes:
    return hmac.digest(root, b"handrail|1|" + purpose, "sha256")
