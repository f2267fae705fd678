"""Whether a message to a reporter holds a way out of here: to open, to ring or to write to.

Whoever uses it shows that they are the one who can read it. A warning too many costs a glance, so
this rather warns; the numbers of helplines that everybody rings tell nobody apart.
"""

import re

from bot.reports.edges import digits_in
from bot.reports.redaction import identifiers

# Endings of addresses that are no words with which a sentence goes on after its full stop.
_ENDINGS = (
    "uk|com|org|net|gov|info|gg|me|co|io|eu|app|dev|link|ly|site|online|xyz|cymru|scot|wales|page|"
    "ai|tv|cc|biz|live|chat|social|blog|cloud|wiki|website|space|tech|news|world|digital|team|"
    "group|network|email|click|shop|store|pro|name|club|fm|gl|sh|ie|fr|nl|ch|se|ru|cn|tk|ml|ga|cf|"
    "gq|pw|icu|vip|top|win|goo|ws|nu|pl|cz|pt|fi|dk|jp|ca|br|nz|za"
)
_ADDRESS = re.compile(
    r"://|\bwww\.|[\w.+-]@[\w-]|\w\.[a-z]{2,24}[/?]"  # with or without its beginning
    rf"|\w\.(?:{_ENDINGS})\b"  # also where a full stop lacks its space
    # Its full stop with spaces; after it alone, only where no word begins so.
    rf"|\w\s\.\s?(?:{_ENDINGS})\b|\w\.\s(?:uk|com|org|gov|gg|io|ly)\b"
    rf"|\w\s?[(\[{{]\s?(?:dot|\.)\s?[)\]}}]\s?[a-z]|\w\sdot\s(?:{_ENDINGS})\b"
    r"|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])",
    re.IGNORECASE,
)
_ELSEWHERE = (
    r"(?:discord|telegram|whats ?app|signal|insta(?:gram)?|facebook|messenger|snapchat|tik ?tok|"
    r"twitter|bluesky|mastodon|linkedin|reddit|skype)"
)
# Of Discord and the like: a mention, a name, where somebody is found.
_NAME = re.compile(
    r"<[@#]|(?<![\w.@])@\w{2,}|\w{2}#(?:0|\d{4})\b|[a-z\d]_[a-z\d]"
    rf"|\b{_ELSEWHERE}\b.{{0,20}}:|\b(?:my|our)\s(?:{_ELSEWHERE}|handle|user ?name)\b"
    r"|\b(?:find|look|see|search|reach|get|follow|join|add|write)\b.{0,40}\b(?:on|in|via|through|"
    rf"over)\s{_ELSEWHERE}\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:dm|pm|message|text|ring|call|phone|e-?mail|mail|whats ?app|contact|add|meet|write to|"
    r"speak to|talk to)\s+me\b"
    r"|\b(?:ring|call|phone|text|e-?mail|whats ?app|meet)\s+us\b"
    r"|\b(?:find|reach)\s+(?:me|us)\s+(?:as|at|by|in|on|under|via)\b"
    r"|\btext\s+\W?\w{2,12}\W?\s+to\s+(?!85258\b)\d{5,6}\b"  # Shout tells nobody apart
    r"|(?:\A|[.!?;:,\n]\s{0,2}|\b(?:please|just|you|or|to)\s)dm\s+(?!(?:or|and|with|is|was|from|"
    r"that|which|of|to|about|on|in|if|when)\b)[a-z]",
    re.IGNORECASE,
)
_FREEPHONE = re.compile(r"\(?0\s?80[08]\)?(?:[\s\-]{0,2}\d){4,7}(?!\d)")
_HELPLINES = frozenset(("08001111", "0800555111", "08082000247"))


def beckons(text: str) -> bool:
    """Whether its reader could open, ring or write to something that it holds."""
    if any(pattern.search(text) for pattern in (_ADDRESS, _NAME, _ASKED)):
        return True
    if any(digits_in(found[0]) not in _HELPLINES for found in _FREEPHONE.finditer(text)):
        return True
    return any(span.kind in ("phone", "email") for span in identifiers(text))
