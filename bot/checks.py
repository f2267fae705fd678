"""What `python -m bot check` looks at: settings, databases, content; with --online, the world."""

import asyncio
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Online:
    """What only Discord and the feeds can tell, one sentence each.

    Attributes:
        problems: with what this bot uses: Discord, and the feeds it is subscribed to.
        notes: about starter feeds that are offered but not used; nothing fails for their sake.
    """

    problems: list[str]
    notes: list[str]


async def online(config: Config) -> Online:
    """Ask Discord, each subscribed feed and each starter feed once."""
    problems = await _discord(config)
    feeds = await _feeds(config)
    return Online([*problems, *feeds.problems], feeds.notes)


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


async def _feeds(config: Config) -> Online:
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
        used = await _subscribed(config)
        offered = {
            feed.url: " (starter feed)" if feed.confirmed else " (starter feed, not confirmed)"
            for feed in _starters(config).feeds
            if feed.url not in used
        }
        problems = await asyncio.gather(*(ask(url, "") for url in used))
        notes = await asyncio.gather(*(ask(url, what) for url, what in offered.items()))
    finally:
        await pool.close()
        await fetcher.close()
    return Online([each for each in problems if each], [each for each in notes if each])


async def _subscribed(config: Config) -> list[str]:
    """The addresses of the feeds that at least one channel wants."""
    if not config.database.exists():
        return []
    database = await Database.open(config.database, "steward")
    try:
        return [feed.url for feed in await FeedStore(database).wanted()]
    finally:
        await database.close()


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
