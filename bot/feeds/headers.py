"""What a server's headers say about when to come again (RFC 9110 and 9111)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DIGITS = 9  # more are no time that anybody means


def retry_after_s(header: str, now: datetime) -> float | None:
    """``Retry-After`` as seconds from now, given as seconds or as a date; None if it is neither."""
    header = header.strip()
    seconds = _whole(header)
    if seconds is not None:
        return float(seconds)
    moment = _date(header)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def fresh_for_s(headers: Mapping[str, str], now: datetime) -> int | None:
    """For how many seconds the server's answer stays good, or None when it does not say.

    ``Cache-Control: max-age`` counts, else ``Expires``; what the answer has already spent in
    caches on the way (``Age``) is taken off. ``no-cache`` and ``no-store`` ask for a look each
    time, which our conditional requests are. ``s-maxage`` is not meant for us.
    """
    directives = _directives(headers.get("Cache-Control", ""))
    if directives.get("no-cache") == "" or "no-store" in directives:
        return None
    lifetime = _whole(directives.get("max-age", ""))
    if lifetime is None:
        expires = _date(headers.get("Expires", ""))
        if expires is None:
            return None
        lifetime = int((expires - (_date(headers.get("Date", "")) or now)).total_seconds())
    return max(0, lifetime - (_whole(headers.get("Age", "")) or 0))


def _directives(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in header.split(","):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), value.strip(' \t"'))
    return found


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _date(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        # Zones far from any real one make a moment that cannot be told in UTC.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
