"""Looking up hosts' addresses on threads that nobody waits for.

The system's resolver cannot be interrupted and may take half a minute for a name whose servers do
not answer. On asyncio's few shared threads a handful of such names would hold up everything else
that is done there, and the end of the process too.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

AT_ONCE = 64  # lookups that may hang at the same time; the next ones wait in line


class Resolver(AbstractResolver):
    """The system's resolver, each lookup on a thread of its own."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The numeric addresses of a host.

        Raises:
            OSError: there are none.
        """
        await self._free.acquire()
        answer: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        threading.Thread(
            target=_look_up, args=(host, port, family, answer, self._free.release), daemon=True
        ).start()
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0])
                + (f"%{address[3]}" if len(address) > 3 and address[3] else ""),
                port=int(address[1]),
                family=found,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for found, _, protocol, _, address in await answer
        ]

    async def close(self) -> None:
        """Nothing to do: lookups end by themselves, or with the process."""


def _look_up(
    host: str,
    port: int,
    family: socket.AddressFamily,
    answer: asyncio.Future[list[Any]],
    done: Callable[[], None],
) -> None:
    found: list[Any] | OSError
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG
        )
    except (OSError, UnicodeError) as error:
        found = error if isinstance(error, OSError) else OSError(str(error))

    def tell() -> None:
        done()
        if answer.done():
            return  # nobody waits any more
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    with contextlib.suppress(RuntimeError):  # the loop has ended
        answer.get_loop().call_soon_threadsafe(tell)
