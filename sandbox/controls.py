"""What the page can do to the sandbox itself: move its clock, break things, restart the bot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sandbox.clock import MovableClock
from sandbox.faults import CATALOGUE, Faults
from sandbox.forms import CannotDo
from sandbox.permissions import Permission
from sandbox.things import Json
from sandbox.view import Scene, taken_away

LONGEST_JUMP: Final = timedelta(days=31)


@dataclass(slots=True)
class Controls:
    scene: Scene
    clock: MovableClock
    faults: Faults
    restart_bot: Callable[[], None]
    note: Callable[[str], None]

    def act(self, asked: Json) -> bool:
        """Do it, or raise CannotDo with a sentence; False if this is no control."""
        match asked:
            case {"do": "jump", "next": True}:
                self._next_prompt()
            case {"do": "jump", "seconds": int(seconds)}:
                self._jump(timedelta(seconds=seconds))
            case {"do": "restart"}:
                self.note("The bot was asked to restart")
                self.restart_bot()
            case {"do": "membership", "here": bool(here)}:
                self._membership(here=here)
            case {"do": "permission", "key": str(key), "has": bool(has)}:
                self._permission(key, has=has)
            case {"do": "fault", "key": str(key), "on": bool(on)}:
                self._fault(key, on=on)
            case _:
                return False
        return True

    def _jump(self, step: timedelta) -> None:
        if not timedelta(0) < step <= LONGEST_JUMP:
            raise CannotDo("The clock moves forward only, by a month at most.")
        self.clock.advance(step)
        self.scene.jumps += 1
        self.note(f"The clock moved on by {_spoken(step)}")

    def _next_prompt(self) -> None:
        due = self.scene.next_due
        if due is None:
            raise CannotDo("The bot has not said yet when its next prompt is due.")
        if due > self.clock.now():
            self._jump(due - self.clock.now())
        # what the bot said has been used up: it will say anew once it has looked at the clock
        self.scene.next_due = None
        self.scene.jumps += 1

    def _membership(self, *, here: bool) -> None:
        world, guild = self.scene.world, self.scene.guild
        if here and guild.bot is None:
            for channel in guild.channels.values():
                channel.overwrites.pop(world.bot.id, None)
            world.install_bot(guild)
            self.note("The bot was added to the server")
        elif not here and guild.bot:
            world.remove_bot(guild)
            self.note("The bot was removed from the server")

    def _permission(self, key: str, *, has: bool) -> None:
        world, guild = self.scene.world, self.scene.guild
        if guild.bot is None:
            raise CannotDo("The bot is not in this server.")
        if key not in Permission.__members__:
            raise CannotDo(f"There is no permission {key}.")
        wanted = Permission[key]
        for channel in guild.channels.values():
            if not channel.is_thread:
                # by the channel, as a server would: the bot has everybody's permissions as well
                denied = taken_away(channel, guild.bot)
                denied = denied & ~wanted if has else denied | wanted
                world.set_overwrite(channel, guild.bot, deny=denied)
        self.note(f"A permission was {'given back' if has else 'taken away'}: {spoken_name(key)}")

    def _fault(self, key: str, *, on: bool) -> None:
        if key not in dict(CATALOGUE):
            raise CannotDo(f"There is no fault named {key}.")
        if on:
            self.faults.arm(key)
            self.note(f"Ready to happen: {spoken_name(key)}")
        else:
            self.faults.armed[:] = [one for one in self.faults.armed if one.name != key]
            self.note(f"Called off: {spoken_name(key)}")

    def fault_view(self) -> list[Json]:
        waiting = {one.name for one in self.faults.armed}
        return [
            {"key": key, "name": spoken_name(key), "about": about, "on": key in waiting}
            for key, about in CATALOGUE
        ]


def spoken_name(key: str) -> str:
    words = key.replace("-", " ").replace("_", " ").lower().capitalize()
    return words.replace("dms", "DMs")


def _spoken(step: timedelta) -> str:
    minutes = round(step.total_seconds() / 60)
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    words = [f"{count} {name}{'s' if count > 1 else ''}" for count, name in parts if count]
    return " and ".join(words) or "a moment"
