"""The export's files, as a member's browser and a program meet them."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

from bot.domain.answers import BARE, Answer
from bot.domain.consent import Purpose
from bot.domain.export import (
    Export,
    ExportEverywhere,
    KeptCheckIn,
    KeptConsent,
    KeptMember,
    KeptTally,
)
from bot.domain.ids import ChannelId, GuildId, MemberId
from bot.text import load_words
from bot.text.export_files import export_files, packed, to_json
from bot.text.export_page import page

SAY = load_words().in_language("en-GB")
NINE = datetime(2026, 3, 3, 8, 12, tzinfo=UTC)
WORDS = 'two lines\n"and" <script src="//elsewhere.example">\u202e & שלום'

KEPT = KeptCheckIn(
    ChannelId(42), "Europe/Berlin", date(2026, 3, 3), "button", Answer(2, 10, WORDS), NINE, None
)
EXPORT = Export(
    guild=GuildId(7),
    written_at=NINE,
    consents=(KeptConsent(Purpose.CHECK_INS, 1, NINE),),
    members=(KeptMember(MemberId(77), 90, NINE, 3, NINE, None),),
    check_ins=(KEPT,),
    tallies=(KeptTally(ChannelId(43), KEPT.day, NINE),),
)
EMPTY = Export(GuildId(7), NINE, (), (), (), ())


class Reader(HTMLParser):
    """Reads a page the way a browser does: its elements, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_and_says_its_language() -> None:
    read = Reader(page(SAY, EXPORT))
    assert read.open == []
    assert dict(read.tags)["html"] == {"lang": "en"}
    assert any(attrs.get("name") == "viewport" for tag, attrs in read.tags if tag == "meta")
    assert [tag for tag, _ in read.tags].count("h1") == 1


def test_the_page_asks_nothing_of_any_address() -> None:
    read = Reader(page(SAY, EXPORT))
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "article"}
    assert {tag for tag, _ in read.tags} <= allowed | {"h1", "h2", "h3", "p"}
    for _, attrs in read.tags:
        assert not {"src", "href", "action", "srcset", "style"} & attrs.keys()
    assert "url(" not in page(SAY, EXPORT)
    assert "@import" not in page(SAY, EXPORT)
    assert any("default-src 'none'" in str(attrs.get("content")) for _, attrs in read.tags)


def test_words_come_back_exactly_as_they_were_typed() -> None:
    assert WORDS in Reader(page(SAY, EXPORT)).text
    told = json.loads(to_json(EXPORT))
    assert told["check_ins"][0]["line"] == WORDS


def test_days_and_hours_are_in_words_and_on_the_groups_clock() -> None:
    text = Reader(page(SAY, EXPORT)).text
    assert "Tuesday 3 March 2026 at 09:12 (Europe/Berlin)" in text
    assert "Mood: 2 of 5" in text
    assert "Strongest urge: 10 of 10" in text
    assert "in channel 43" in text


def test_a_change_is_told_with_its_own_moment() -> None:
    later = replace(KEPT, edited_at=NINE.replace(hour=20))
    text = Reader(page(SAY, replace(EXPORT, check_ins=(later,)))).text
    assert "Changed on Tuesday 3 March 2026 at 21:12" in text
    assert "Changed" not in Reader(page(SAY, EXPORT)).text


def test_a_bare_reply_and_a_lost_key_each_have_their_sentence() -> None:
    bare = replace(KEPT, way="reply", answer=BARE)
    text = Reader(page(SAY, replace(EXPORT, check_ins=(bare, replace(KEPT, answer=None))))).text
    assert "You checked in, with nothing more." in text
    assert "cannot be opened any more" in text
    assert "2 check-ins" in text


def test_a_zone_that_the_rules_no_longer_know_falls_back_to_utc() -> None:
    text = Reader(page(SAY, replace(EXPORT, check_ins=(replace(KEPT, zone="Gone/Away"),)))).text
    assert "08:12 (UTC)" in text


def test_nothing_kept_is_a_whole_export_too() -> None:
    assert "You have not said yes" in Reader(page(SAY, EMPTY)).text
    assert json.loads(to_json(EMPTY))["check_ins"] == []


def test_files_too_large_for_discord_fit_into_one_smaller_one() -> None:
    files = export_files(SAY, replace(EXPORT, check_ins=(KEPT,) * 500))
    archive = packed(files)
    assert archive.name == "handrail-2026-03-03.zip"
    assert len(archive.content) < sum(len(file.content) for file in files) / 10
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {
            file.name: file.content for file in files
        }


def test_an_export_of_every_server_is_one_page_and_one_list() -> None:
    both = ExportEverywhere(NINE, (EXPORT, replace(EXPORT, guild=GuildId(8), tallies=())))
    read = Reader(page(SAY, both))
    assert read.open == []
    assert "From 2 servers." in read.text
    assert read.text.count(WORDS) == 2
    headings = [tag for tag, _ in read.tags if tag in {"h1", "h2", "h3", "h4"}]
    assert headings == ["h1", *["h2", "h3", "h3", "h3", "h4"], *["h2", "h3", "h3", "h4"]]
    told = json.loads(to_json(both))
    assert told["format"] == "handrail-export-everywhere/1"
    assert told["servers"][0] == json.loads(to_json(EXPORT))
    assert [each["server"] for each in told["servers"]] == ["7", "8"]
    assert [file.name for file in export_files(SAY, both)] == [
        "handrail-2026-03-03.json",
        "handrail-2026-03-03.html",
    ]
