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


async def test_under_a_hold_a_lost_key_is_told_too_although_the_one_before_is_there(
    office: Office, clock: HandClock, tmp_path: Path
) -> None:
    await shown(office, clock, "From before.")
    await office.desk.choices.set_hold(GUILD, on=True)
    await office.desk.rotation.begin(GUILD)
    await notice_time(office, clock)
    key, copy, said = key_of(office), tmp_path / "safe", told_to(office)
    old = key.with_name(f"{GUILD}.old.key")
    preserved = old.read_bytes()
    shutil.move(key, copy)
    with pytest.raises(Unavailable, match="another route"):
        await office.send("Meanwhile.")
    for _ in range(2):
        await notice_time(office, clock)
    assert len(said) == 1
    assert not key.exists()
    shutil.copy(copy, key)
    assert await texts(office) == {"From before."}
    assert old.read_bytes() == preserved
    key.unlink()
    await office.desk.rotation.begin(GUILD)  # lost for good
    await shown(office, clock, "Since.")
    assert await texts(office) == {"lost", "Since."}
    assert old.read_bytes() == preserved
    assert not await office.desk.keyring.missing(GUILD)  # the one given up is asked for no more


async def changed(office: Office, clock: HandClock) -> bytes:
    """Change the key to the end; the file of the one before."""
    before = key_of(office).read_bytes()
    await office.desk.rotation.begin(GUILD)
    await notice_time(office, clock)
    assert not await office.desk.rotation.under_way(GUILD)
    return before


async def test_an_older_copy_of_the_key_is_not_sealed_to_and_moderators_are_told(
    office: Office, open_office: OpenOffice, clock: HandClock, tmp_path: Path
) -> None:
    await shown(office, clock, "From before.")
    older = await changed(office, clock)  # of somebody who left
    key, copy = key_of(office), tmp_path / "safe"
    shutil.copy(key, copy)
    key.write_bytes(older)
    again = await open_office()
    said = told_to(again)
    with pytest.raises(Unavailable, match="another route"):
        await again.send("New.")
    # As the saved one beside it: nothing is resealed to the older one.
    shutil.copy(copy, key.with_name(f"{GUILD}.old.key"))
    for _ in range(2):
        await notice_time(again, clock)
    assert len(said) == 1
    assert "newest copy" in said[0]
    key.rename(tmp_path / "moved away")
    key.with_name(f"{GUILD}.old.key").rename(key)
    assert await texts(again) == {"From before."}
    await shown(again, clock, "Since.")
    assert await texts(again) == {"From before.", "Since."}


async def test_an_older_copy_is_put_aside_where_the_newest_key_is_lost_for_good(
    office: Office, clock: HandClock
) -> None:
    await shown(office, clock, "From before.")
    older = await changed(office, clock)
    key_of(office).write_bytes(older)
    await office.desk.rotation.begin(GUILD)
    await shown(office, clock, "Since.")
    assert await texts(office) == {"lost", "Since."}
    assert key_of(office).read_bytes() != older
    assert key_of(office).with_name(f"{GUILD}.aside-1").read_bytes() == older
    assert not await office.desk.keyring.missing(GUILD)
    assert not await office.desk.rotation.under_way(GUILD)


async def test_where_the_newest_key_is_lost_during_a_change_the_older_is_not_gone_on_with(
    office: Office, clock: HandClock
) -> None:
    await shown(office, clock, "From before.")
    await office.desk.choices.set_hold(GUILD, on=True)
    older = key_of(office).read_bytes()
    await office.desk.rotation.begin(GUILD)
    key_of(office).write_bytes(older)  # a copy that nobody renewed
    assert await office.desk.keyring.missing(GUILD)
    await office.desk.rotation.begin(GUILD)
    await office.serve()
    assert key_of(office).read_bytes() != older
    assert key_of(office).with_name(f"{GUILD}.old.key").read_bytes() == older
    assert await texts(office) == {"From before."}  # it had not been resealed yet
