"""Which roles a button may hand out: each rule by itself, and that together they can be kept."""

from dataclasses import replace

import pytest

from cogs.common.roles import Chooser, Facts, objection

HARMLESS = Facts("<@&7>")


def test_a_harmless_role_below_both_is_handed_out() -> None:
    assert objection(HARMLESS) is None


BROKEN = [
    ({"everyone": True}, "Everybody has"),
    ({"managed": True}, "belongs to a bot or an integration"),
    ({"adds": ("Manage Messages",)}, "grants Manage Messages,"),
    ({"adds": ("A", "B", "C", "D", "E")}, "grants A, B, C and 2 more,"),
    ({"exceptions": ("<#1>", "<#2>")}, "has permissions of its own in <#1> and <#2>,"),
    ({"chooser": Chooser.UNKNOWN}, "do not know which moderator"),
    ({"chooser": Chooser.LEFT}, "has left the server"),
    ({"chooser": Chooser.DEMOTED}, "no moderator here any more"),
    ({"chooser": Chooser.OUTRANKED}, "not stand below the top role of whoever chose it"),
    ({"we_manage": False}, "I lack Manage Roles"),
    ({"below_us": False}, "not stand below my own role"),
]


@pytest.mark.parametrize(("broken", "said"), BROKEN)
def test_each_rule_alone_stops_it_and_says_what_to_do(broken: dict[str, object], said: str) -> None:
    found = objection(replace(HARMLESS, **broken))  # type: ignore[arg-type]
    assert found is not None
    assert said in found.why
    assert found.mend.endswith(".")
    assert str(found) == f"{found.why} {found.mend}"


def test_channels_that_cannot_be_seen_are_for_a_person_to_judge() -> None:
    assert objection(replace(HARMLESS, hidden=3)) is None


def test_every_way_a_moderator_can_stand_is_covered() -> None:
    for chooser in Chooser:
        assert (objection(replace(HARMLESS, chooser=chooser)) is None) == (chooser is Chooser.ABOVE)
