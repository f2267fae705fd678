"""What travels between the bot and a worker process.

A frame is two lengths (unsigned 32 bits, big-endian), then a JSON header and a body of those
lengths.
"""

import json
import struct
from typing import Any

LENGTHS = struct.Struct(">II")

Header = dict[str, Any]


def start_of(header: Header, body: bytes) -> bytes:
    """Everything of a frame that comes before its body."""
    packed = json.dumps(header).encode()
    return LENGTHS.pack(len(packed), len(body)) + packed
