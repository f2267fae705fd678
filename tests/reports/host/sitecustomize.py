"""What Python runs first in the bot of the byte search: a cheap Argon2id, a clock that is ahead.

Hundreds of receipts at full cost would take minutes and leave nothing else on the disk. That the
cost is what it should be is seen in test_receipts.py.
"""

import os
from datetime import UTC, datetime, timedelta

from bot import clock
from bot.reports import receipts

receipts.MEMORY_BYTES, receipts.PASSES = 8_192, 1  # the least that libsodium allows

_ahead = timedelta(days=int(os.environ.get("DAYS_AHEAD", "0")))


def _now(_: clock.SystemClock) -> datetime:
    return datetime.now(UTC) + _ahead


clock.SystemClock.now = _now  # type: ignore[assignment, method-assign]
