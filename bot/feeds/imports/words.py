"""What has come of an import, in words."""

from bot.feeds.imports.model import Progress
from bot.text import counted, cut, escape, utf16_len

NOTICE_LIMIT = 1_900  # Discord: 2,000 characters in a message


def counts(progress: Progress) -> str:
    """The counts in one line, the empty ones left out."""
    parts = [f"**{progress.added:,}** added"]
    if progress.known:
        parts.append(f"**{progress.known:,}** already here")
    if progress.failed:
        parts.append(f"**{progress.failed:,}** failed")
    if progress.stopped:
        parts.append(f"**{progress.stopped:,}** not tried")
    return " · ".join(parts)


def outcome(progress: Progress) -> str:
    """A notice for the moderators, with as many of the failures as have room."""
    channel = f"<#{progress.about.channel_id}>"
    lines = [f"The import of {counted(progress.total, 'feed')} into {channel} is over.",
             counts(progress)]  # fmt: skip
    left = NOTICE_LIMIT - sum(utf16_len(line) + 1 for line in lines) - 40
    for number, item in enumerate(progress.failures):
        line = f"- **{escape(cut(item.title, 80))}**: {cut(item.reason, 300)}"
        left -= utf16_len(line) + 1
        if left < 0:
            lines.append(f"… and {len(progress.failures) - number:,} more.")
            break
        lines.append(line)
    return "\n".join(lines)


def failures_text(progress: Progress) -> str:
    """Every failure as a text file: title, address, reason, an empty line between them."""
    return "\n".join(f"{item.title}\n{item.url}\n{item.reason}\n" for item in progress.failures)
