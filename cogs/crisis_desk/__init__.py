"""/crisis-desk: moderators post the general card, correct lines for their server, read steps."""

from bot.app import Handrail
from cogs.crisis_desk.cog import CrisisDesk


async def setup(bot: Handrail) -> None:
    await bot.add_cog(CrisisDesk(bot))
