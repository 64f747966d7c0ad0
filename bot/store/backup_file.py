r"""The format of a backup: one encrypted file that opens whole or not at all. Knows no database.

    HANDRAIL BACKUP 1\n
    {"key": number of the host's key, "kind": ..., "made": seconds, "salt": hex}\n
    pieces of 64 KiB, each sealed with AES-256-GCM; the last one is shorter and may be empty

The key of a file is HKDF-SHA256(host's key, salt). The nonce of a piece is its place (11 bytes) and
whether it is the last (1 byte); both lines above go in as associated data. So a piece that is
changed, moved, missing or added does not open.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.store.errors import StoreRefused
from bot.store.host_key import HostKey

Kind = Literal["database", "keys"]

PIECE = 64 * 1024
_TAG = 16
_SALT = 32
_LONGEST_LINE = 512
_MAGIC = b"HANDRAIL BACKUP 1\n"
_KINDS: Mapping[object, Kind] = {"database": "database", "keys": "keys"}
_ANY_MAGIC = re.compile(rb"HANDRAIL BACKUP \d+\n")
_PURPOSE = b"handrail|2|backup"


@dataclass(frozen=True, slots=True)
class Label:
    """What a backup says of itself before it is opened."""

    kind: Kind
    made: int
    key: str
    salt: bytes
    head: bytes
    """The lines themselves, which every piece is bound to."""


def seal_file(source: BinaryIO, target: BinaryIO, kind: Kind, made: int, key: HostKey) -> None:
    """Write all that `source` still holds to `target`, sealed with a key made from the host's."""
    salt = key.random_bytes(_SALT)
    said = {"key": key.number, "kind": kind, "made": made, "salt": salt.hex()}
    head = _MAGIC + json.dumps(said).encode() + b"\n"
    target.write(head)
    cipher = AESGCM(key.derive(_PURPOSE, salt))
    target.writelines(
        cipher.encrypt(_nonce(place, is_last=is_last), piece, head)
        for place, piece, is_last in _pieces(source, PIECE)
    )


def open_file(path: Path, source: BinaryIO, target: BinaryIO, key: HostKey) -> Label:
    """Write what `source` holds sealed to `target`. Nothing may be used before this returns."""
    label = read_label(path, source)
    if label.key != key.number:
        raise StoreRefused(
            f"The backup {path} was made with key number {label.key}, and this is key number"
            f" {key.number}. Name the key file it was made with: --key FILE; nothing was changed."
        )
    cipher = AESGCM(key.derive(_PURPOSE, label.salt))
    try:
        target.writelines(
            cipher.decrypt(_nonce(place, is_last=is_last), piece, label.head)
            for place, piece, is_last in _pieces(source, PIECE + _TAG)
        )
    except (InvalidTag, ValueError) as error:
        raise StoreRefused(
            f"The backup {path} is damaged or not whole. Take another one; nothing was changed."
        ) from error
    return label


def read_label(path: Path, source: BinaryIO) -> Label:
    """Return what the backup says of itself, or refuse what is none."""
    magic = source.readline(_LONGEST_LINE)
    line = source.readline(_LONGEST_LINE)
    if magic != _MAGIC and _ANY_MAGIC.fullmatch(magic):
        raise StoreRefused(
            f"The backup {path} was made by a newer Handrail. Install that version;"
            " nothing was changed."
        )
    try:
        said = json.loads(line)
        kind = said["kind"] if magic == _MAGIC else None
        return Label(
            kind=_KINDS[kind],
            made=int(said["made"]),
            key=str(said["key"]),
            salt=bytes.fromhex(said["salt"]),
            head=magic + line,
        )
    except (ValueError, TypeError, KeyError) as error:
        raise StoreRefused(
            f"{path} is not a backup made by Handrail, or it is damaged; nothing was changed."
        ) from error


def _pieces(source: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yield place, piece and whether it is the last. Only the last is shorter than `size`."""
    place = 0
    while True:
        piece = source.read(size)
        is_last = len(piece) < size
        yield place, piece, is_last
        if is_last:
            return
        place += 1


def _nonce(place: int, *, is_last: bool) -> bytes:
    return place.to_bytes(11, "big") + bytes([is_last])
