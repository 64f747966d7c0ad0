"""What a person typed, made safe to keep and to show: their words and nothing unseen. Pure."""

import unicodedata

MARKS_IN_A_RUN = 4
"""Enough for every living script; more is a tower of accents that spills over other lines."""

JOINER, NON_JOINER = "\u200d", "\u200c"
EMOJI_LOOK = ("\ufe0e", "\ufe0f")

# Letters and signs that are drawn as nothing at all, although their category says otherwise.
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, range(0x180B, 0x1810)))
    + "".join(map(chr, range(0xFE00, 0xFE0E)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"}
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def tidy(text: str) -> str | None:
    """Return the text without control, direction and invisible characters, or None if none is left.

    Line breaks stay, and so do the joiners that hold an emoji or a word of some scripts together.
    """
    for end, line_break in _LINE_ENDS.items():
        text = text.replace(end, line_break)
    seen = unicodedata.normalize("NFC", "".join(_seen(unicodedata.normalize("NFC", text))))
    tidied = "".join(_with_few_marks(seen)).strip()
    return tidied if any(_is_visible(letter) for letter in tidied) else None


def _seen(text: str) -> list[str]:
    kept: list[str] = []
    for place, letter in enumerate(text):
        before = kept[-1] if kept else ""
        after = text[place + 1] if place + 1 < len(text) else ""
        if letter in (JOINER, NON_JOINER):
            if _holds_together(letter, before, after):
                kept.append(letter)
        elif letter in EMOJI_LOOK:
            if before and _is_visible(before) and not before.isalpha():
                kept.append(letter)
        elif letter in "\u2028\u2029":
            kept.append("\n")
        elif letter in "\n\t" or _is_drawn(letter):
            kept.append(letter)
    return kept


def _holds_together(joiner: str, before: str, after: str) -> bool:
    """Tell whether a joiner belongs to an emoji, or to a word of a script that is written so."""
    if not before or not after:
        return False
    if joiner == JOINER and (_is_pictured(before) or before in EMOJI_LOOK):
        return _is_pictured(after)
    return all(
        ord(letter) >= 0x0600 and unicodedata.category(letter)[0] in "LM" and letter not in _BLANK
        for letter in (before, after)
    )


def _is_pictured(letter: str) -> bool:
    return unicodedata.category(letter) == "So" or ord(letter) in _SKIN_TONES


def _is_drawn(letter: str) -> bool:
    return letter not in _BLANK and not unicodedata.category(letter).startswith("C")


def _is_visible(letter: str) -> bool:
    return _is_drawn(letter) and unicodedata.category(letter)[0] in "LNPS"


def _with_few_marks(text: str) -> list[str]:
    kept: list[str] = []
    run = 0
    for letter in text:
        is_mark = unicodedata.category(letter) in ("Mn", "Me") and letter not in EMOJI_LOOK
        run = run + 1 if is_mark else 0
        if run <= MARKS_IN_A_RUN:
            kept.append(letter)
    return kept
