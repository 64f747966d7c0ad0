"""A server's change of the crisis card as text to be stored, and back. Pure; reading never raises.

What cannot be read, by a later or an earlier version, is as if it had never been written.
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.domain.crisis import Call, Chat, Confidence, Kind, Line, Reach, SendText, WhatsApp
from bot.domain.crisis_desk import Act, Change

_WAYS: dict[str, type[Call | SendText | WhatsApp | Chat]] = {
    "call": Call,
    "text": SendText,
    "whatsapp": WhatsApp,
    "chat": Chat,
}


def written(change: Change) -> str:
    """Return a change as one line of JSON."""
    line = change.line
    row = {
        "act": change.act.value,
        "id": line.id,
        "country": line.country,
        "kind": line.kind.value,
        "name": line.name,
        "reach": [_written_way(way) for way in line.reach],
        "languages": list(line.languages),
        "source": line.source,
        "checked": line.checked.isoformat(),
        "website": line.website,
        "hours": line.hours,
        "cost": line.cost,
        "note": line.note,
    }
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Change | None:
    """Return the change that `written` made a text of; None where it is anything else."""
    try:
        row = json.loads(text)
        return Change(Act(row["act"]), _line(row))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _written_way(way: Reach) -> dict[str, Any]:
    sort = next(name for name, each in _WAYS.items() if isinstance(way, each))
    return {"by": sort, **asdict(way)}


def _line(row: dict[str, Any]) -> Line:
    ways = [(each["by"], {k: v for k, v in each.items() if k != "by"}) for each in row["reach"]]
    return Line(
        id=str(row["id"]),
        country=str(row["country"]),
        kind=Kind(row["kind"]),
        name=str(row["name"]),
        reach=tuple(_WAYS[sort](**fields) for sort, fields in ways),
        languages=tuple(str(each) for each in row["languages"]),
        source=str(row["source"]),
        checked=date.fromisoformat(row["checked"]),
        confidence=Confidence.SINGLE,
        website=row["website"],
        hours=row["hours"],
        cost=row["cost"],
        note=row["note"],
        by_server=True,
    )
