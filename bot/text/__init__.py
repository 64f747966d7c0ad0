"""The bot's words: catalogues and the lookup. Knows neither Discord nor the store."""

from bot.text.words import FALLBACK, Speech, Words, built_in, load_words

__all__ = ["Speech", "Words", "built_in_speech", "load_words"]


def built_in_speech() -> Speech:
    """Return the English words of the crisis card, which need no catalogue; they have no others."""
    return Speech(FALLBACK, {FALLBACK: built_in()})
