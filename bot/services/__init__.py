"""Use cases: plain values in, outcome values out, one write each. Knows nothing of Discord."""

from bot.store.errors import NotSaved

__all__ = ["NotSaved"]
