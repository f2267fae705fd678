"""What `python -m bot check` looks at: settings, databases, content; with --online, the world."""

import asyncio

import aiohttp

from bot.clock import SystemClock
from bot.config import Config
from bot.feeds import starter
from bot.feeds.fetch import Fetcher
from bot.feeds.finding import Finder
from bot.feeds.pool import ParsePool
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.feeds.starter import Starters
from bot.feeds.store import FeedStore
from bot.knowledge.library import STARTER_FEEDS
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
    problems += _starters(config).problems
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
    """Ask each starter feed and each subscribed feed once, and read it; nothing of it is kept."""
    clock = SystemClock()
    fetcher = Fetcher(clock, per_host=config.feed_per_host, allow_private=config.feed_allow_private)
    pool = ParsePool()
    finder = Finder(fetcher, pool)
    some = asyncio.Semaphore(AT_A_TIME)

    async def ask(url: str, what: str) -> str | None:
        async with some:
            try:
                await finder.read(url)
            except FeedProblem as problem:
                return f"{url}{what}: {problem}{await _rather(finder, url, problem)}"
        return None

    try:
        wanted = await _wanted(config)
        answers = await asyncio.gather(*(ask(url, what) for url, what in wanted.items()))
    finally:
        await pool.close()
        await fetcher.close()
    return [answer for answer in answers if answer is not None]


async def _wanted(config: Config) -> dict[str, str]:
    """The addresses to ask, each once, and what else is to be said of them."""
    wanted = {
        feed.url: " (starter feed)" if feed.confirmed else " (starter feed, not confirmed)"
        for feed in _starters(config).feeds
    }
    if config.database.exists():
        database = await Database.open(config.database, "steward")
        try:
            for feed in await FeedStore(database).wanted():
                wanted.setdefault(feed.url, "")
        finally:
            await database.close()
    return wanted


async def _rather(finder: Finder, url: str, problem: FeedProblem) -> str:
    """Where the feed is instead, if the address is that of a page which says so."""
    if problem.kind is not ProblemKind.NOT_A_FEED:
        return ""
    try:
        return f" The page there leads to {(await finder.find(url)).url}"
    except FeedProblem:
        return ""


def _starters(config: Config) -> Starters:
    return starter.load(config.starter_feeds or STARTER_FEEDS, insecure=config.feed_allow_private)
