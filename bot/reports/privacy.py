"""Who can see what: the one source of `/report privacy`, and PRIVACY.md says the same.

Some sentences depend on whether moderators see reports at notice times or, with
``REPORT_NOTICE_TIMES=now``, at once. A test compares them all with PRIVACY.md and with the tables
of reports.db.
"""

from dataclasses import dataclass

from bot.reports.choices import DEFAULT_DAYS, FEWEST_DAYS, MOST_DAYS, Keeping


@dataclass(frozen=True, slots=True)
class Observer:
    """Somebody who might look, and what they can learn about a report and its reporter."""

    who: str
    learns: str


def observers(*, at_once: bool) -> tuple[Observer, ...]:
    """Everybody who might look."""
    moderators = READERS_AT_ONCE if at_once else READERS
    operator = OPERATOR_AT_ONCE if at_once else OPERATOR
    return (*_OUTSIDE, moderators, ADMINISTRATORS, operator, *_THIEVES)


def not_hidden(*, at_once: bool) -> str:
    """Who learns what all the same, in short."""
    return NOT_HIDDEN_AT_ONCE if at_once else NOT_HIDDEN


def remains(*, at_once: bool) -> tuple[str, ...]:
    """What is not protected."""
    return (ALONE_AT_ONCE, *_REMAINS) if at_once else (ALONE, URGENT, DATED, *_REMAINS)


def deleted(*, at_once: bool) -> str:
    """What withdrawing does."""
    return f"{GONE} {SEEN_AT_ONCE if at_once else HELD} {BACKUPS}"


def kept_for(keeping: Keeping | None) -> str:
    """How long reports are kept here; None where no server is asked about."""
    if keeping is None:
        return f"{AGE} {CHOSEN_THERE} {HOLD_COULD_BE}"
    text = (
        AGE if keeping.days == DEFAULT_DAYS else AGE.replace(str(DEFAULT_DAYS), str(keeping.days))
    )
    return f"{text} {HOLD_IS_SET if keeping.hold else HOLD_COULD_BE}"


def at_check(keeping: Keeping | None) -> str:
    """What somebody who comes back to a report is told of how long it is kept.

    None where no server is asked about.
    """
    if keeping is None:
        return CHOSEN_THERE
    if keeping.hold:
        return HOLD_IS_SET
    return f"A report is deleted {keeping.days} days after moderators have finished with it."


# The essentials; each sentence is said at length below.
HIDDEN = (
    "No name or account is stored; of the time only the week. Your words are sealed, and other "
    "members see nothing."
)
NOT_HIDDEN = (
    "Discord sees your account and what you type; whoever runs the bot could, and until the next "
    "notice time the disk tells them when something last came in. Moderators read your words, and "
    "may guess from who was online, how you write, or what few people know. To protect a life, a "
    "child or an adult at risk your words are passed on."
)
NOT_HIDDEN_AT_ONCE = (
    "Discord sees your account and what you type; whoever runs the bot could, and the disk tells "
    "them when something last came in. Moderators read your words within seconds, and may guess "
    "from who is online, how you write, or what few people know. To protect a life, a child or an "
    "adult at risk your words are passed on."
)
TAKE_BACK = (
    "Type the receipt at `/report check` and withdraw: your words leave the file at once. What was "
    "read or passed on stays so."
)

READERS = Observer(
    "Moderators who read reports",
    "your words and choices, never your name, account or the time. They see everything that came "
    "in between two notice times at once. If yours is the only one, they may guess from who was "
    "online.",
)
READERS_AT_ONCE = Observer(
    READERS.who,
    "your words and choices, never your name or account. Here they see each report within seconds "
    "of its sending, and so when it was sent: they may guess from who was online just then.",
)
_OUTSIDE = (
    Observer(
        "Discord, the company",
        "your account, when you used these commands, every word you type here, the receipt and the "
        "replies. Nothing we do can hide that from Discord.",
    ),
    Observer(
        "Other members",
        "nothing. Forms and answers are shown to you alone, and nothing is posted in a channel "
        "when you send.",
    ),
)
ADMINISTRATORS = Observer(
    "Administrators of this server",
    "that moderators were told a number of reports. With the role that reads reports, which they "
    "can take, the same as moderators.",
)
_WHILE_IT_RUNS = (
    "While the bot runs, somebody who changed it or looked into its memory could see your account "
    "and your words as they pass. You trust them with that."
)
OPERATOR = Observer(
    "Whoever runs the bot",
    "from the disk, until the next notice time, the second in which something last came in; if "
    "they look, they may guess from who was active just then. No name or account is stored. "
    + _WHILE_IT_RUNS,
)
OPERATOR_AT_ONCE = Observer(
    OPERATOR.who,
    "from the disk the second in which something last came in, and may guess from who was active "
    "just then. No name or account is stored. " + _WHILE_IT_RUNS,
)
_THIEVES = (
    Observer(
        "A thief of the file",
        "how many reports there are, their status, the week from which moderators could see each, "
        "and how long conversations are. The words and your choices are sealed; of their length it "
        "shows only where a text is unusually long.",
    ),
    Observer(
        "A thief of the file and the key",
        "the words and choices as well, and what moderators wrote. Not who wrote, and not your "
        "receipt: neither is stored.",
    ),
)

ALONE = "A lone report between two notice times can be guessed from who was active then."
ALONE_AT_ONCE = (
    "Moderators see at once what you send, add or withdraw, and can compare it with who is active "
    "at that moment."
)
URGENT = (
    "If you choose that moderators are told now because someone may come to harm, they see that "
    "report at once, and when it came in, and may guess from who was online just then."
)

HARM = (
    "Whatever you choose: what protects a life, a child or an adult at risk is passed on, to 999 "
    "or to those who protect them. Your name is not, since nobody here has it."
)
NO_DISCLOSURE = (
    "A report here is no grievance and stops no time limit, and is not known to be protected in "
    "law as whistleblowing."
)
LEFT = (
    "If you leave this server or are removed, the receipt cannot be used here any more. Whoever "
    "answers for reports can have yours deleted by it; you can send it to them without your name."
)
WHATEVER = (
    HARM,
    NO_DISCLOSURE,
    LEFT,
    (
        "Unions are not among the bodies that the law prescribes for whistleblowing; an advice "
        "line or a lawyer tells you what would protect you."
    ),
)

DATED = "Copies of the file made between notice times tell when about a report came in."
_REMAINS = (
    "Each time you come back, fewer people can have been it: those who were active every time.",
    "Your way of writing, or a detail that few people know, can give you away.",
    (
        "We remove case, prison, PNC, CRO, NI and NHS numbers, phones, emails and postcodes before "
        "you send. Names, places and job titles, dates of birth, car and staff numbers we do not "
        "recognise."
    ),
    "Memory cards and providers' snapshots can keep old copies of the sealed file for a while.",
    "What moderators have read they cannot unread, and what went out cannot be called back.",
)

PURPOSE = (
    "So that those who read reports can look into what you tell, answer you, count it, and use it "
    "as you allow. Never to find out who wrote, and no program decides anything about anybody."
)
COMPLAINTS = (
    "If this is not handled as it should be, tell whoever answers for it first. After that you can "
    "complain to the Information Commissioner's Office, at ico.org.uk/make-a-complaint. Its form "
    "asks for your name: ask what is passed on before you send it."
)

KEPT = (
    "For each report we keep a random number, this server's number, the sealed words and choices, "
    "its status, the week from which moderators could see it, whether moderators were told, the "
    "weeks in which moderators last saw something happen to it and closed it, a random number that "
    "reports of one matter share, and what one long calculation makes of your receipt: a number to "
    "find the report by and a key that replies are sealed to. For each message under it: its place "
    "in the conversation (an addition takes its place when moderators are shown it), whether you "
    "or a moderator wrote it, and for whom, the sealed words, the week, whether a reply was "
    "fetched, and, of what moderators bring in a file, which of them brought it or agreed to it."
)

GONE = "Withdrawing deletes your words from the file at once."
HELD = (
    "So that nobody can tell when you did it, moderators who could see the report can still open "
    "it from memory until the next notice time, use words that were approved, and take it with "
    "them in an export, unless you choose that it is hidden now; then they can tell that it was "
    "withdrawn just now."
)
SEEN_AT_ONCE = "Moderators who could see the report can tell that it was withdrawn just now."
BACKUPS = (
    "Backups made before hold it sealed until they are deleted. Restoring one does not bring it "
    "back, unless the list of what was deleted was lost with the machine: then the moderators are "
    "told, and you can withdraw again. What moderators exported before keeps it too, sealed."
)

AGE = (
    "When moderators have closed a report, returned it or found it not to be for them, it is "
    "deleted for good 180 days later, counted from the end of the week; whatever happens to it "
    "meanwhile starts that time anew. A report on which nothing happens for 12 months closes by "
    "itself. Of backups the same holds as for what was withdrawn."
)
CHOSEN_THERE = (
    f"Each server can choose from {FEWEST_DAYS} to {MOST_DAYS} days instead of {DEFAULT_DAYS}; "
    "`/report privacy` says how many there."
)
HOLD_COULD_BE = (
    "If the union's solicitor asks for a legal hold, nothing is deleted or closed for its age "
    "until it is lifted. You are told here and at `/report check`, and can still withdraw."
)
HOLD_IS_SET = (
    "**A legal hold is set here just now**: until it is lifted, nothing is deleted or closed for "
    "its age. You can still withdraw, and that deletes your report as always."
)
