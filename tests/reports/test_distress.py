"""Which words have where to turn repeated, and which do not."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.reports.distress import Concern, concerns
from bot.reports.signposts import DEFAULTS, LIMIT, Signposts

SUGGESTS = {
    Concern.DANGER: (
        "He said he is going to kill me at the next appointment.",
        "A colleague was attacked in the waiting room on Monday.",
        "We get death threats and nobody acts.",
        "She is in danger and the police were not told.",
        "He threatened to stab the receptionist",
        "I FEAR FOR MY SAFETY",
        "the man had a knife on him",
        "Somebody will die if this goes on.",
        "he followed me home twice",
        "It isn\u2019t safe at home for her",
        "a man has strangled her before and could kill her",
        "He said he would kill his ex tonight.",
        "he has got a knife in the office",
        "There is a knife in the drawer of room 4",
        "he threatened to stab me",
        "his partner is scared he will hurt her",
        "she is being raped",
        "he is going to hurt somebody tonight",
        "there is a bomb",
        "he will set fire to the AP",
        "he punched me in the face",
        "He is going to kill his mother",
    ),
    Concern.AT_RISK: (
        "There are children at risk and no home visits.",
        "The child is at risk, nobody checked.",
        "He is living with his young children against the licence.",
        "I raised a safeguarding concern in June.",
        "child-protection meetings were missed",
        "he hits his girlfriend",
        "unsupervised contact with her son",
        "A vulnerable adult is at risk in that hostel",
        "There is a risk of harm to the baby",
        "he was grooming young girls again",
        "A child is being abused.",
        "a kid at the hostel is being abused",
        "the toddler has bruises",
        "he is grooming a 14 year old",
        "resident is starving his elderly mother",
    ),
    Concern.STRUGGLING: (
        "I can't cope any more.",
        "I cannot go on like this",
        "A man I supervise has talked of suicide.",
        "two colleagues are suicidal",
        "i feel sucidal or sucide is all i think of",
        "I don\u2019t want to be here anymore",
        "Some days I want to die.",
        "self-harm is common in the hostel",
        "She took her own life in March.",
        "thoughts of ending my life",
        "they would be better off without me",
        "I am at breaking point",
        "he took an overdose last night",
        "I'm going to top myself",
        "she said she would hang herself",
        "I've taken pills",
        "he has taken all his tablets",
        "I want to end things",
        "I feel like jumping off the bridge",
        "I can't see a way out",
        "I don't want to be alive",
        "I'm not coping",
        "I am on the edge",
        "I might do something stupid",
        "I'd rather be dead",
    ),
}
ORDINARY = (
    "Nobody has had supervision since October, and the rota is impossible.",
    "The deadline is killing the team and the system is down again.",
    "My caseload is at 130 per cent and the computers crash at lunch.",
    "Training on managing risk was cancelled for the third time.",
    "We were told to hit the target or lose the office.",
    "The cut in pay was a stab in the back.",
    "Unpaid overtime, and no answer to the grievance.",
    "Court reports are due in a day and the printer does not work.",
    "The end of the contract is near; jobs are at risk.",
    "They want to close the office and take the building back.",
    "People die to get a Friday off, as we say here.",
    "High risk cases go to new staff without any handover.",
    "I take my own laptop because theirs is dead.",
    "Managers go on and on about performance.",
    "The new system is on the edge of collapse.",
    "We take tablets out on visits and the batteries die.",
    "I would top up my hours myself, and the new laptops cost a bomb.",
    "The budget took a hit and the news was a bombshell.",
    "Staff burn themselves out; the managers shot themselves in the foot.",
    "Nobody knows the way out of this rota.",
    "Management did something silly with the spreadsheet.",
    "They want to end the pilot, and things end badly for us.",
    "The girl at the front desk was moved to another office.",
    "We had a 10 year old printer.",
)


@pytest.mark.parametrize(
    ("concern", "text"), [(concern, text) for concern, texts in SUGGESTS.items() for text in texts]
)
def test_words_that_suggest_it_are_recognised(concern: Concern, text: str) -> None:
    assert concern in concerns(text)
    assert concern in concerns(text.upper().replace(" ", "\n"))


@pytest.mark.parametrize("text", ORDINARY)
def test_what_people_usually_report_suggests_nothing(text: str) -> None:
    assert concerns(text) == ()


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert set(concerns(text)) <= set(Concern)


def test_nothing_of_it_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        concerns("I want to die.")
    assert caplog.records == []


@given(st.sets(st.sampled_from(Concern)))
def test_what_is_called_for_stands_first_and_bold_and_nothing_else_is_left_out(
    called: set[Concern],
) -> None:
    lines = {
        Concern.DANGER: "In danger now: 999.",
        Concern.AT_RISK: (
            "A child or an adult at risk: your employer's safeguarding procedure, today."
        ),
        Concern.STRUGGLING: "Struggling: Samaritans, 116 123, at any hour.",
    }
    shown = DEFAULTS.called_for(called)
    if not called:
        assert shown == ""
        return
    *bold, rest = shown.split("\n")
    assert bold == [f"**{lines[each]}**" for each in Concern if each in called]
    others = [lines[each] for each in Concern if each not in called]
    assert rest == " ".join(["**Nobody watches this day and night.**", *others])
    assert all(shown.count(line) == 1 for line in lines.values())


@given(st.text(max_size=LIMIT))
def test_a_servers_words_can_neither_format_nor_mention(text: str) -> None:
    try:
        chosen = Signposts.of({"helpline": text})
    except InvalidInput:
        return
    shown = chosen.nobody_watches.removeprefix("**Nobody watches this day and night.**")
    for sign in ("**", "<@", "](", "\n", "||"):
        assert sign not in shown


def test_what_is_left_empty_stays_as_it_comes_and_too_much_is_refused() -> None:
    assert Signposts.of({"emergency": " ", "route": ""}) == DEFAULTS
    chosen = Signposts.of({"emergency": "112.", "helpline": "Lifeline\n0808 1"})
    assert "In danger now: 112. A child" in chosen.nobody_watches
    assert "Struggling: Lifeline 0808 1." in chosen.nobody_watches
    with pytest.raises(InvalidInput, match="150 characters"):
        Signposts.of({"route": "x" * (LIMIT + 1)})
