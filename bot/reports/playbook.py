"""What those who read reports do with one that is not just to be counted.

Not legal advice: where law is touched, the union's solicitor or data-protection officer decides.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Play:
    """One kind of report and what to do with it.

    Attributes:
        code: of a button or a select.
        title: what kind.
        steps: one after the other.
    """

    code: str
    title: str
    steps: tuple[str, ...]


OPENING = (
    "Nobody watches this inbox day and night, and reporters are told so. You cannot find out who "
    "wrote, and must not try: not by asking, by comparing who was online, or by guessing aloud."
)

PLAYS = (
    Play(
        "harm",
        "Somebody may come to harm",
        (
            (
                "Danger to life now: call 999 with what the report says, even if you know no "
                "name. Say that it came anonymously, that you cannot ask back, that we hold no "
                "name, and that Discord may: the police can ask it urgently."
            ),
            (
                "A child or an adult at risk: bring it today, by telephone, to the council's "
                "children's or adults' services where they live; about a child also to the "
                "NSPCC, 0808 800 5000, where you do not know the place. Tell your union's "
                "safeguarding lead, if it has one. Pass on what is needed to protect, and say "
                "that it is unconfirmed. This goes before the use that the reporter chose, and "
                "reporters are told so before they write; nothing else does."
            ),
            (
                "Two of you decide, and you do it within the hour. Do not wait for an answer from"
                " the reporter: they may not look for days."
            ),
            (
                "Write a note under the report with what was passed on, to whom and when, without"
                " new names. Then tell the reporter, with What became of it."
            ),
            (
                "If it is the reporter who is struggling: reply with the numbers that the first "
                "screen of `/report new` gives, and that you are glad they wrote. Do not ask who "
                "they are. If they say that they will die now, that is danger to life: 999, as "
                "above."
            ),
        ),
    ),
    Play(
        "names",
        "It names somebody the work is about",
        (
            (
                "Somebody whom the reporter works with as a professional, such as a client, a "
                "patient or a supervised person, has not agreed to be here. The union has no "
                "reason to keep their details."
            ),
            (
                "Use Redact more at once: take out the name, the case, the address, the offence "
                "or illness, and what would tell who it is. It is deleted for good. Do not copy "
                "it first."
            ),
            "Do not post, forward or screenshot the report before that.",
            (
                "Set the status to Returned: names someone, and reply what was taken out and why,"
                " so that the next report comes without it."
            ),
            (
                "If bundles were exported meanwhile, delete them and export again. If it went out"
                " of the inbox in any way, tell the data-protection officer today: there may be "
                "72 hours."
            ),
        ),
    ),
    Play(
        "colleague",
        "It accuses a colleague or a manager",
        (
            (
                "It is one side, unconfirmed. Take out the name unless the matter is of no use "
                "without it; nobody outside the inbox needs it to count the report."
            ),
            (
                "A report about one of you, or about the union: hand it to somebody it is not "
                "about, and stay out of it. A note says that you did."
            ),
            (
                "Reply with the routes that protect the reporter: a representative, the "
                "employer's own procedure, a regulator, a whistleblowing advice line. A report "
                "here is none of them: it starts no grievance and stops no time limit. Advise "
                "nobody on the law here."
            ),
            (
                "Do not put it to the accused or to the employer in words that only this reporter"
                " could have written."
            ),
        ),
    ),
    Play(
        "abuse",
        "It is abuse, spam or a threat",
        (
            (
                "Answer nothing in anger. Set the status to Not for us: such reports are deleted "
                "after their time, as closed ones are."
            ),
            (
                "A threat to life is a matter for 999, whoever wrote it. Say that we hold no "
                "name, and that Discord may: the police can ask it urgently. Then ring the "
                "controller that `/report privacy` names, the same hour: what else there is, and "
                "what becomes of it, is for the union's solicitor (`docs/legal-demands.md`)."
            ),
            (
                "If there are many, label them and tell an administrator: limits bound what one "
                "account can send in a day. Where the report offers Stop this sender, it works "
                "until the end of the day alone, and you learn no name by it."
            ),
            (
                "Hurtful words can be taken out with Redact more before others read them. Whoever"
                " had to read them should be asked how they are."
            ),
        ),
    ),
    Play(
        "demand",
        "Somebody demands to know who wrote",
        (
            (
                "The police, a court, the employer, a journalist, or a union officer: you decide "
                "nothing, promise nothing and confirm nothing, not even that there is a report. Do "
                "not open, export, redact or delete anything."
            ),
            (
                "Pass it to the controller that `/report privacy` names; its solicitor decides. "
                "`docs/legal-demands.md` says what exists and what does not."
            ),
            (
                "Say one thing: that it goes to the union's solicitor, who answers. What Steward "
                "keeps is public in its documents; that is not yours to explain here."
            ),
            (
                "Only if they say that a life is in danger now: that we hold no name, that Discord "
                "may, and that the police can ask it urgently. And ring the controller at once."
            ),
        ),
    ),
    Play(
        "quote",
        "You would like to use its words",
        (
            (
                "The report says what its reporter allows, as of the last notice. Counting is "
                "always allowed; words are not."
            ),
            (
                "In confidence means an MP, an inspector or a union lawyer, named people, in "
                "writing, with the request not to publish. Say so to the reporter with What "
                "became of it."
            ),
            (
                '"After I approve the words" lets nothing out before they are approved, in '
                "confidence either. The employer is told that a matter came up only where words "
                "may be public."
            ),
            (
                "Publicly: only with Quote. One of you proposes, another agrees, and where the "
                "reporter wants to be asked they approve the very words."
            ),
            (
                "Before you agree: would somebody who works there know whose words these are? "
                "Leave out days, places, grades and turns of phrase that few people use."
            ),
            "Look again on the day it goes out: a reporter can change their mind until then.",
        ),
    ),
)


def play(code: str) -> Play:
    """The play of a code; of an unknown one, the first."""
    return next((each for each in PLAYS if each.code == code), PLAYS[0])
