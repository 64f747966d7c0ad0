"""A small crisis directory for tests, in the shape of the file, each time made anew."""

from datetime import date
from typing import Any

CHECKED = date(2026, 11, 22)


def country(code: str = "XA", name: str = "Aland", **changed: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "names": [f"{name}ia"],
        "emergency": [{"number": "112"}, {"number": "119", "reaches": ["ambulance"]}],
        "source": "https://example.org/emergency",
        "checked": CHECKED,
    } | changed


def line(id_: str = "xa-lifeline", **changed: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "country": id_[:2].upper(),
        "kind": "suicide-and-crisis",
        "name": "Lifeline",
        "phone": "116 123",
        "hours": "24/7",
        "languages": ["en"],
        "source": "https://example.org/",
        "checked": CHECKED,
        "confidence": "confirmed",
    } | changed


def finder(id_: str = "int-elsewhere", **changed: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "kind": "helplines",
        "name": "Elsewhere",
        "website": "https://example.org/find",
        "checked": CHECKED,
    } | changed


def without(row: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in fields}


def rows(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"country": [country()], "line": list(lines), "finder": [finder()]}
