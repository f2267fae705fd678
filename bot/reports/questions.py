"""What a report asks, and what may be answered; codes are stored (sealed), labels are shown.

The categories group the 21 kinds of workplace issue that probation workers wrote about publicly.
Codes stay as they are once used; labels may be reworded.
"""

from dataclasses import dataclass
from typing import Self

from bot.errors import InvalidInput
from bot.reports.circumstances import NOTHING_SAID, Circumstances
from bot.reports.options import Option, label
from bot.reports.redaction import Redacted, redact
from bot.text import utf16_len

__all__ = ["Answers", "Option", "clean", "label"]

TEXT_LIMIT = 3_000
# The preview's embed, with identifiers marked; Discord allows 4,096 in a description.
MARKED_LIMIT = 4_000


CATEGORIES = (
    Option("load", "Workload and hours", "caseloads, overtime, unpaid hours"),
    Option("well", "Stress, sickness and support", "health, line management, morale"),
    Option("safe", "Safety and allocation of risk", "unsafe allocation, lone working, premises"),
    Option("it", "IT, records, court and process", "systems down, reports, paperwork, admin"),
    Option("role", "Grades, roles and training", "work above grade, role cuts, learning"),
    Option("pay", "Pay, terms and job security", "pay, contracts, redundancy"),
    Option("fear", "Bullying, threats, speaking out", "fear, discrimination, obstruction"),
    Option("else", "Something else", "also providers' conduct, or the union's own service"),
)
EMPLOYERS = (
    Option("ps", "Probation Service"),
    Option("vol", "Charity or voluntary provider"),
    Option("com", "Company or contractor"),
    Option("pris", "Prison or approved premises"),
    Option("fam", "Family court service"),
    Option("oth", "Other, or rather not say"),
)
REGIONS = (
    Option("no", "Rather not say"),
    Option("n", "North of England"),
    Option("m", "Midlands"),
    Option("e", "East of England"),
    Option("l", "London"),
    Option("s", "South of England"),
    Option("w", "Wales"),
    Option("x", "National, or elsewhere"),
)
USES = (
    Option("count", "Count it only", "no word leaves the inbox, unless somebody is in danger"),
    Option("conf", "In confidence", "to an MP, an inspector or a union lawyer"),
    Option(
        "ask",
        "Publicly, after I approve the words",
        "you are asked at /report check, before any word of it is used",
    ),
    Option(
        "pub", "Publicly, as in the preview", "the words as the preview shows them, not asked again"
    ),
)
STATUSES = (
    Option("new", "New"),
    Option("looking", "Looking into it"),
    Option("acted", "Acted on"),
    Option("closed", "Closed"),
    Option("notus", "Not for us"),
    Option("named", "Returned: names someone"),
)

_QUESTIONS = {"category": CATEGORIES, "employer": EMPLOYERS, "region": REGIONS, "use": USES}


@dataclass(frozen=True, slots=True)
class Answers:
    """A report's words and choices, identifiers already removed.

    Attributes:
        category, employer, region, use: codes of the options above.
        text: what happened, redacted.
        around: what was said on the first screen.
    """

    category: str
    employer: str
    region: str
    use: str
    text: str
    around: Circumstances = NOTHING_SAID

    @classmethod
    def of(
        cls,
        *,
        category: str,
        employer: str,
        region: str,
        use: str,
        text: str,
        around: Circumstances | None = None,
        limit: int = TEXT_LIMIT,
    ) -> Self:
        """Check what came out of a form, and redact it. An empty choice takes its default.

        Args:
            limit: of the text, in UTF-16 code units; MARKED_LIMIT for one that was redacted before.

        Raises:
            InvalidInput: nothing was written, too much was, or a choice is unknown.
        """
        answers = cls(
            category or "else",
            employer or "oth",
            region or "no",
            use or "count",
            clean(text, limit).text,
            around or NOTHING_SAID,
        )
        for name, options in _QUESTIONS.items():
            if getattr(answers, name) not in {option.code for option in options}:
                raise InvalidInput(
                    "One of your choices is not on the list any more, probably because I was "
                    "updated. Please run `/report new` again. Nothing was sent."
                )
        return answers

    @property
    def codes(self) -> tuple[str, ...]:
        """The choices, in the order of the form, then those of the first screen."""
        return self.category, self.employer, self.region, self.use, *self.around.codes

    def payload(self) -> dict[str, str]:
        """What is sealed."""
        return {
            "v": "1",
            **{name: getattr(self, name) for name in _QUESTIONS},
            "month": self.around.month,
            "told": self.around.told,
            "effect": self.around.effect,
            "text": self.text,
        }


def clean(text: str, limit: int = TEXT_LIMIT) -> Redacted:
    """A text as it may be sent: trimmed and redacted.

    Args:
        limit: in UTF-16 code units, as Discord counts.

    Raises:
        InvalidInput: it is empty or too long.
    """
    redacted = redact(text.strip())
    trimmed = Redacted(redacted.text.strip(), redacted.removed)
    if not trimmed.text:
        raise InvalidInput("There are no words in it yet. Please write what happened.")
    if utf16_len(text) > limit or utf16_len(trimmed.text) > MARKED_LIMIT:
        raise InvalidInput(
            f"That is longer than the {TEXT_LIMIT:,} characters that fit. Please shorten it, or "
            "send the rest afterwards with `/report check`. Nothing was sent."
        )
    return trimmed
