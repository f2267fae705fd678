"""Promises broken on purpose, one at a time, to see that the observer notices."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from bot.reports.desk import Desk
from bot.reports.erasing.store import Erasing
from bot.reports.store import ReportStore
from bot.reports.traces import DeletedReports, Traces
from tests.reports.windows import Plan


@dataclass(frozen=True, slots=True)
class Leak:
    """One broken promise, or several.

    Attributes:
        told_by: how the names begin of the ways to guess that have to succeed then.
        planted: what breaks it, or them, each of which another way to guess finds.
        plan: how much has to happen for that.
        settings: of the configuration.
    """

    told_by: tuple[str, ...]
    planted: Callable[[], AbstractContextManager[None]]
    plan: Plan
    settings: Mapping[str, object] = field(default_factory=dict)


@contextmanager
def numbered() -> Iterator[None]:
    """Reports get numbers, one after the other, instead of random ids."""
    count = iter(range(1, 10**6))

    def token_bytes(size: int) -> bytes:
        return next(count).to_bytes(4, "big") + secrets.token_bytes(size - 4)

    with patch("bot.reports.store.secrets", SimpleNamespace(token_bytes=token_bytes)):
        yield


@contextmanager
def pages_as_they_came() -> Iterator[None]:
    """The words of reports lie in the file in the order in which they came."""
    came: list[bytes] = []
    insert, rewrite = ReportStore.insert, Erasing.rewrite

    async def noted(store: ReportStore, *given: Any) -> bytes:
        came.append(await insert(store, *given))
        return came[-1]

    async def ordered(erasing: Erasing) -> None:
        rows = await erasing._database.fetch_all("SELECT id, sealed FROM report")
        sealed = {bytes(row["id"]): row["sealed"] for row in rows}
        async with erasing._database.transaction() as tx:
            await tx.execute("UPDATE report SET sealed = x''")
        await rewrite(erasing)
        async with erasing._database.transaction() as tx:
            for report_id in came:
                await tx.execute(
                    "UPDATE report SET sealed = ? WHERE id = ?", (sealed.get(report_id), report_id)
                )

    with (
        patch.object(ReportStore, "insert", noted),
        patch.object(Erasing, "rewrite", ordered),
    ):
        yield


@contextmanager
def listed_as_they_came() -> Iterator[None]:
    """The list and the bundle stand in the order in which reports came."""
    came: list[bytes] = []
    insert, shown = ReportStore.insert, ReportStore.shown

    async def noted(store: ReportStore, *given: Any) -> bytes:
        came.append(await insert(store, *given))
        return came[-1]

    async def ordered(store: ReportStore, guild_id: int) -> Any:
        return sorted(await shown(store, guild_id), key=lambda report: came.index(report.id))

    with patch.object(ReportStore, "insert", noted), patch.object(ReportStore, "shown", ordered):
        yield


@contextmanager
def times_left() -> Iterator[None]:
    """The time of the last write is left on the files."""
    with patch.object(Traces, "settle", lambda _: None):
        yield


@contextmanager
def births_left() -> Iterator[None]:
    """The list of deleted reports is written anew at withdrawals only."""
    with patch.object(DeletedReports, "renew", lambda _: None):
        yield


@contextmanager
def collected_at_once() -> Iterator[None]:
    """Moderators see at once that a reply was fetched."""
    collect = ReportStore.collect

    async def shown(store: ReportStore, *given: Any) -> None:
        await collect(store, *given)
        async with store._database.transaction() as tx:
            await tx.execute("UPDATE message SET collected = 2 WHERE collected = 1")

    with patch.object(ReportStore, "collect", shown):
        yield


@contextmanager
def added_at_once() -> Iterator[None]:
    """Moderators see at once what reporters add, answer and change."""
    add, put = ReportStore.add_message, ReportStore.put_waiting

    async def show(store: ReportStore) -> None:
        async with store._database.transaction() as tx:
            await tx.execute(
                "UPDATE message SET shown_week = '2026-W10', "
                "turn = 1000 + abs(random() % 1000000) "
                "WHERE shown_week IS NULL"
            )

    async def added(store: ReportStore, *given: Any) -> bool:
        there = await add(store, *given)
        await show(store)
        return there

    async def waiting(store: ReportStore, *given: Any) -> int | None:
        turn = await put(store, *given)
        await show(store)
        return turn

    with (
        patch.object(ReportStore, "add_message", added),
        patch.object(ReportStore, "put_waiting", waiting),
    ):
        yield


@contextmanager
def withdrawn_at_once() -> Iterator[None]:
    """Moderators see at once that a report was withdrawn."""
    withdraw = Desk.withdraw

    async def hidden(desk: Desk, guild_id: int, visit: str) -> None:
        await withdraw(desk, guild_id, visit, hide_now=True)

    with patch.object(Desk, "withdraw", hidden):
        yield


@contextmanager
def nothing() -> Iterator[None]:
    """All promises are kept."""
    yield


@contextmanager
def in_order() -> Iterator[None]:
    """The list and the bundle stand, and the words lie in the file, as reports came."""
    with listed_as_they_came(), pages_as_they_came():
        yield


@contextmanager
def withdrawals_seen() -> Iterator[None]:
    """All that tells when a report was withdrawn."""
    with times_left(), births_left(), withdrawn_at_once():
        yield


EARLY = "time of a change before the notice"
_SENT = Plan(seed=21, windows=22, reports=(3, 4), again=0)
_ADDED = Plan(seed=22, windows=26, reports=(2,), back=("add", "use"), again=0.6)
_FETCHED = Plan(seed=23, windows=30, reports=(2,), back=("collect",))
# One withdrawal in each window: of several, the list's times tell the last only.
_WITHDRAWN = Plan(seed=26, windows=44, reports=(1,), back=("withdraw",), again=0.6)

LEAKS = {
    "numbers": Leak(("order of name", "order of list"), numbered, _SENT),
    "orders": Leak(("order of list", "order of bundle", "order of words in"), in_order, _SENT),
    "withdrawals": Leak(
        (EARLY, "time of deleted-reports.txt written", "time of deleted-reports.txt born"),
        withdrawals_seen,
        _WITHDRAWN,
    ),
    "additions": Leak((EARLY,), added_at_once, _ADDED),
    "fetched replies": Leak((EARLY,), collected_at_once, _FETCHED),
    "no notice times": Leak(
        (EARLY,), nothing, Plan(seed=25, windows=20), {"report_notice_times": "now"}
    ),
}
