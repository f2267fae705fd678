"""What `python -m bot check` looks at: settings, databases, content; with --online, the world."""

import aiohttp

from bot.config import Config
from bot.storage.inspect import problems_of

TIMEOUT = aiohttp.ClientTimeout(total=20)


def offline(config: Config) -> list[str]:
    """Problems that can be seen without the network, one sentence each."""
    from bot.knowledge.library import check_content

    problems: list[str] = []
    for schema, path in config.databases.items():
        problems += problems_of(path, schema)
    problems += [str(problem) for problem in check_content()]
    return problems


async def online(config: Config) -> list[str]:
    """Problems that only Discord can tell, one sentence each."""
    if not config.discord_token:
        return ["DISCORD_TOKEN is not set, so Discord could not be asked."]
    address = f"{config.discord_api_url}/users/@me"
    headers = {"Authorization": f"Bot {config.discord_token}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.get(address, headers=headers) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, TimeoutError) as error:
        return [f"Discord cannot be reached at {config.discord_api_url}: {type(error).__name__}."]
    if status == 401:
        return ["Discord does not accept DISCORD_TOKEN. Copy it again from the developer portal."]
    if status != 200:
        return [f"Discord answered with an error ({status}). Try again later."]
    return []
