"""What of a question is kept when it is passed on: nothing that may name somebody."""

import re

from bot.knowledge.words import TYPED_LIMIT
from bot.text import cut, one_line

UNANSWERED_LIMIT = 150

_MASKED = re.compile(
    "|".join(
        (
            r"<[@#:][^>]{0,80}>",  # Discord's marks
            r"https?://\S+",
            r"\S*@\S+|\S+@",  # mail, and names of accounts
            r"[^\s#]+#\d{1,5}\b",  # accounts as they were written until 2023
            r"\(?\+?\(?\d(?:[\s.()/-]{0,2}\d){8,}",  # telephones, with whatever between
            r"\+?\d(?:[\s-]?\d){4,}",  # numbers of five digits and more
            r"\b[a-z]\d{4}[a-z]{2}\b",  # of a prisoner
            r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b",  # of a street: a British postcode
        )
    ),
    re.IGNORECASE,
)


def clean_question(question: str) -> str:
    """A question as it is counted: small letters, masked, at most 150 characters."""
    masked = _MASKED.sub("…", one_line(question[:TYPED_LIMIT])).lower()
    return cut(masked.strip(" ?!.,;:"), UNANSWERED_LIMIT)
