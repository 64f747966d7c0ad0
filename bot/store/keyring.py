"""Keys made from one root: keyed hashes of people, and nonces.

The root lies wrapped in the key file. What members wrote is sealed elsewhere (bot/store/vault.py),
each with a key of their own.
"""

import hmac
from datetime import date

ROOT_BYTES = 32


class Keyring:
    """Every key the store needs, each derived from the root for one purpose only."""

    def __init__(self, root: bytes) -> None:
        if len(root) != ROOT_BYTES:
            raise ValueError(f"the root key has {ROOT_BYTES} bytes")
        self._members = _derive(root, b"members")
        self._tallies = _derive(root, b"tallies")
        self._nonces = _derive(root, b"nonces")

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


def _derive(root: bytes, purpose: bytes) -> bytes:
    return hmac.digest(root, b"handrail|1|" + purpose, "sha256")
