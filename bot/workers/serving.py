"""The worker's side: a process that answers frames on its standard input and output.

It ends when its input closes, which also happens when the bot is killed, and it may be killed
itself at any moment: it holds nothing.
"""

import contextlib
import json
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

from bot.workers.frames import LENGTHS, Header, start_of

Request = tuple[Header, bytes]


def serve(
    answer: Callable[[Header, bytes], Request],
    *,
    memory: int,
    seconds: int,
    file_size: int = 0,
) -> None:
    """Answer requests until the input closes.

    Args:
        answer: gives the header and body of the answer; what it raises ends the process.
        memory: bytes of address space that the process may take.
        seconds: a request that takes longer ends the process, in case nobody else does.
        file_size: bytes of the largest file that it may write.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the bot's to handle
    _limit_resources(memory, file_size)
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    while True:
        header, body = requests.get()
        signal.alarm(seconds)
        answered, content = answer(header, body)
        sys.stdout.buffer.write(start_of(answered, content) + content)
        sys.stdout.buffer.flush()
        signal.alarm(0)


def _receive(requests: "queue.SimpleQueue[Request]") -> None:
    """Take in requests on a thread, to notice at once when the bot is gone."""
    while (request := _read(sys.stdin.buffer)) is not None:
        requests.put(request)
    os._exit(0)


def _read(stream: BinaryIO) -> Request | None:
    start = stream.read(LENGTHS.size)
    if len(start) < LENGTHS.size:
        return None
    header_length, body_length = LENGTHS.unpack(start)
    header, body = stream.read(header_length), stream.read(body_length)
    if len(header) < header_length or len(body) < body_length:
        return None
    return json.loads(header), body


def _limit_resources(memory: int, file_size: int) -> None:
    """Bound what a hostile request can make this process use; not all systems allow all."""
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    os.nice(5)  # the bot's answers come first
