"""What is said of a file of answers that was brought back."""

from collections import Counter

from bot.reports.away.bringing import Brought
from bot.text import counted

CUT = (
    "**It could not all be stored just now**: the disk is full or the file is in use. Bring the "
    "same file again in a few minutes; nothing is doubled."
)
SECOND = (
    "You are the second moderator for {}, and answer for it: if somebody else wrote that, tell "
    "the others now. It counts from the next export on."
)
PROPOSED = "You are now whoever proposed {}; somebody else has to agree, in a file of their own."
REDACTED = (
    "The words that were taken out are deleted here. Bundles that were exported before hold them "
    "still, sealed: delete those, and export again."
)
STOPPED = (
    "Whoever sent or added to {} today, and since I was last started, can send no more here until "
    "midnight UTC or a restart. I cannot tell you who, nor whether there was anybody to stop."
)
LATE = (
    "{} to stop a sender came too late: it works on the day (UTC) on which it was asked for. "
    "Nobody was stopped by it."
)
ON_HOLD = (
    "{} that would take words out not taken: a legal hold is set, and they would be destroyed. "
    "Bring the file again once it is lifted. If somebody is in danger from those words, ask the "
    "union's solicitor today."
)
STALE = (
    "{} not taken: what it is about was changed since the export, by a later answer or by taking "
    "words out. Export again, look, and answer anew."
)
OWN = (
    "{} to a quotation not taken: you brought the words yourself. A second moderator has to write "
    "their own file and bring it from their own account."
)
RESEALED = (
    "{} resealed to the new key. Reports that came before the key was changed and were not shown "
    "yet are not among them: export and reseal once more after the next notice time, before you "
    "destroy the older key."
)
UNSEALED = (
    "{} not resealed: a legal hold is set, and I cannot try whether the new key opens what a file "
    "brings. Keep both keys, and bring the file again once the hold is lifted. New reports are "
    "sealed to the new key all the same."
)
PERIODS = "Figures of {} kept for good: `/inbox figures` shows them."


def brought_text(brought: Brought) -> str:
    """What came of it, a line for each thing that a moderator must know."""
    text = f"Brought back {counted(brought.added, 'answer')}."
    if brought.known:
        text += f" {brought.known:,} had been brought back before, and are not doubled."
    if brought.gone:
        text += f" {brought.gone:,} are for reports that are not here any more."
    names = Counter(action for action, _ in brought.did)
    said = (
        (names["inbox.redact"], "word", REDACTED),
        (names["inbox.quote.propose"], "quotation", PROPOSED),
        (names["inbox.quote.agree"], "quotation", SECOND),
        (names["inbox.stop"], "report", STOPPED),
        (brought.late, "request", LATE),
        (brought.on_hold, "answer", ON_HOLD),
        (brought.stale, "answer", STALE),
        (brought.own, "agreement", OWN),
        (brought.resealed, "message", RESEALED),
        (brought.unsealed, "message", UNSEALED),
        (brought.periods, "period", PERIODS),
        (int(brought.cut), "answer", CUT),
    )
    lines = [sentence.format(counted(number, what)) for number, what, sentence in said if number]
    return "\n".join([text, *lines])
