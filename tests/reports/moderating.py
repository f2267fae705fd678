"""Steps of moderators on a desk, and of a reporter whose own side is tested elsewhere."""

from datetime import timedelta

from bot.reports.messages import AUTHORS, MessageKind, payload
from bot.reports.sealing import seal
from tests.clock import HandClock
from tests.reports.conftest import GUILD, Office, answers

AFTERNOON = timedelta(hours=7)  # from noon to after the notice time at 18:00 London time
DAY = timedelta(days=1)
ANN, BOB = 700_000_000_000_000_001, 700_000_000_000_000_002  # moderators


async def shown(office: Office, clock: HandClock, text: str, **choices: str) -> tuple[str, bytes]:
    """A report that moderators may see: its receipt and its id."""
    known = {line.id for line in await office.desk.inbox.list(GUILD)}
    draft = office.desk.draft(GUILD, office.desk.drafts.new_id(), answers(text, **choices))
    assert await office.desk.send(draft, 1) == "sent"
    clock.advance(DAY if known else AFTERNOON)
    await office.serve()
    (fresh,) = [line.id for line in await office.desk.inbox.list(GUILD) if line.id not in known]
    return draft.receipt, fresh


async def says(
    office: Office, report_id: bytes, kind: MessageKind, text: str = "", **more: str
) -> None:
    """What a reporter does after sending; moderators see it at the next notice time."""
    assert AUTHORS[kind] == "reporter"
    sealed = seal(payload(kind, text, **more), await office.desk.keyring.sealing(GUILD))
    assert await office.desk._store.add_message(GUILD, report_id, "reporter", sealed, None)


async def notice_time(office: Office, clock: HandClock) -> None:
    """The next day's notice time."""
    clock.advance(DAY)
    await office.serve()


def envelopes_in(office: Office, envelopes: list[bytes]) -> int:
    """How many of them have bytes anywhere on the disk."""
    content = office.bytes_on_disk()
    return sum(
        any(each[at : at + 16] in content for at in range(100, len(each) - 16, 250))
        for each in envelopes
    )
