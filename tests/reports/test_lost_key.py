"""A key file that is missing: reports close, moderators are told, and nothing is overwritten."""

import shutil
from pathlib import Path

import pytest

from bot.errors import InvalidInput, Unavailable
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice
from tests.reports.moderating import notice_time, shown
from tests.reports.test_restoring import told_to


def key_of(office: Office) -> Path:
    return office.config.keys / f"{GUILD}.key"


async def texts(office: Office) -> set[str]:
    found = set()
    for line in await office.desk.inbox.list(GUILD):
        try:
            found.add((await office.desk.inbox.open(GUILD, line.id)).text or "")
        except Unavailable:
            found.add("lost")
    return found


@pytest.mark.parametrize("damage", ["missing", "damaged"])
async def test_a_missing_key_is_not_replaced_in_silence_and_comes_back_as_it_was(
    office: Office, clock: HandClock, tmp_path: Path, damage: str
) -> None:
    receipt, report_id = await shown(office, clock, "From before.")
    await office.desk.inbox.reply(GUILD, report_id, "Thank you.")
    key, copy, said = key_of(office), tmp_path / "safe", told_to(office)
    shutil.copy(key, copy)
    key.unlink()
    if damage == "damaged":
        key.write_text("half a ke")
    with pytest.raises(Unavailable, match="another route"):
        await office.desk.prepare(GUILD)
    with pytest.raises(Unavailable):
        await office.send("Meanwhile.", person=2)
    with pytest.raises(Unavailable):
        await office.desk.inbox.reply(GUILD, report_id, "More.")
    assert (await office.check(receipt)).replies == ("Thank you.",)  # by the receipt alone
    for _ in range(3):
        await notice_time(office, clock)
    (told,) = said
    assert f"keys/{GUILD}.key" in told
    assert key.exists() == (damage == "damaged")
    shutil.copy(copy, key)  # as operations.md says
    assert await texts(office) == {"From before."}
    await office.send("Since.", person=3)
    await notice_time(office, clock)
    assert await texts(office) == {"From before.", "Since."}
    key.unlink()
    await office.serve()
    assert len(said) == 2  # it went once more


@pytest.mark.parametrize("damage", ["missing", "damaged"])
async def test_a_key_given_up_is_replaced_and_the_old_one_joins_it_when_it_turns_up(
    office: Office, clock: HandClock, tmp_path: Path, damage: str
) -> None:
    await shown(office, clock, "From before.")
    key, copy = key_of(office), tmp_path / "safe"
    with pytest.raises(InvalidInput, match="there again"):
        await office.desk.keyring.start_anew(GUILD)
    shutil.copy(key, copy)
    key.unlink()
    if damage == "damaged":
        key.write_text("half a ke")
    await office.desk.rotation.begin(GUILD)
    await shown(office, clock, "Meanwhile.")
    assert await texts(office) == {"lost", "Meanwhile."}
    shutil.copy(copy, key.with_name(f"{GUILD}.old.key"))  # beside it, not over it
    await office.serve()
    assert await texts(office) == {"From before.", "Meanwhile."}
    assert not key.with_name(f"{GUILD}.old.key").exists()


async def test_a_missing_key_that_is_given_as_an_old_one_is_resealed_to_a_new_one(
    office: Office, open_office: OpenOffice, clock: HandClock
) -> None:
    await shown(office, clock, "From before.")
    key = key_of(office)
    key.rename(key.with_name(f"{GUILD}.old.key"))
    again = await open_office()
    await again.serve()
    assert key.exists()
    assert await texts(again) == {"From before."}
