"""The playbook says nothing that reporters were promised otherwise, nor the solicitor's page."""

import re
from pathlib import Path

import pytest

from bot.reports import playbook, privacy
from bot.reports.questions import STATUSES, USES
from bot.reports.signposts import DEFAULTS
from cogs.reports import asking, conversation

DEMANDS = Path(__file__).parent.parent.parent / "docs" / "legal-demands.md"


def steps(code: str) -> str:
    return " ".join(playbook.play(code).steps)


def demands() -> str:
    return " ".join(DEMANDS.read_text(encoding="utf-8").split())


def test_what_goes_before_a_reporters_choice_is_told_before_they_write_and_when_they_choose() -> (
    None
):
    assert "goes before the use that the reporter chose" in steps("harm")
    for at_once in (False, True):
        screen = asking.explanation(DEFAULTS, "at 18:00", at_once=at_once)
        uses = conversation.uses_text(None, "at 18:00", at_once=at_once)
        for shown in (screen.description or "", uses):
            assert privacy.HARM in shown
    assert "a life, a child or an adult at risk" in privacy.HARM
    promised = " ".join([*(use.hint for use in USES), *conversation.MEANS.values()])
    assert "nobody" not in promised
    assert "unless somebody is in danger" in promised


def test_whoever_reads_of_a_child_at_risk_is_sent_to_somebody_who_exists() -> None:
    """Nobody can be named for a server, so the steps name whom everybody can ring."""
    assert "named for this server" not in steps("harm")
    for said in ("the council's children's or adults' services", "NSPCC, 0808 800 5000", "999"):
        assert said in steps("harm")


@pytest.mark.parametrize("play", playbook.PLAYS)
def test_every_status_that_the_steps_name_is_one_and_no_step_sets_two(play: playbook.Play) -> None:
    known = {status.label for status in STATUSES}
    for step in play.steps:
        for rest in step.split("Set the status to ")[1:]:
            named = [label for label in known if rest.startswith(label)]
            assert len(named) == 1, step
            assert not re.match(r" (and|or|then) (close|set|mark)", rest.removeprefix(named[0])), (
                step
            )


def test_where_a_life_is_threatened_police_are_told_whom_they_can_ask() -> None:
    for code in ("harm", "abuse", "demand"):
        assert "Discord may" in steps(code)
        assert "police can ask it urgently" in steps(code)
        assert "nobody can make one" not in steps(code)
    assert "the police can ask Discord urgently" in demands()
    assert "that Steward holds no name" in demands()


def test_moderators_confirm_nothing_as_the_solicitors_page_wants_it() -> None:
    assert "do not confirm that a report exists" in demands()
    assert "confirm nothing, not even that there is a report" in steps("demand")
    assert "no name to hand over" not in steps("demand")
    assert "except where a life is in danger now" in demands()


def test_what_the_memory_of_the_process_ties_together_until_midnight_is_said() -> None:
    assert "In the memory of the running process, until midnight UTC" in demands()
    assert "docs/legal-demands.md" in steps("abuse")


def test_no_other_way_is_promised_to_be_the_same_as_this_one() -> None:
    screen = asking.explanation(DEFAULTS, "at 18:00", at_once=False).description or ""
    assert "just as good" not in screen
    assert "advises on speaking up and takes no reports" in screen
    assert privacy.NO_DISCLOSURE in screen
    for said in ("no grievance", "not known to be protected in law"):
        assert said in privacy.NO_DISCLOSURE
    assert "starts no grievance" in steps("colleague")
