"""/setup: a moderator chooses channel, zone, hour and weekdays of a check-in."""

from bot.app import Handrail
from cogs.setup.cog import SetUpCheckIn


async def setup(bot: Handrail) -> None:
    await bot.add_cog(SetUpCheckIn(bot))
