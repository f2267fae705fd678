"""Every setting, read once at start, frozen and typed.

Settings come from the environment, or from ``config.env`` beside the process (python-dotenv); the
environment wins. ``config.example.env`` documents each of them, and a test keeps the two alike.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import ConfigError

T = TypeVar("T")

DISCORD_API_URL = "https://discord.com/api/v10"
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}

NoticeTimes = Literal["now"] | tuple[time, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one process.

    Attributes:
        discord_token: the bot's token; empty means that there is none yet and the sandbox runs.
        discord_api_url: base of Discord's HTTP API, or of a stand-in.
        discord_gateway_url: overrides the gateway address that Discord names; None for Discord's.
        database: path of the main database; reports, keys and the lock live beside it.
        sync_commands: when slash commands are registered with Discord.
        log_level: of our own log lines; those of libraries stay at WARNING.
        timezone: in which people's times of day are meant.
        feed_min_interval_s, feed_max_interval_s: between which polling adapts, in seconds.
        feed_per_host: simultaneous requests to one host; 0 for no limit.
        feed_digest_time: time of day in ``timezone`` at which digests are posted.
        feed_allow_private: whether feeds on private addresses may be fetched.
        starter_feeds: the OPML file that ``/setup`` offers; None for the bot's own.
        reports: whether reports are taken.
        report_reading: where reports are opened.
        report_notice_times: times of day in ``timezone`` at which reports become visible, or "now".
        report_daily_limit: reports that one person can send in a day.
        report_server_limit: reports that all people together can send on one server in a day.
    """

    discord_token: str = field(default="", repr=False)
    discord_api_url: str = DISCORD_API_URL
    discord_gateway_url: str | None = None
    database: Path = Path("data/steward.db")
    sync_commands: Literal["changed", "always", "never"] = "changed"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    feed_min_interval_s: int = 300
    feed_max_interval_s: int = 21_600
    feed_per_host: int = 2
    feed_digest_time: time = time(8, 0)
    feed_allow_private: bool = False
    starter_feeds: Path | None = None
    reports: Literal["after-setup", "on", "off"] = "after-setup"
    report_reading: Literal["discord", "sealed"] = "discord"
    report_notice_times: NoticeTimes = (time(18, 0),)
    report_daily_limit: int = 3
    report_server_limit: int = 500

    @property
    def reports_database(self) -> Path:
        """Path of the reports' own file, beside the main database."""
        return self.database.with_name("reports.db")

    @property
    def databases(self) -> dict[str, Path]:
        """Path of each database by its schema."""
        return {"steward": self.database, "reports": self.reports_database}

    @property
    def deleted_reports(self) -> Path:
        """The random ids of deleted reports, so that a restore does not bring them back."""
        return self.database.with_name("deleted-reports.txt")

    @property
    def keys(self) -> Path:
        """The folder of private keys, beside the main database, never in a backup."""
        return self.database.with_name("keys")

    @property
    def charts(self) -> Path:
        """The folder of what drawing pictures leaves behind: which fonts there are, no content."""
        return self.database.with_name("charts")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        """Read the settings.

        Raises:
            ConfigError: with every mistake, one sentence each.
        """
        reader = _Reader(env)
        low = reader.get("FEED_MIN_INTERVAL_S", _whole(1, 86_400), 300)
        # Where the lower bound is wrong, the upper one is not judged by it.
        lowest = 1 if reader.problems and "FEED_MIN" in reader.problems[-1] else low
        config = cls(
            discord_token=reader.get("DISCORD_TOKEN", _token, ""),
            discord_api_url=reader.get("DISCORD_API_URL", _url("http", "https"), DISCORD_API_URL),
            discord_gateway_url=reader.get("DISCORD_GATEWAY_URL", _url("ws", "wss"), None),
            database=reader.get("DATABASE", _database, Path("data/steward.db")),
            sync_commands=reader.choice("SYNC_COMMANDS", ("changed", "always", "never")),
            log_level=reader.choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"), str.upper),
            timezone=reader.get("TIMEZONE", _zone, ZoneInfo("Europe/London")),
            feed_min_interval_s=low,
            feed_max_interval_s=reader.get(
                "FEED_MAX_INTERVAL_S", _whole(lowest, 2_592_000), max(low, 21_600)
            ),
            feed_per_host=reader.get("FEED_PER_HOST", _whole(0, 1000), 2),
            feed_digest_time=reader.get("FEED_DIGEST_TIME", _time_of_day, time(8, 0)),
            feed_allow_private=reader.get("FEED_ALLOW_PRIVATE", _switch, False),
            starter_feeds=reader.get("STARTER_FEEDS", _file, None),
            reports=reader.choice("REPORTS", ("after-setup", "on", "off")),
            report_reading=reader.choice("REPORT_READING", ("discord", "sealed")),
            report_notice_times=reader.get("REPORT_NOTICE_TIMES", _notice_times, (time(18, 0),)),
            report_daily_limit=reader.get("REPORT_DAILY_LIMIT", _whole(1, 1000), 3),
            report_server_limit=reader.get("REPORT_SERVER_LIMIT", _whole(1, 100_000), 500),
        )
        if reader.problems:
            raise ConfigError(reader.problems)
        return config


class _Reader:
    """Reads one setting after the other and collects what is wrong."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def get(self, name: str, parse: Callable[[str], T], default: T) -> T:
        text = self._env.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            self.problems.append(f"{name}: {error}")
            return default

    def choice(
        self, name: str, choices: tuple[T, ...], normalise: Callable[[str], str] = str.lower
    ) -> T:
        """One of the choices, the first being the default."""

        def parse(text: str) -> T:
            for choice in choices:
                if normalise(text) == choice:
                    return choice
            raise ValueError(f"{text!r} is not one of {', '.join(map(str, choices))}")

        return self.get(name, parse, choices[0])


def _token(text: str) -> str:
    # The value itself never appears in a message: it may be a real token with a stray character.
    if re.search(r"\s", text) or not text.isascii():
        raise ValueError("contains spaces or odd characters; copy the token again from Discord")
    return text.removeprefix("Bot ")


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"{text!r} is not an address that begins with {schemes[0]}://")
        return text.rstrip("/")

    return parse


def _database(text: str) -> Path:
    path = Path(text).expanduser()
    if path.is_dir():
        raise ValueError(f"{text!r} is a folder; name a file in it, such as {text}/steward.db")
    if path.name == "reports.db":
        raise ValueError("'reports.db' is the name of the reports' own file; choose another")
    return path


def _file(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file():
        raise ValueError(f"there is no file {text!r}")
    return path


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return parse


def _switch(text: str) -> bool:
    if text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    raise ValueError(f"{text!r} is neither on nor off")


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"{text!r} is not a time zone such as Europe/London") from error


def _notice_times(text: str) -> NoticeTimes:
    if text.lower() == "now":
        return "now"
    return tuple(sorted({_time_of_day(part.strip()) for part in text.split(",")}))


def _time_of_day(text: str) -> time:
    try:
        moment = time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a time of day such as 18:00") from error
    if moment.tzinfo or moment.second or moment.microsecond:
        raise ValueError(f"{text!r}: give hours and minutes only, such as 18:00")
    return moment
