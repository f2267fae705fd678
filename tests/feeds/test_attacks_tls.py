"""Certificates and connections that are no good: each fault has words of its own."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest

from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.problems import FeedProblem, ProblemKind
from tests.feeds.hostile import FEED, LENGTH, OK, Hostile, problem

AUTHORITY = """
[ca]
default_ca = only
[only]
new_certs_dir = .
database = index.txt
default_md = sha256
policy = names
rand_serial = yes
[names]
commonName = supplied
[extended]
subjectAltName = {name}
"""

ALWAYS, LONG_AGO = ("20200101000000Z", "20991231000000Z"), ("20200101000000Z", "20200102000000Z")


def certificate(folder: Path, name: str, valid: tuple[str, str]) -> ssl.SSLContext:
    """A server's side of TLS with a certificate of its own making, ``server.pem`` in a folder."""
    (folder / "ca.cnf").write_text(AUTHORITY.format(name=name))
    (folder / "index.txt").touch()
    dates = f"-startdate {valid[0]} -enddate {valid[1]}"
    request = (
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out request"
        " -subj /CN=steward-test"
    )
    signed = (
        "ca -batch -selfsign -config ca.cnf -keyfile key -in request -out server.pem -notext"
        f" {dates} -extensions extended"
    )
    for command in (request, signed):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "key")
    return context


@pytest.mark.parametrize(
    ("name", "valid", "trusted", "words"),
    [
        ("IP:127.0.0.1", ALWAYS, True, ""),
        ("IP:127.0.0.1", ALWAYS, False, "issued by the site itself"),
        ("IP:127.0.0.1", LONG_AGO, True, "has expired"),
        ("DNS:elsewhere.example", ALWAYS, True, "belongs to another site"),
    ],
)
async def test_each_fault_of_a_certificate_is_named(
    tmp_path: Path,
    fetcher: Fetcher,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    valid: tuple[str, str],
    trusted: bool,
    words: str,
) -> None:
    server = Hostile(certificate(tmp_path, name, valid))
    await server.start()
    url = server.body("/", FEED)
    if trusted:
        known = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
        monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", known)
    outcome: Fetched | FeedProblem
    outcome = await problem(fetcher, url) if words else await fetcher.get(url)
    await server.close()
    if isinstance(outcome, FeedProblem):
        assert outcome.kind is ProblemKind.TLS
        assert words in str(outcome)
        assert server.asked == []
    else:
        assert outcome.body == FEED


async def test_a_site_without_tls_is_told_from_one_with_a_bad_certificate(
    hostile: Hostile, fetcher: Fetcher
) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-hello\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    found = await problem(fetcher, f"https://127.0.0.1:{port}/")
    server.close()
    assert found.kind is ProblemKind.TLS
    assert "could not agree" in str(found)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nX-", OK + LENGTH + b"\r\n" + FEED[:50]])
async def test_connections_torn_down_at_each_stage_are_named(
    hostile: Hostile, fetcher: Fetcher, sent: bytes
) -> None:
    found = await problem(fetcher, hostile.reset("/", sent))
    assert found.kind in (ProblemKind.CONNECT, ProblemKind.TRUNCATED)
    assert "try again in a while" in str(found)
