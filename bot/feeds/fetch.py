"""Fetching feeds from strangers: conditional, polite, bounded, and kept off our own network."""

import asyncio
import hashlib
import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot import __version__
from bot.clock import Clock
from bot.feeds.deadline import Deadline, too_slow
from bot.feeds.guard import PrivateAddress, guarded_socket, is_public
from bot.feeds.headers import fresh_for_s, retry_after_s
from bot.feeds.hosts import Hosts
from bot.feeds.inflate import Inflater, truncated
from bot.feeds.links import clean_link
from bot.feeds.model import Validators
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.feeds.resolve import Resolver

BODY_LIMIT = 10 * 1024 * 1024  # bytes, packed and unpacked
LARGE = 2**20  # bytes from which a body is one of few that are held at once
LARGE_AT_ONCE = 2
RATIO_LIMIT = 200  # times its size that a large body may unpack to; feeds get to about 30
REDIRECT_LIMIT = 6
TOTAL_TIMEOUT_S = 30.0  # one fetch with all its redirects, from the first byte asked for
CONNECT_TIMEOUT_S = 10.0
HEADER_LIMIT = 32 * 1024  # bytes of one line of an answer's head; some policies are long
PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)

_HEADERS = {
    "User-Agent": f"Steward/{__version__} (feed reader for Discord communities)",
    "Accept": "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.5, */*;q=0.3",
    "Accept-Encoding": "gzip, deflate",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered.

    Attributes:
        url: where the answer came from, after redirects.
        body: the document, or None when it has not changed since the validators were given.
        moved_to: where permanent redirects alone have led, or "".
        max_age_s: how long the server asks to be left alone, or None.
    """

    url: str
    body: bytes | None
    validators: Validators
    content_type: str = ""
    moved_to: str = ""
    max_age_s: int | None = None


class Fetcher:
    """Gets documents over HTTP; one for the whole process."""

    def __init__(
        self,
        clock: Clock,
        *,
        per_host: int,
        allow_private: bool,
        timeout_s: float = TOTAL_TIMEOUT_S,
        body_limit: int = BODY_LIMIT,
    ) -> None:
        """Take the limits; nothing is opened before the first request.

        Args:
            per_host: simultaneous requests to one host; 0 for no limit.
            allow_private: do not keep requests off private addresses.
        """
        self._clock = clock
        self.hosts = Hosts(clock, per_host)
        self._allow_private = allow_private
        self._timeout_s = timeout_s
        self._body_limit = body_limit
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str, validators: Validators | None = None) -> Fetched:
        """Get a document, following redirects one by one.

        Raises:
            FeedProblem: it could not be had; the text says why.
        """
        known = validators or Validators()
        moved_to, permanent = "", True
        deadline = Deadline(self._timeout_s)
        for hop in range(REDIRECT_LIMIT + 1):
            self._check_address(url)
            if hop:
                answer = await deadline.run(self._led_on(url, known, deadline))
            else:
                async with self.hosts.turn(url):
                    answer = await deadline.run(self._once(url, known, deadline))
            if isinstance(answer, Fetched):
                return replace(answer, moved_to=moved_to) if moved_to else answer
            permanent = permanent and answer.permanent
            if permanent:
                moved_to = answer.to
            url = answer.to
        raise FeedProblem(
            ProblemKind.REDIRECTS,
            "The address sends visitors on and on in a circle. "
            "Open it in a browser and use the address that it ends at.",
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _check_address(self, url: str) -> None:
        """Refuse what the socket guard would refuse, before anything is resolved.

        A number in place of a name never reaches a resolver, so it can be answered at once.
        """
        if self._allow_private:
            return
        host = urlsplit(url).hostname or ""
        numeric = ":" in host or host.replace(".", "").isdigit()
        if (numeric and not is_public(host)) or host == "localhost":
            raise _private()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=0,
                socket_factory=None if self._allow_private else guarded_socket,
                resolver=Resolver(),
                ttl_dns_cache=60,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,  # a proxy from the environment would connect past the guard
                max_line_size=HEADER_LIMIT,
                max_field_size=HEADER_LIMIT,
                headers=_HEADERS,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S),
            )
        return self._session

    async def _led_on(
        self, url: str, known: Validators, deadline: Deadline
    ) -> "Fetched | _Redirect":
        """Follow a redirect. Waiting for its host counts here: others wait for us meanwhile."""
        if rest_s := self.hosts.rests_s(url):
            raise _refused(429, rest_s)
        async with self.hosts.turn(url):
            return await self._once(url, known, deadline)

    async def _once(self, url: str, known: Validators, deadline: Deadline) -> "Fetched | _Redirect":
        headers = {}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        try:
            async with self._open().get(url, headers=headers, allow_redirects=False) as response:
                return await self._read(url, known, response, deadline)
        except aiohttp.ClientError as error:
            raise _named(error) from error
        except (ssl.SSLError, ssl.CertificateError) as error:
            raise _tls(error) from error
        except OSError as error:
            raise _private() if isinstance(error, PrivateAddress) else _unreachable() from error
        except (ValueError, UnicodeError) as error:  # what aiohttp raises for odd addresses
            raise FeedProblem(
                ProblemKind.ADDRESS, "The address cannot be used; check it for mistakes."
            ) from error

    async def _read(
        self,
        url: str,
        known: Validators,
        response: aiohttp.ClientResponse,
        deadline: Deadline,
    ) -> "Fetched | _Redirect":
        status, headers = response.status, response.headers
        if status in REDIRECTS and "Location" in headers:
            to = clean_link(urljoin(url, headers["Location"]))
            if not to:
                raise FeedProblem(
                    ProblemKind.REDIRECTS,
                    "The address leads on to something that is not a web page. "
                    "Look for another feed on the site.",
                )
            return _Redirect(to, permanent=status in PERMANENT)
        max_age = fresh_for_s(headers, self._clock.now())
        if status == 304 and (known.etag or known.last_modified):
            return Fetched(url, None, known, max_age_s=max_age)
        if status != 200:
            wait = retry_after_s(headers.get("Retry-After", ""), self._clock.now())
            if status == 429 and wait:
                self.hosts.rest(url, wait)
            raise _refused(status, wait)
        body, body_hash = await self._body(response, deadline)
        validators = Validators(
            headers.get("ETag", "")[:500], headers.get("Last-Modified", "")[:100], body_hash
        )
        unchanged = body_hash == known.body_hash
        content_type = headers.get("Content-Type", "")[:200]
        return Fetched(
            url, None if unchanged else body, validators, content_type, max_age_s=max_age
        )

    async def _body(
        self, response: aiohttp.ClientResponse, deadline: Deadline
    ) -> tuple[bytes, str]:
        if (response.content_length or 0) > self._body_limit:
            raise self._too_large()
        async with AsyncExitStack() as room:
            return await self._take_in(response, room, deadline)

    async def _take_in(
        self, response: aiohttp.ClientResponse, room: AsyncExitStack, deadline: Deadline
    ) -> tuple[bytes, str]:
        """A body and its hash; once it is large it is held only while there is room."""
        inflater = Inflater(response.headers.get("Content-Encoding", ""))
        hashed = hashlib.blake2b(digest_size=16)
        pieces: list[bytes] = []
        packed = unpacked = 0
        large = False
        async for chunk in response.content.iter_chunked(64 * 1024):
            packed += len(chunk)
            for number, piece in enumerate(inflater.feed(chunk)):
                if number:
                    await asyncio.sleep(0)  # let others run while a small chunk becomes large
                unpacked += len(piece)
                if max(packed, unpacked) > self._body_limit:
                    raise self._too_large()
                if unpacked > LARGE and not large:
                    large = True
                    async with deadline.stopped():  # that others are slow is not this site's fault
                        await room.enter_async_context(self._large)
                if large and unpacked > RATIO_LIMIT * (packed - inflater.unread):
                    raise _trap()
                hashed.update(piece)
                pieces.append(piece)
        inflater.finish()
        return b"".join(pieces), hashed.hexdigest()

    def _too_large(self) -> FeedProblem:
        return FeedProblem(
            ProblemKind.TOO_LARGE,
            f"The document is larger than {self._body_limit // 2**20} MB, too large for a feed. "
            "Look for a feed with only the newest articles.",
        )


def _trap() -> FeedProblem:
    return FeedProblem(
        ProblemKind.TOO_LARGE,
        "The document unpacks to hundreds of times its size, which no feed does. "
        "Tell the site, or look for another of its feeds.",
    )


@dataclass(frozen=True, slots=True)
class _Redirect:
    to: str
    permanent: bool


def _named(error: aiohttp.ClientError) -> FeedProblem:
    """The problem behind an aiohttp error."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FeedProblem(
            ProblemKind.DNS,
            "There is no site of that name (its DNS entry was not found). "
            "Check the address for a slip.",
        )
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ServerFingerprintMismatch):
        return _tls(getattr(error, "certificate_error", error))
    if isinstance(error, aiohttp.ClientPayloadError):
        return truncated()
    if isinstance(error, aiohttp.ClientConnectorError):
        private = isinstance(error.os_error, PrivateAddress) or "not a public" in str(error)
        return _private() if private else _unreachable()
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError):
        return FeedProblem(
            ProblemKind.CONNECT,
            "The site breaks off the connection without an answer. "
            "This often passes; try again in a while.",
        )
    if isinstance(error, aiohttp.InvalidURL):
        return FeedProblem(
            ProblemKind.ADDRESS, "The address cannot be used; check it for mistakes."
        )
    if isinstance(error, aiohttp.ClientResponseError):
        return FeedProblem(
            ProblemKind.SERVER, "The site's answer is not proper HTTP. Try again in a while."
        )
    if isinstance(error, aiohttp.ServerTimeoutError):
        return too_slow()
    return _unreachable()


def _private() -> FeedProblem:
    return FeedProblem(
        ProblemKind.PRIVATE,
        "That address leads into a private network, which I do not visit. "
        "Use an address that everyone on the internet can open.",
    )


_TLS_REASONS = {  # OpenSSL's X509_V_ERR_...
    9: "is not valid yet",
    10: "has expired",
    18: "was issued by the site itself, which anybody could do",
    19: "comes from an issuer that nobody vouches for",
    20: "comes from an issuer that nobody vouches for",
    62: "belongs to another site",
    64: "belongs to another site",
}


def _tls(error: BaseException) -> FeedProblem:
    if not isinstance(error, ssl.CertificateError):
        return FeedProblem(
            ProblemKind.TLS,
            "The site and I could not agree on a safe connection (TLS). Tell the site; "
            "until it is mended, its address with http:// may do.",
        )
    reason = _TLS_REASONS.get(getattr(error, "verify_code", 0), "is not valid")
    return FeedProblem(
        ProblemKind.TLS,
        f"The site's security certificate {reason} (TLS). Tell the site; "
        "until it is mended the feed cannot be read safely.",
    )


def _unreachable() -> FeedProblem:
    return FeedProblem(
        ProblemKind.CONNECT,
        "The site cannot be reached just now. Check the address, or try again in a while.",
    )


def _refused(status: int, wait_s: float | None) -> FeedProblem:
    kind, text = ProblemKind.STATUS, "Open it in a browser to see what it says."
    if status in (401, 403, 451):
        kind, text = ProblemKind.FORBIDDEN, "The site does not let programs read it."
    elif status == 404:
        kind, text = ProblemKind.NOT_FOUND, "There is nothing at that address; check it."
    elif status == 410:
        kind, text = ProblemKind.GONE, "The site says that the feed is gone for good."
    elif status == 429:
        kind, text = ProblemKind.BUSY, "The site asks to be visited less often; try again later."
    elif 500 <= status < 600:
        kind, text = ProblemKind.SERVER, "The site has trouble of its own; try again in a while."
    return FeedProblem(kind, f"{text} (HTTP {status})", retry_after_s=wait_s)
