"""The crisis card for somebody else: sent where that member allowed it, at most once a day."""

from bot.app import Handrail
from cogs.crisis_offer.cog import CrisisOffer


async def setup(bot: Handrail) -> None:
    await bot.add_cog(CrisisOffer(bot))
