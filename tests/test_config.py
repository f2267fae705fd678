"""Settings: every mistake told at once, and the example file true."""

import os
import re
from dataclasses import fields
from datetime import time
from pathlib import Path

import pytest

from bot.config import Config
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parent.parent / "config.example.env"


def documented() -> dict[str, str]:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def test_the_example_file_documents_every_setting_and_no_other() -> None:
    assert {name.lower() for name in documented()} == {field.name for field in fields(Config)}


def test_the_example_file_says_what_happens_when_a_line_is_left_out() -> None:
    for name, value in documented().items():
        with_line = Config.from_env({name: value})
        assert with_line == Config.from_env({}), name


def test_each_setting_in_the_example_file_is_explained() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    paragraphs = text.split("\n\n")[1:]
    assert all(paragraph.startswith("#") for paragraph in paragraphs)


def test_all_mistakes_are_told_together_one_line_each() -> None:
    wrong = {
        "DISCORD_TOKEN": "abc def",
        "DISCORD_API_URL": "discord",
        "DISCORD_GATEWAY_URL": "https://gateway",
        "SYNC_COMMANDS": "sometimes",
        "LOG_LEVEL": "LOUD",
        "TIMEZONE": "Europe/Londn",
        "FEED_MIN_INTERVAL_S": "0",
        "FEED_MAX_INTERVAL_S": "many",
        "FEED_PER_HOST": "-1",
        "FEED_DIGEST_TIME": "8 o'clock",
        "FEED_ALLOW_PRIVATE": "perhaps",
        "STARTER_FEEDS": "/nowhere/feeds.opml",
        "REPORTS": "yes please",
        "REPORT_READING": "aloud",
        "REPORT_NOTICE_TIMES": "25:00",
        "REPORT_DAILY_LIMIT": "1.5",
        "REPORT_SERVER_LIMIT": "0",
        "DATABASE": "/",
    }
    with pytest.raises(ConfigError) as caught:
        Config.from_env(wrong)
    named = {problem.split(":")[0] for problem in caught.value.problems}
    assert named == set(wrong)
    assert all("\n" not in problem for problem in caught.value.problems)


def test_a_token_is_never_shown() -> None:
    secret = "MTA.secret.part with space"
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"DISCORD_TOKEN": secret})
    assert "secret" not in str(caught.value)
    assert "hidden" not in repr(Config(discord_token="hidden"))


def test_the_longest_interval_is_never_below_the_shortest() -> None:
    with pytest.raises(ConfigError, match="FEED_MAX_INTERVAL_S"):
        Config.from_env({"FEED_MIN_INTERVAL_S": "600", "FEED_MAX_INTERVAL_S": "60"})
    assert Config.from_env({"FEED_MIN_INTERVAL_S": "40000"}).feed_max_interval_s == 40_000


def test_a_wrong_lower_interval_does_not_make_the_upper_one_wrong() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"FEED_MIN_INTERVAL_S": "abc", "FEED_MAX_INTERVAL_S": "1"})
    assert len(caught.value.problems) == 1


def test_notice_times_are_sorted_times_of_day_or_now() -> None:
    config = Config.from_env({"REPORT_NOTICE_TIMES": "18:00, 09:30,18:00"})
    assert config.report_notice_times == (time(9, 30), time(18, 0))
    assert Config.from_env({"REPORT_NOTICE_TIMES": "NOW"}).report_notice_times == "now"


def test_the_settings_of_this_machine_are_readable() -> None:
    Config.from_env({name: value for name, value in os.environ.items() if name == "TZ"})
