"""A member's export as two files: one for programs, one page to read. Pure; may run in a thread.

The JSON keeps plain English keys in every language, so that programs can rely on them.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.export import Export, ExportEverywhere, KeptCheckIn, KeptMember
from bot.text.export_page import page
from bot.text.words import Speech

FORMAT = "handrail-export/1"
FORMAT_EVERYWHERE = "handrail-export-everywhere/1"
"""A list of servers, each of them just as in FORMAT."""


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to be handed to the member who asked."""

    name: str
    content: bytes


def export_files(say: Speech, export: Export | ExportEverywhere) -> tuple[ExportFile, ExportFile]:
    """Return the JSON file and the page. Both hold everything."""
    name = f"handrail-{export.written_at:%Y-%m-%d}"
    return (
        ExportFile(f"{name}.json", to_json(export)),
        ExportFile(f"{name}.html", page(say, export).encode()),
    )


def packed(files: tuple[ExportFile, ...]) -> ExportFile:
    """Return the files in one smaller one."""
    stem = files[0].name.partition(".")[0]
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.content)
    return ExportFile(f"{stem}.zip", packing.getvalue())


def to_json(export: Export | ExportEverywhere) -> bytes:
    """Return the export for programs. Moments are UTC, in ISO 8601; so are dates."""
    told = _server(export) if isinstance(export, Export) else _everywhere(export)
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _everywhere(export: ExportEverywhere) -> dict[str, Any]:
    return {
        "format": FORMAT_EVERYWHERE,
        "written_at": export.written_at.isoformat(timespec="seconds"),
        "servers": [_server(each) for each in export.servers],
    }


def _server(export: Export) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "server": str(export.guild),
        "written_at": export.written_at.isoformat(timespec="seconds"),
        "consents": [
            {
                "purpose": each.purpose.value,
                "version": each.version,
                "agreed_at": each.at.isoformat(),
            }
            for each in export.consents
        ],
        "members": [_member(each) for each in export.members],
        "check_ins": [_check_in(each) for each in export.check_ins],
        "tallies": [
            {
                "date": each.day.isoformat(),
                "channel": str(each.channel),
                "forgotten_at": each.forget_at.isoformat(),
            }
            for each in export.tallies
        ],
        "crisis_choices": [{"country": each.country} for each in export.crisis_choices],
        "crisis_offers": [
            {
                "version": each.version,
                "agreed_at": each.at.isoformat(),
                "none_sent_before": each.not_before.isoformat(),
            }
            for each in export.crisis_offers
        ],
    }


def _member(kept: KeptMember) -> dict[str, Any]:
    return {
        "discord_id": None if kept.person is None else str(kept.person),
        "kept_for_days": kept.keep_days,
        "forgotten_so_far": kept.forgotten,
        "next_forgotten_at": _maybe(kept.forget_at),
        "next_looked_for_at": kept.look_at.isoformat(),
        "gone_since": _maybe(kept.gone_at),
    }


def _maybe(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _check_in(kept: KeptCheckIn) -> dict[str, Any]:
    answer = kept.answer
    return {
        "date": kept.day.isoformat(),
        "channel": str(kept.channel),
        "way": kept.way,
        "can_be_opened": answer is not None,
        "mood": None if answer is None else answer.mood,
        "urge": None if answer is None else answer.urge,
        "line": None if answer is None else answer.line,
        "at": kept.at.isoformat(),
        "edited_at": _maybe(kept.edited_at),
    }
