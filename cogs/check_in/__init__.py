"""The daily check-in, from the prompt's button, a reply or /checkin to one stored answer."""

from bot.app import Handrail
from cogs.check_in.cog import CheckIn


async def setup(bot: Handrail) -> None:
    await bot.add_cog(CheckIn(bot))
