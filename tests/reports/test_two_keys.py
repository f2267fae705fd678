"""After a change of keys each key opens what was sealed to it, and the rest is counted."""

from pathlib import Path

import pytest

from bot.errors import InvalidInput, Unavailable
from bot.reports.bundle import read_bundle
from bot.reports.keys import write_key
from bot.reports.sealing import new_keypair
from bot.reports.terminal import SEALED, shown, summary
from cogs.inbox import conversation
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, Office, OpenOffice
from tests.reports.test_promises import DAY, shown_report


async def rekeyed(
    open_office: OpenOffice, clock: HandClock, folder: Path
) -> tuple[Office, Path, Path]:
    """A report under an old key with an addition under a new one, a report under the new one, and
    the files of both keys."""
    office = await open_office(report_reading="sealed")
    await office.serve()
    keys = []
    for name in ("old", "new"):
        private, public = new_keypair()
        keys.append(folder / f"{name}.key")
        write_key(keys[-1], private)
        await office.desk.keyring.use_away_key(GUILD, public.hex())
        if name == "old":
            receipt = await shown_report(office, clock)
    visit = (await office.check(receipt)).visit
    await office.desk.add(GUILD, PERSON, visit, "Added under the new key.")
    await office.send("Sent under the new key.")
    clock.advance(DAY)
    await office.serve()
    return office, keys[0], keys[1]


async def test_a_bundle_under_two_keys_opens_with_either_and_says_what_it_does_not_open(
    open_office: OpenOffice, clock: HandClock, tmp_path: Path
) -> None:
    office, old, new = await rekeyed(open_office, clock, tmp_path)
    bundle = tmp_path / "inbox.json"
    bundle.write_bytes(await office.desk.inbox.export(GUILD))
    whole = read_bundle(bundle, [old, new])
    assert all(None not in report.texts for report in whole)
    assert summary(whole) == "2 reports."
    with_new = read_bundle(bundle, new)
    assert {report.texts for report in with_new} == {
        (None, "Added under the new key."),
        ("Sent under the new key.",),
    }
    assert "not opened: 1 report and 0 messages" in summary(with_new)
    with_old = read_bundle(bundle, [old])
    assert "not opened: 1 report and 1 message" in summary(with_old)
    assert "\n".join(map(shown, with_old)).count(SEALED) == 2


async def test_a_key_that_opens_nothing_is_refused(
    open_office: OpenOffice, clock: HandClock, tmp_path: Path
) -> None:
    office, _, _ = await rekeyed(open_office, clock, tmp_path)
    bundle, stranger = tmp_path / "inbox.json", tmp_path / "stranger.key"
    bundle.write_bytes(await office.desk.inbox.export(GUILD))
    write_key(stranger, new_keypair()[0])
    with pytest.raises(InvalidInput, match=r"stranger\.key does not open inbox\.json"):
        read_bundle(bundle, stranger)


async def test_in_discord_too_a_lost_key_closes_only_what_was_sealed_to_it(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    (office.folder / "keys" / f"{GUILD}.key").unlink()
    await office.desk.rotation.begin(GUILD)  # it is given up, and a new one made
    with pytest.raises(Unavailable, match="not on this machine"):
        await office.desk.inbox.open(GUILD, await office.only_id())
    await office.desk.add(GUILD, PERSON, (await office.check(receipt)).visit, "One thing more.")
    clock.advance(DAY)
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert report.texts == (None, "One thing more.")
    messages = conversation.report_messages(report)
    assert conversation.SEALED in [embed.description for embeds in messages for embed in embeds]
