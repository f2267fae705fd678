"""The audit trail in plain English: what each action is called, and what may be shown of it."""

import re
from collections.abc import Mapping

GROUPS: Mapping[str, str] = {
    "inbox": "Reports",
    "feeds": "Feeds",
    "knowledge": "Knowledge",
    "setup": "Set-up",
}

_WORDS: Mapping[str, str] = {
    "inbox.read": "opened report",
    "inbox.reply": "replied to report",
    "inbox.note": "wrote a note under report",
    "inbox.label": "labelled report",
    "inbox.used.count": "told the reporter that it was counted: report",
    "inbox.used.raise": "told the reporter that it was raised: report",
    "inbox.used.conf": "told the reporter that it was passed on in confidence: report",
    "inbox.used.pub": "told the reporter that it was quoted: report",
    "inbox.used.other": "told the reporter what became of report",
    "inbox.status.new": "set the status to New: report",
    "inbox.status.looking": "set the status to Looking into it: report",
    "inbox.status.acted": "set the status to Acted on: report",
    "inbox.status.closed": "closed report",
    "inbox.status.notus": "set the status to Not for us: report",
    "inbox.status.named": "returned, since it names someone: report",
    "inbox.merge": "joined as one matter: report",
    "inbox.unmerge": "took out of its matter: report",
    "inbox.hand": "handed on report",
    "inbox.redact": "deleted words for good from report",
    "inbox.stop": "stopped for the day the sender, whoever it is, of report",
    "inbox.quotations": "looked at quotations of report",
    "inbox.quote.propose": "proposed words to quote from report",
    "inbox.quote.agree": "agreed to quote words of report",
    "inbox.quote.ask": "asked the reporter about a quotation of report",
    "inbox.quote.take": "copied approved words of report",
    "inbox.figures.post": "published the figures up to",
    "inbox.export": "exported all reports, sealed",
    "inbox.import": "brought back answers from sealed reading",
    "inbox.key.reseal": "brought reports back resealed to the new key",
    "inbox.figures.bring": "brought figures back from sealed reading",
    "inbox.key": "changed the key that reports are sealed to",
    "inbox.key.new": "made a new key and had all reports resealed",
    "inbox.retention": "chose how long reports are kept:",
    "inbox.hold.set": "set a legal hold on the reports",
    "inbox.hold.lift": "lifted the legal hold on the reports",
    "inbox.left": "went through what to do when a reader leaves:",
    "feeds.add": "added feed",
    "feeds.edit": "changed feed",
    "feeds.remove": "removed feed",
    "feeds.pause": "paused feed",
    "feeds.resume": "resumed feed",
    "feeds.import": "imported feeds",
    "feeds.signup": "placed a sign-up button for feed",
    "feeds.flood-post": "had all held articles posted",
    "feeds.flood-newest": "had the newest of held articles posted",
    "feeds.flood-skip": "had held articles passed over",
    "knowledge.add": "added entry",
    "knowledge.edit": "changed entry",
    "knowledge.mend": "mended a slip in entry",
    "knowledge.hide": "hid entry",
    "knowledge.restore": "brought back entry",
    "knowledge.take-built-in": "took the built-in version of entry",
    "knowledge.keep-ours": "kept this server's version of entry",
    "knowledge.undo": "undid a change of entry",
    "knowledge.back": "went back to an earlier version of entry",
    "knowledge.export": "exported this server's entries",
    "knowledge.dismiss": "dismissed an unanswered question",
    "knowledge.put-back": "put an unanswered question back",
    "setup.front_desk": "placed the front desk",
}
# Whose target is words that a member typed.
_WORDLESS = {"knowledge.dismiss", "knowledge.put-back"}
_ID = re.compile(r"[0-9a-f]{32}")
_TO = re.compile(r"\bto (\d{15,20})\b")


def known(action: str) -> bool:
    """Whether an action has a name of its own."""
    return action in _WORDS


def words(action: str) -> str:
    """What somebody did, as the middle of a sentence; of an unknown action its parts."""
    if action in _WORDS:
        return _WORDS[action]
    group, _, rest = action.partition(".")
    if group == "setup":
        return f"chose in the set-up: {_spaced(rest)}"
    return f"{GROUPS.get(group, _spaced(group)).lower()}: {_spaced(rest)}"


def shown_target(action: str, target: str) -> str:
    """What may be shown of what it was done to: never words that a member typed.

    A report is shown by its name, the beginning of its random id.
    """
    if action in _WORDLESS:
        return ""
    target = _ID.sub(lambda found: found[0][:8], target)
    return _TO.sub(r"to <@\1>", target) if action.startswith("inbox.") else target


def _spaced(text: str) -> str:
    return re.sub(r"[._-]+", " ", text).strip()
