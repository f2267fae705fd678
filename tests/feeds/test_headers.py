"""What servers say about when to come again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.headers import fresh_for_s, retry_after_s

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
IN_AN_HOUR = "Mon, 02 Mar 2026 13:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Cache-Control": "public, max-age=900"}, 900),
        ({"Cache-Control": 'private, Max-Age="900"'}, 900),
        ({"Cache-Control": "max-age=900", "Age": "600"}, 300),
        ({"Cache-Control": "max-age=900", "Age": "6000"}, 0),
        ({"Cache-Control": "max-age=0, must-revalidate"}, 0),
        ({"Cache-Control": "no-cache, max-age=900"}, None),
        ({"Cache-Control": "no-store, max-age=900"}, None),
        ({"Cache-Control": 'no-cache="Set-Cookie", max-age=900'}, 900),
        ({"Cache-Control": "s-maxage=900"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=900", "Expires": IN_AN_HOUR}, 900),
        ({"Cache-Control": "public", "Expires": IN_AN_HOUR}, 3600),
        ({"Cache-Control": "no-cache", "Expires": IN_AN_HOUR}, None),
        # A server whose clock is wrong means the time between its own two dates.
        ({"Expires": IN_AN_HOUR, "Date": "Mon, 02 Mar 2026 12:50:00 GMT"}, 600),
        ({"Expires": "Mon, 02 Mar 2026 11:00:00 GMT"}, 0),
        ({"Expires": "0"}, None),
        ({"Expires": "Fri, 31 Dec 9999 23:59:59 -1200"}, None),
    ],
)
def test_how_long_an_answer_stays_good(headers: dict[str, str], expected: int | None) -> None:
    assert fresh_for_s(headers, NOW) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", 120),
        (" 0 ", 0),
        (IN_AN_HOUR, 3600),
        ("Mon, 02 Mar 2026 14:00:00 +0100", 3600),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
        ("²", None),
    ],
)
def test_when_to_come_again(header: str, expected: float | None) -> None:
    assert retry_after_s(header, NOW) == expected


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=12))
def test_whatever_stands_there_is_read(control: str, expires: str, date: str, age: str) -> None:
    headers = {"Cache-Control": control, "Expires": expires, "Date": date, "Age": age}
    found = fresh_for_s(headers, NOW)
    assert found is None or found >= 0
    wait = retry_after_s(expires, NOW)
    assert wait is None or wait >= 0
