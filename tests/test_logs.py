"""What the log never says: ids, addresses and tokens, in messages and in tracebacks."""

import logging
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from bot.logs import scrub

USER = "1148312345678901234"


def test_library_lines_lose_ids_addresses_and_tokens(log_text: Callable[[], str]) -> None:
    library = logging.getLogger("discord.client")
    library.error("failed for %s at https://discord.com/api/v10/x/aW50ZXJhY3Rpb246MTIz", USER)
    try:
        raise RuntimeError(
            f"GET https://discord.com/{USER} token MTE0ODMxMjM0NTY3ODkwMTIz.GabcDE."
            "abcdefghijklmnopqrstuvwxyz012345"
        )
    except RuntimeError:
        library.exception("Ignoring exception")
    text = log_text()
    assert "Ignoring exception" in text
    assert "Traceback" in text
    for secret in (USER, "discord.com", "aW50ZXJhY3Rpb24", "abcdefghijklmnop"):
        assert secret not in text


def test_library_lines_below_warning_are_never_written(log_text: Callable[[], str]) -> None:
    for name in ("discord.http", "discord.gateway", "aiohttp.access", "aiosqlite", "asyncio"):
        logging.getLogger(name).info("%s said hello", USER)
        logging.getLogger(name).debug("%s said hello", USER)
    assert log_text() == ""


def test_an_answer_that_discord_wants_again_leaves_no_line(log_text: Callable[[], str]) -> None:
    logging.getLogger("discord.webhook.async_").warning("Webhook ID %s is rate limited.", USER)
    assert log_text() == ""


def test_our_own_lines_keep_addresses_but_not_ids(log_text: Callable[[], str]) -> None:
    logging.getLogger("bot.feeds.poller").info("https://example.org/feed for %s", USER)
    assert "https://example.org/feed for <id>" in log_text()


def test_names_of_tasks_do_not_carry_what_was_pressed(log_text: Callable[[], str]) -> None:
    logging.getLogger("asyncio").error("<Task name='discord-ui-dynamic-item-X-reports:send:ab'>")
    assert "reports:send" not in log_text()


@given(st.integers(10**14, 10**20), st.text(max_size=20), st.text(max_size=20))
def test_no_snowflake_survives_between_any_texts(number: int, before: str, after: str) -> None:
    if before[-1:].isdigit() or before[-1:] == "." or after[:1].isdigit():
        return
    assert str(number) not in scrub(f"{before}{number}{after}")
