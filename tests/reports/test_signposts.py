"""Other ways than this one: what each is, and what a report here is not."""

from dataclasses import replace

import pytest

from bot.config import Config
from bot.knowledge import library
from bot.reports import privacy
from bot.reports.signposts import DEFAULTS
from bot.sandbox import Sandbox
from cogs.reports import asking
from tests.harness import RunningSteward

ROUTES = DEFAULTS.other_routes


def test_each_other_way_is_told_as_what_it_is() -> None:
    assert ROUTES.startswith("**Other ways, instead or as well:** your union's own office; ")
    assert "; for health and safety, HSE; " in ROUTES
    assert ROUTES.endswith(
        "; Protect, 020 3117 2520, which advises on speaking up and takes no reports."
    )


@pytest.mark.parametrize("at_once", [False, True])
def test_beside_them_stands_what_a_report_here_is_not(*, at_once: bool) -> None:
    screen = asking.explanation(DEFAULTS, "at 18:00", at_once=at_once).description or ""
    assert (
        f"{ROUTES} A report here is no grievance and stops no time limit, and is not known to be "
        "protected in law as whistleblowing."
    ) in screen
    said = " ".join(privacy.WHATEVER)
    assert "Unions are not among the bodies that the law prescribes for whistleblowing" in said
    assert "an advice line or a lawyer tells you what would protect you" in said


def test_that_hse_is_prescribed_and_for_what_can_be_asked() -> None:
    (entry,) = [each for each in library.load().entries if each.id == "whistleblowing-prescribed"]
    answer = " ".join(entry.answer.split())
    assert "A “prescribed person” on the Government's list, for the matters named there" in answer
    assert "HSE for health and safety" in answer


async def test_where_reports_are_closed_they_stand_alone(sandbox: Sandbox, config: Config) -> None:
    steward = RunningSteward(replace(config, reports="off"))
    await steward.start()
    try:
        reply = await sandbox.person("member").run("report new")
        assert reply.ephemeral
        assert ROUTES in reply.text
    finally:
        await steward.stop()
