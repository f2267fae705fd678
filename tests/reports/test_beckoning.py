"""Which replies hold a way out of here, and which do not."""

import random

import pytest

from bot.reports.beckoning import beckons
from tests.reports.generated_ordinary import ORDINARY


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("https://evil.example/form?r=1", True),
        ("see EVIL.example/form", True),
        ("it is on www.evil", True),
        ("write to jo@evil.example", True),
        ("our page, union.org.uk, says more", True),
        ("join discord.gg", True),
        ("Call 116 123, at any hour.", False),
        ("It was raised with them.They answer in week 12, e.g. in a letter.", False),
        ("See section 3.2 of the policy and/or ask.", False),
        ("see foo.page or foo.ai", True),
        ("look at example dot com", True),
        ("form [dot] example (dot) org", True),
        ("it is at 1.2.3.4/x", True),
        ("Ring 07700 900123 tonight", True),
        ("our office: 0113 496 0000", True),
        ("Ring 0800 123 4567, it is free.", True),
        ("write to jo dot bloggs at example dot org", True),
        ("My Discord name: jo_bloggs", True),
        ("I am @jo_bloggs there, or jo#1234", True),
        ("Please DM me when you can.", True),
        ("Could you ring us?", True),
        ("Ring 0800 1111, 0800 555 111 or 0808 2000 247, or 999.", False),
        ("It was raised at 10.30 on 03/04/2026; 25 of 62 cases, 1,250,000 pounds.", False),
        ("Find me as jo_bloggs on Discord", True),
        ("my discord is jo_bloggs", True),
        ("My Discord username is jo", True),
        ("look me up on Facebook", True),
        ("DM jo_bloggs about it", True),
        ("telegram jo_b", True),
        ("signal: jo.12", True),
        ("WhatsApp group: leeds reps", True),
        ("jo_bloggs#0", True),
        ("text JO to 60300", True),
        ("Text REP to 88020 for the form", True),
        ("fill the form on bit . ly", True),
        ("go to example . org / abc", True),
        ("see us on insta, leeds_union", True),
        ("Text SHOUT to 85258, or ring 116 123.", False),
        ("Discord itself sees what you type, so take care.", False),
        ("Was it said in a DM or in a Teams message?", False),
        ("Did the signal in the building fail, and is there a text of the policy?", False),
        ("They did it . So we ask again. In 2 of 3 cases . We know.", False),
        ("Was the text to 12 of you sent at 10:30? How to find me time, they ask.", False),
        ("Tell us more here; who else could you talk to at work?", False),
    ],
)
def test_ways_out_of_here_are_known(text: str, *, leads: bool) -> None:
    assert beckons(text) == leads


@pytest.mark.parametrize("kind", ORDINARY)
def test_numbers_dates_and_things_of_a_reply_are_no_ways_out(kind: str) -> None:
    chance = random.Random(5)
    lines = ("0800 1111", "0800 555 111", "0800555111", "0808 2000 247")
    for _ in range(100):
        said = ORDINARY[kind](chance)
        # A page is one, and a free line that not everybody knows.
        expected = "gov.uk" in said or (
            kind == "helpline" and said.startswith(("0800", "0808")) and said not in lines
        )
        assert beckons(f"Thank you. You wrote of {said} and we ask.") == expected, said
