"""What `python -m bot check` looks at: settings, databases, content; with --online, the world."""

import asyncio

import aiohttp

from bot.clock import SystemClock
from bot.config import Config
from bot.feeds.fetch import Fetcher
from bot.feeds.model import Feed, Validators
from bot.feeds.problems import FeedProblem
from bot.feeds.store import FeedStore
from bot.storage import Database
from bot.storage.inspect import problems_of

AT_A_TIME = 10
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
    """Problems that only Discord and the feeds can tell, one sentence each."""
    return [*await _discord(config), *await _feeds(config)]


async def _discord(config: Config) -> list[str]:
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


async def _feeds(config: Config) -> list[str]:
    """Ask each feed once, some at a time; nothing of it is kept."""
    if not config.database.exists():
        return []
    database = await Database.open(config.database, "steward")
    clock = SystemClock()
    fetcher = Fetcher(clock, per_host=config.feed_per_host, allow_private=config.feed_allow_private)
    some = asyncio.Semaphore(AT_A_TIME)

    async def ask(feed: Feed) -> str | None:
        async with some:
            try:
                await fetcher.get(feed.url, Validators())
            except FeedProblem as problem:
                return f"{feed.url}: {problem}"
        return None

    try:
        feeds = await FeedStore(database).wanted()
        answers = await asyncio.gather(*(ask(feed) for feed in feeds))
    finally:
        await fetcher.close()
        await database.close()
    return [answer for answer in answers if answer is not None]
