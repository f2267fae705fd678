"""What is wrong with a feed that can be read all the same, in sentences for a moderator."""

from collections import Counter
from collections.abc import Sequence

from bot.feeds.model import Entry
from bot.text import counted

BROKEN = "Its XML is broken, so something of it may be missing. The site should be told."
CUT_OFF = "It breaks off before its end. The last article is left out until it comes whole."


def wrong_type(content_type: str) -> str:
    """It comes with a type that is none of a feed."""
    return (
        f"The site sends it as “{content_type[:60]}”, which is not a feed's type. "
        "I read it all the same."
    )


def of_entries(entries: Sequence[Entry], limit: int, total: int) -> tuple[str, ...]:
    """What the articles of a whole document lack.

    Args:
        limit: how many articles are looked at.
        total: how many there are.
    """
    found: list[str] = []
    if total > limit:
        found.append(f"It has {total:,} articles; I look at the first {limit:,} only.")
    _missing(
        found,
        [entry.published is None for entry in entries],
        "no date, so I cannot tell how old they are",
        "no date",
    )
    _missing(
        found,
        [not entry.guid for entry in entries],
        "no id (guid); I tell them apart by their links and titles",
        "no id (guid)",
    )
    _missing(
        found,
        [not entry.own_link for entry in entries],
        "no link of their own; their titles lead to the site",
        "no link of its own",
    )
    shared = [guid for guid, uses in Counter(e.guid for e in entries if e.guid).items() if uses > 1]
    if shared:
        found.append(
            f"{counted(len(shared), 'id (guid) is', 'ids (guids) are')} used for several articles. "
            "I tell those apart by their links."
        )
    return tuple(found)


def _missing(found: list[str], lacking: Sequence[bool], all_lack: str, one_lacks: str) -> None:
    count = sum(lacking)
    if count and count == len(lacking):
        found.append(f"Its articles have {all_lack}.")
    elif count:
        verb = "has" if count == 1 else "have"
        found.append(f"{count:,} of its {counted(len(lacking), 'article')} {verb} {one_lacks}.")
