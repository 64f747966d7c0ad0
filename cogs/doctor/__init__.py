"""/doctor: how the check-ins of this server are, for its moderators."""

from bot.app import Handrail
from cogs.doctor.cog import Doctor


async def setup(bot: Handrail) -> None:
    await bot.add_cog(Doctor(bot))
