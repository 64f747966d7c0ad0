"""/counts: how many people checked in, for the moderators of a server."""

from bot.app import Handrail
from cogs.counts.cog import ShowCounts


async def setup(bot: Handrail) -> None:
    await bot.add_cog(ShowCounts(bot))
