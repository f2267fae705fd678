"""Which words have where to turn repeated, and which do not."""

import logging
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.reports.distress import Concern, concerns
from bot.reports.signposts import DEFAULTS, LIMIT, Signposts
from tests.reports.generated import Report
from tests.reports.generated_ordinary import ORDINARY as GENERATED

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
        "he is choking me",
        "They are choking me",
        "a client was strangling her",
        "he hit her with a chair",
        "she hit him and the target was missed",
        "He had me by the neck with one hand",
        "He is going to kill his mother",
        "He grabbed me by the throat",
        "he put his hands round her neck",
        "she pushed me down the stairs",
        "the client threw a chair at me and slapped me",
        "He hit me in the car park.",
        "he has been released and knows where I live",
        "He hit me today",  # though "it hit me to ..." is no blow
        "I'm scared to go home",
        "The office is on fire",
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
        "elderly mother is being beaten",
        "a boy of 12 lives there and he hits him",
        "a child of 4 is locked in a cupboard",
        "a minor is at risk there",
        "the minor lives there and he hits her",
        "she is 9 and he has her every weekend",
        "my neighbour was robbed",
        "he never lets her leave the room",
        "his pregnant girlfriend was beaten",
        "she is only 15 and he has been messaging her",
        "she hasn't eaten for days and he won't let her out",
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
        "I want it to stop, no one would miss me",
        "everyone would be better off if I was gone",
        "I have a plan to end it",
        "planning to end it tonight",
        "Planning to end it.",
        "ready to end it tomorrow night",
        "I want to end it with pills",
        "I am going to end things with a rope",
        "They won't miss me",
        "people would not even miss me",
        "no one will miss me when I go",
        "I'm tired of living like this",
        "unaliving myself",
        "kms",
        "i just want to kms lol",
        "i want to disappear for ever",
        "Life isn't worth living",
        "I would like to go to sleep and not wake up",
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
    "They have a plan to end it by April, and nobody would miss the old system.",
    "The team is better off without the new rota, and happier with fewer targets.",
    "It hit me hard, then they hit me with another target.",
    "Posts are going to disappear and the office could disappear.",
    "I am tired of living in fear of the next inspection report.",
    "The parole board will not let them out of it.",
    "Our staff were hit by the cuts, my partner was hit by redundancy.",
    "My daughter lives with her grandparents since the rota changed.",
    "My inbox is on fire.",
    "Claims should be in miles, and kms are not paid. I would claim kms if I could.",
    "She hit the target and he beat me to the job.",
    "I had to end the call, I had decided to leave it there.",
    "They will miss me when I transfer, people will miss me, and I shall miss them.",
    "Nobody would miss me at that meeting.",
    "Tired of living like this with no staff.",
    "I planned to end things with the agency, and I want to end things with my manager.",
    "He is going to end everything about the pilot.",
    "We are planning to end it by tomorrow, the old contract.",
    "She hit him with a written warning, and he hit me with a final written warning.",
    "The client hit her target and the manager hit his deadline.",
    "The paperwork is choking me, the workload is strangling us, and it strangles me.",
    "He had me by the neck with deadlines.",
    "She is 2 and he has 4 vacancies.",
    "My neighbour was robbed last year.",
    "He never lets him leave the room without a lecture.",
    "The minor delay was a pain, and nobody knows who touched them.",
    "It is a minor point but they hit us with targets and someone hit her car.",
    "Minor changes to the rota happen when someone touched them.",
    "HR grabbed the file, and he took me through the plan by the numbers.",
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


SOMEBODY = st.sampled_from(["me", "him", "her", "them", "a colleague", "his wife", "my mother"])
SOMEONE = st.sampled_from(["He", "She", "A man whom I supervise", "My manager"])
I_AM = st.sampled_from(["gone", "dead", "not here", "not around"])
MEANT: dict[Concern, st.SearchStrategy[str]] = {
    Concern.DANGER: st.one_of(
        st.builds(
            "{} {} {} by the {}".format,
            SOMEONE,
            st.sampled_from(["grabbed", "had", "held", "took", "pinned"]),
            SOMEBODY,
            st.sampled_from(["throat", "neck"]),
        ),
        st.builds(
            "{} {} {} {} the {}".format,
            SOMEONE,
            st.sampled_from(["pushed", "threw", "shoved", "slammed"]),
            SOMEBODY,
            st.sampled_from(["against", "into", "down", "through"]),
            st.sampled_from(["wall", "stairs", "door", "window"]),
        ),
        st.builds("{} {} {}".format, SOMEONE, st.sampled_from(["choked", "strangled"]), SOMEBODY),
    ),
    Concern.AT_RISK: st.one_of(
        st.builds(
            "{} {} {} {}".format,
            st.sampled_from(["An elderly", "A disabled", "Her frail", "a blind"]),
            st.sampled_from(["mother", "man", "neighbour", "woman", "father"]),
            st.sampled_from(["is being", "was", "has been", "gets"]),
            st.sampled_from(["beaten", "hit", "starved", "abused", "robbed", "locked in"]),
        ),
        st.builds(
            "A {} of {} {} and {} {} {}".format,
            st.sampled_from(["boy", "girl", "child"]),
            st.integers(1, 17),
            st.sampled_from(["lives there", "is in the house", "goes to him after school"]),
            st.sampled_from(["he", "she", "someone"]),
            st.sampled_from(["hits", "beats", "regularly hits", "kicks", "hurts"]),
            st.sampled_from(["him", "her"]),
        ),
    ),
    Concern.STRUGGLING: st.one_of(
        st.builds(
            "{} would {}miss me".format,
            st.sampled_from(["No one", "no-one", "Nobody", "noone"]),
            st.sampled_from(["", "even ", "really "]),
        ),
        st.builds(
            "{} would be better off if {} {}".format,
            st.sampled_from(["Everyone", "They", "my kids", "the team"]),
            st.sampled_from(["I was", "I were", "I'm", "I am"]),
            I_AM,
        ),
        st.builds(
            "{} {} to end it{}".format,
            st.sampled_from(["I have a", "I've got a", "I", "I had my"]),
            st.sampled_from(["plan"]),
            st.sampled_from(["", " all", " tonight"]),
        ),
        st.builds(
            "{} kms{}".format,
            st.sampled_from(["I want to", "i'm gonna", "might just", "this makes me want to"]),
            st.sampled_from(["", " tonight", " lol", ", honestly", " and nobody would care"]),
        ),
        st.builds(
            "{} {}".format,
            st.sampled_from(["unaliving", "I will unalive", "he talks of unaliving"]),
            st.sampled_from(["myself", "himself", ""]),
        ),
    ),
}


@pytest.mark.parametrize("concern", Concern)
@given(st.data())
def test_it_is_recognised_in_whatever_stands_around_it(
    concern: Concern, data: st.DataObject
) -> None:
    meant = data.draw(MEANT[concern])
    before, after = data.draw(st.tuples(*[st.sampled_from(["", *ORDINARY])] * 2))
    assert concern in concerns(f"{before} {meant}. {after}")


@pytest.mark.parametrize("kind", GENERATED)
def test_no_number_date_or_thing_that_stands_in_reports_suggests_anything(kind: str) -> None:
    chance = random.Random(7)
    frames = (
        "We had {} last year.",
        "I drive {}, then back to the office.",
        "{}",
        "They told me that it is {}",
        "I just did {} and will claim {}.",
        "It would be {}. Nobody asked me.",
    )
    for _ in range(200):
        text = chance.choice(frames).replace("{}", GENERATED[kind](chance))
        assert concerns(text) == (), text


def test_reports_as_people_write_them_suggest_nothing_by_chance() -> None:
    for seed in range(200):
        text = Report.of(seed).text
        assert concerns(text) == (), text


def test_what_was_written_for_the_knowledge_base_hardly_ever_suggests_anything() -> None:
    """Prose of the field: of its sentences with "risk" and "harm" few are somebody's own."""
    folder = Path(__file__).parents[2] / "bot" / "knowledge" / "content"
    read = [
        sentence
        for file in sorted(folder.glob("*.toml"))
        for sentence in re.split(r"(?<=[.!?])\s|\n", file.read_text(encoding="utf-8"))
        if len(sentence.split()) > 4
    ]
    found = [sentence for sentence in read if concerns(sentence)]
    assert len(read) > 1_500
    assert len(found) <= len(read) // 100, found


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
