"""Which time zone rules the bot computes with: those of the pinned package, on every host."""

import zoneinfo

import tzdata  # type: ignore[import-untyped]  # it ships no types


def use_pinned_zones() -> None:
    """Leave this system's own zone files aside: a group's hour is the same everywhere."""
    zoneinfo.reset_tzpath(to=())


def zones_version() -> str:
    """Return the edition, such as "2025b"."""
    return str(tzdata.IANA_VERSION)
