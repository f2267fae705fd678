"""Web addresses: made absolute, safe to hand to Discord, and without tracking."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from bot.errors import InvalidInput

LINK_LIMIT = 2_000  # Discord allows 2,048 in an embed; some room for a fragment

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|igsh|mc_cid|mc_eid"
    r"|_hsenc|_hsmi|mkt_tok|vero_id|oly_anon_id|oly_enc_id|at_campaign|at_medium|at_custom\d"
    r"|at_link_\w+|at_bbc_team|at_ptr_name|at_format|ns_mchannel|ns_source|ns_campaign"
    r"|ns_linkname|__twitter_impression|wt_mc|xtor|ref_src|s_cid|cmpid|ito)",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\s<>\"\\^`{|}]")
_HALVES = re.compile("[\ud800-\udfff]")  # of characters; JSON can hold them, no address can
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?")
# Such an address is what it is: there is nothing in it to resolve, to quote or to take out.
_PLAIN = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
    r"(?:/[A-Za-z0-9_.~-]+)+/?"
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# Letters, marks and what RFC 3986 allows to stand; an existing %XX is kept as it is.
_SAFE = "!$&'*+,;=:@/?-._~%()[]"


def is_plain_address(link: str) -> bool:
    """Whether an address is whole and simple, so that joined to any base it is itself."""
    return bool(_PLAIN.fullmatch(link)) and len(link) <= LINK_LIMIT


def clean_link(link: str, base: str = "") -> str:
    """An absolute http(s) address in plain ASCII without tracking parameters, or "" if none."""
    if is_plain_address(link):
        return link
    link = _HALVES.sub("", link)
    if not link.strip():
        return ""
    try:
        joined = urljoin(base, link.strip()) if base else link.strip()
        parts = urlsplit(joined)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        return ""
    host = _ascii_host(host)
    if not host:
        return ""
    netloc = host if port is None else f"{host}:{port}"
    query = _without_tracking(parts.query)
    cleaned = urlunsplit(
        (parts.scheme, netloc, _quoted(parts.path), _quoted(query), _quoted(parts.fragment))
    )
    return cleaned if len(cleaned) <= LINK_LIMIT else ""


def _ascii_host(host: str) -> str:
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host)}]"
        except ValueError:
            return ""
    try:
        ascii_host = host.encode("idna").decode() if not host.isascii() else host.lower()
    except UnicodeError:
        return ""
    return ascii_host if _HOST.fullmatch(ascii_host) and len(ascii_host) <= 253 else ""


def _quoted(part: str) -> str:
    part = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part)
    return quote(part, safe=_SAFE) if not part.isascii() or _UNSAFE.search(part) else part


def _without_tracking(query: str) -> str:
    if not query:
        return ""
    kept = [part for part in query.split("&") if not _TRACKING.fullmatch(part.partition("=")[0])]
    return "&".join(kept)


_IN_MARKDOWN = str.maketrans({
    "(": "%28", ")": "%29", "[": "%5B", "]": "%5D", "*": "%2A", "|": "%7C",
})  # fmt: skip


def markdown_target(link: str) -> str:
    """The same address, for between the round brackets of a Markdown link, which it cannot end."""
    scheme, _, rest = link.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}{slash}{path.translate(_IN_MARKDOWN).replace('~~', '%7E%7E')}"


@lru_cache(maxsize=256)
def same_place(link: str) -> str:
    """A form in which two links to one page are equal: for comparing, never for showing."""
    parts = urlsplit(link)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{host}{port}{parts.path.rstrip('/')}{'?' + query if query else ''}{fragment}"


def typed_address(text: str) -> str:
    """The address that a moderator typed, with https:// added where no scheme was given.

    Raises:
        InvalidInput: it is not a web address.
    """
    typed = text.strip().strip("<>").strip()
    if typed.lower().startswith("feed:"):
        typed = typed[5:].lstrip("/") if typed[5:].startswith("//") else typed[5:]
    if "://" not in typed and not _is_scheme(typed):
        typed = f"https://{typed.lstrip('/')}"
    try:
        parts = urlsplit(typed)
        secret = parts.username or parts.password
        host = parts.hostname or ""
    except ValueError:
        secret, host = None, ""
    if secret:
        raise InvalidInput(
            "That address contains a password, which everyone here could then read. "
            "Use a public address of the feed."
        )
    cleaned = clean_link(typed)
    if not cleaned or not ("." in host or ":" in host or host == "localhost"):
        raise InvalidInput(
            "That is not a web address. Paste the address of the feed or of the site, "
            "such as `https://example.org/news`."
        )
    return cleaned.partition("#")[0]


def _is_scheme(typed: str) -> bool:
    match = _SCHEME.match(typed)
    # "example.org:8080/feed" is a host and a port; "mailto:someone" is not for us.
    return bool(match) and not re.match(r"[^/:]*:\d", typed)


def host_of(link: str) -> str:
    """The host's name without ``www.``, for people to read."""
    return (urlsplit(link).hostname or link).removeprefix("www.")
