"""The host's key: wraps the keys of the key file, opens nothing else. Lies outside the data folder.

A key is 64 hexadecimal digits, in a setting or in a file that nobody else can read.
"""

import hmac
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.store.errors import SealBroken, StoreRefused
from bot.store.file import sync_folder

HOST_KEY_BYTES = 32
_NONCE_BYTES = 12
_SIXTY_FOUR_DIGITS = re.compile(r"[0-9A-Fa-f]{64}")

RandomBytes = Callable[[int], bytes]

KeySource = bytes | Path
"""The key itself, or the file that holds it."""


class HostKey:
    """The one key that a host keeps. Without it the key file is noise."""

    def __init__(self, key: bytes, random_bytes: RandomBytes) -> None:
        if len(key) != HOST_KEY_BYTES:
            raise ValueError(f"the host's key has {HOST_KEY_BYTES} bytes")
        self.random_bytes = random_bytes
        self.number: str = hmac.digest(key, b"handrail|2|number", "sha256").hex()[:8]
        """Says which key it is, and nothing about it."""
        self._cipher = AESGCM(hmac.digest(key, b"handrail|2|wrap", "sha256"))
        self._key = key

    def derive(self, purpose: bytes, salt: bytes) -> bytes:
        """Return a key for one purpose and one salt."""
        return HKDF(SHA256(), HOST_KEY_BYTES, salt, purpose).derive(self._key)

    def wrap(self, key: bytes, whose: bytes) -> bytes:
        """Return `key` so that only this host's key opens it, and only as `whose`."""
        nonce = self.random_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, whose)

    def unwrap(self, wrapped: bytes, whose: bytes) -> bytes:
        """Return what was wrapped as `whose`."""
        try:
            return self._cipher.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], whose)
        except (InvalidTag, ValueError) as error:
            raise SealBroken("a wrapped key") from error


def key_in(text: str) -> bytes | None:
    """Return the key that `text` spells, None where it spells none."""
    bare = text.strip()
    return bytes.fromhex(bare) if _SIXTY_FOUR_DIGITS.fullmatch(bare) else None


def load_host_key(source: KeySource, folder: Path, random_bytes: RandomBytes) -> HostKey:
    """Return the host's key, refusing a file in the data `folder` or open to others."""
    key = source if isinstance(source, bytes) else read_key_file(source, folder)
    return HostKey(key, random_bytes)


def read_key_file(path: Path, folder: Path) -> bytes:
    """Return the key in the file at `path`, or refuse it with a sentence."""
    _refuse_inside(path, folder)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(1024)
    except OSError as error:
        raise StoreRefused(f"The key file {path} cannot be read: {error.strerror}.") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreRefused(f"Others on this computer can read the key file: chmod 400 {path}")
    key = key_in(text.decode("ascii", "replace"))
    if key is None:
        raise StoreRefused(
            f"The key file {path} does not hold a key of 64 hexadecimal digits."
            " Put back your copy of it; nothing was changed."
        )
    return key


def make_key_file(path: Path, folder: Path, random_bytes: RandomBytes) -> None:
    """Write a new key to `path`, which must not exist yet, for its owner's eyes only."""
    _refuse_inside(path, folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(random_bytes(HOST_KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except FileExistsError as error:
        raise StoreRefused(f"{path} exists already. Name a file that does not exist yet.") from (
            error
        )
    except OSError as error:
        raise StoreRefused(f"The key file {path} cannot be made: {error.strerror}.") from error


def _refuse_inside(path: Path, folder: Path) -> None:
    # Who takes the data folder, or a copy of it, must not have taken the key as well.
    if path.resolve().is_relative_to(folder.resolve()):
        raise StoreRefused(f"The key file {path} lies in the data folder {folder}. Move it out.")
