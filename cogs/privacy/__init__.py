"""/privacy: what is kept about me here, and the way to erase it."""

from bot.app import Handrail
from cogs.privacy.cog import Privacy


async def setup(bot: Handrail) -> None:
    await bot.add_cog(Privacy(bot))
