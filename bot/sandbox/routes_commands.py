"""REST: application commands, and the answers to interactions."""

from bot.sandbox import commands, payloads
from bot.sandbox.calls import Answer, Call, Routes
from bot.sandbox.errors import api_error
from bot.sandbox.interactions import Interaction
from bot.sandbox.validation import Json

routes = Routes()
_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _scope(call: Call) -> int | None:
    call.application()
    if "guild_id" not in call.params:
        return None
    if call.snowflake("guild_id") != call.world.guild.id:
        # A server that the bot is not in.
        raise api_error(50001)
    return call.world.guild.id


def _listed(call: Call, command: Json) -> Json:
    if call.query.get("with_localizations", "").lower() in ("true", "1"):
        return command
    hidden = ("name_localizations", "description_localizations")
    return {key: value for key, value in command.items() if key not in hidden}


@routes.add("GET", _GLOBAL)
@routes.add("GET", _GUILD)
def listing(call: Call) -> Answer:
    return [_listed(call, each) for each in commands.in_scope(call.core, _scope(call))]


@routes.add("PUT", _GLOBAL)
@routes.add("PUT", _GUILD)
def overwrite(call: Call) -> Answer:
    return commands.overwrite(call.core, _scope(call), call.body)


@routes.add("POST", _GLOBAL)
@routes.add("POST", _GUILD)
def create(call: Call) -> Answer:
    made, fresh = commands.create(call.core, _scope(call), call.body)
    return (201 if fresh else 200), made


@routes.add("GET", _GUILD + "/permissions")
def all_permissions(call: Call) -> Answer:
    _scope(call)
    return [commands.permissions_payload(call.core, each) for each in call.world.overrides]


@routes.add("GET", _GUILD + "/{command_id}/permissions")
def permissions(call: Call) -> Answer:
    _scope(call)
    command_id = call.snowflake("command_id")
    if command_id != call.world.application_id and command_id not in call.world.commands:
        raise api_error(10063)
    if command_id not in call.world.overrides:
        raise api_error(10066)
    return commands.permissions_payload(call.core, command_id)


@routes.add("PUT", _GUILD + "/{command_id}/permissions")
def set_permissions(call: Call) -> Answer:
    _scope(call)
    # Bots cannot: this takes a person's own OAuth2 token.
    raise api_error(50001)


@routes.add("GET", _GLOBAL + "/{command_id}")
@routes.add("GET", _GUILD + "/{command_id}")
def get(call: Call) -> Answer:
    return commands.find(call.core, _scope(call), call.snowflake("command_id"))


@routes.add("PATCH", _GLOBAL + "/{command_id}")
@routes.add("PATCH", _GUILD + "/{command_id}")
def change(call: Call) -> Answer:
    return commands.change(call.core, _scope(call), call.snowflake("command_id"), call.body)


@routes.add("DELETE", _GLOBAL + "/{command_id}")
@routes.add("DELETE", _GUILD + "/{command_id}")
def delete(call: Call) -> Answer:
    commands.remove(call.core, _scope(call), call.snowflake("command_id"))
    return None


# Answers to interactions; their tokens are the authorisation.


@routes.add("POST", "/interactions/{interaction_id}/{token}/callback", needs_token=False)
def callback(call: Call) -> Answer:
    found = call.interactions.awaiting(call.snowflake("interaction_id"), call.params["token"])
    answer = call.answers.callback(found, call.body, call.files)
    wanted = call.query.get("with_response", "").lower() in ("true", "1")
    return answer if wanted else None


def _made(call: Call) -> Interaction:
    return call.interactions.answered(call.snowflake("webhook_id"), call.params["webhook_token"])


@routes.add("POST", "/webhooks/{webhook_id}/{webhook_token}", needs_token=False)
def follow_up(call: Call) -> Answer:
    return call.answers.follow_up(_made(call), call.body, call.files)


_ONE = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


@routes.add("GET", _ONE, needs_token=False)
def get_answer(call: Call) -> Answer:
    found = call.answers.find(_made(call), call.params["message_id"])
    return payloads.message(found, call.bot_id, call.world)


@routes.add("PATCH", _ONE, needs_token=False)
def edit_answer(call: Call) -> Answer:
    return call.answers.edit(_made(call), call.params["message_id"], call.body, call.files)


@routes.add("DELETE", _ONE, needs_token=False)
def delete_answer(call: Call) -> Answer:
    call.answers.delete(_made(call), call.params["message_id"])
    return None
