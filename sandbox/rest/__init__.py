"""REST v10: the routes, by group."""

from sandbox.rest import (
    account,
    channels,
    commands,
    guilds,
    interactions,
    messages,
    reactions,
    threads,
)
from sandbox.rest.routing import Table

_GROUPS = (account, channels, messages, reactions, threads, guilds, interactions, commands)


def table() -> Table:
    """Return all routes."""
    return Table(route for group in _GROUPS for route in group.ROUTES)
