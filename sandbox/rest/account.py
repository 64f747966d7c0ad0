"""The bot's own account, the gateway's address, and people by their number."""

from typing import Final

from sandbox import render
from sandbox.permissions import INVITED_BOT
from sandbox.refusal import refusal
from sandbox.rest.routing import Call, Reply, route, snowflake
from sandbox.things import Json


@route("GET /users/@me")
async def own_user(call: Call) -> Reply:
    return Reply(_self(call))


def _self(call: Call) -> Json:
    return render.user(call.box.world.bot) | {
        "mfa_enabled": False,
        "locale": "en-US",
        "verified": True,
        "email": None,
    }


@route("GET /oauth2/applications/@me")
async def own_application(call: Call) -> Reply:
    return Reply(application(call))


@route("GET /applications/@me")
async def own_application_again(call: Call) -> Reply:
    return Reply(application(call))


def application(call: Call) -> Json:
    """Return the application behind the bot."""
    world = call.box.world
    return {
        "id": str(world.bot.id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": render.user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": render.user(world.bot_owner),
        "approximate_guild_count": sum(one.bot is not None for one in world.guilds.values()),
        "approximate_user_install_count": len(world.installed),
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {
            str(one): {"oauth2_install_params": _INSTALL_PARAMS[one]}
            for one in sorted(world.installable)
        },
    }


@route("GET /gateway")
async def gateway(_: Call) -> Reply:
    return Reply({"url": GATEWAY})


@route("GET /gateway/bot")
async def gateway_for_bot(call: Call) -> Reply:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    return Reply({"url": GATEWAY, "shards": call.box.shards, "session_start_limit": limit})


@route("GET /users/@me/guilds", queries="limit before after with_counts")
async def own_guilds(call: Call) -> Reply:
    after = int(call.query.get("after", 0))
    limit = int(call.query.get("limit", 200))
    world = call.box.world
    found: list[Json] = [
        {
            "id": str(one.id),
            "name": one.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(world.guild_permissions(one.bot)),
            "features": [],
        }
        for one in world.guilds.values()
        if one.bot and one.id > after
    ]
    return Reply(found[:limit])


@route("DELETE /users/@me/guilds/{guild_id}")
async def leave_guild(call: Call) -> Reply:
    call.box.world.remove_bot(call.guild)
    return Reply(status=204)


@route("GET /users/{user_id}")
async def user(call: Call) -> Reply:
    found = call.box.world.users.get(call.number("user_id"))
    if found is None:
        raise refusal(10013)
    return Reply(render.user(found))


@route("POST /users/@me/channels", required="recipient_id")
async def open_dm(call: Call) -> Reply:
    """Open direct messages. It succeeds also where a message will then be refused."""
    world = call.box.world
    found = world.users.get(snowflake(call.body["recipient_id"], "recipient_id"))
    if found is None or found.bot:
        raise refusal(50033)
    return Reply(render.channel(world.dm(found)))


_INSTALL_PARAMS: Final[dict[int, Json]] = {
    0: {"scopes": ["applications.commands", "bot"], "permissions": str(INVITED_BOT)},
    1: {"scopes": ["applications.commands"], "permissions": "0"},
}
GATEWAY: Final = "wss://gateway.discord.gg"
ROUTES: Final = (
    own_user,
    own_application,
    own_application_again,
    gateway,
    gateway_for_bot,
    own_guilds,
    leave_guild,
    user,
    open_dm,
)
