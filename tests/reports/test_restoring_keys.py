"""A backup from before a change of key: what moderators are told leads to the key it needs."""

from pathlib import Path

import pytest

from bot.reports.keeping.rotation import GRACE_S
from cogs.inbox.keys import MISSING_HERE
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice
from tests.reports.moderating import notice_time, shown
from tests.reports.test_lost_key import texts
from tests.reports.test_restoring import Copies, told_to


@pytest.fixture
def copies(office: Office, tmp_path: Path) -> Copies:
    return Copies(office, tmp_path / "elsewhere")


async def test_a_backup_from_before_a_change_of_key_asks_for_the_key_that_belongs_to_it(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    await shown(office, clock, "From before.")
    await copies.make()  # and the key of then, in the safe place
    await office.desk.rotation.begin(GUILD)
    clock.advance(GRACE_S)
    await office.serve()
    await copies.close()
    await copies.restore()
    again = await open_office()
    said = told_to(again)
    await again.serve()
    (about_key,) = [text for text in said if f"keys/{GUILD}.key" in text]
    for text in (about_key, MISSING_HERE.format(guild_id=GUILD)):
        assert "after a restore, the one that belongs to the backup" in text
        assert "older one" not in text  # it is a newer one
    assert await texts(again) == {"lost"}
    # As docs/operations.md says: what is there is moved away, and the earlier copy is put there.
    key, name = again.config.keys / f"{GUILD}.key", f"{GUILD}.key"
    key.rename(copies.folder / "newer.key")
    key.write_bytes((copies.folder / "keys" / name).read_bytes())
    assert await texts(again) == {"From before."}
    await again.desk.rotation.begin(GUILD)  # somebody who left may have that one
    clock.advance(GRACE_S)
    await notice_time(again, clock)
    assert await texts(again) == {"From before."}
    assert not await again.desk.rotation.under_way(GUILD)
