"""The way from an unmodified client to the sandbox: its public `connector=` parameter."""

import aiohttp

from bot.sandbox_link import sandbox_connector
from sandbox.server import Sandbox


def connector_to(box: Sandbox) -> aiohttp.TCPConnector:
    return sandbox_connector(box.port, box.ca_pem)
