"""/crisis: emergency numbers and crisis lines, whatever else is broken."""

from bot.app import Handrail
from cogs.crisis.cog import Crisis
from cogs.crisis.server import CrisisServer


async def setup(bot: Handrail) -> None:
    # one by one: what goes wrong with the second leaves the first where it is
    await bot.add_cog(Crisis(bot))
    await bot.add_cog(CrisisServer(bot))
