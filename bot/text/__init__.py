"""The bot's words: catalogues and the lookup. Knows neither Discord nor the store."""

from bot.text.words import Speech, Words, load_words

__all__ = ["Speech", "Words", "load_words"]
