"""Uploaded files: kept, described as Discord describes attachments, and served."""

import mimetypes
import re
import struct

from bot.sandbox.constants import ATTACHMENT_LIMIT
from bot.sandbox.core import Core, StoredFile
from bot.sandbox.errors import api_error
from bot.sandbox.world import Json

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def store(core: Core, name: str, data: bytes, content_type: str | None = None) -> StoredFile:
    """Keep a file; 40005 if it is larger than Discord allows."""
    if len(data) > ATTACHMENT_LIMIT:
        raise api_error(40005)
    # Discord replaces what it does not like in names; so do links to them.
    safe = _UNSAFE.sub("_", name).strip("_") or "unknown"
    if content_type in (None, "", "application/octet-stream"):
        content_type = mimetypes.guess_type(safe)[0] or "application/octet-stream"
    width, height = image_size(data)
    file = StoredFile(core.ids(), safe, data, str(content_type), width, height)
    core.files[file.id] = file
    core.saver.keep_file(file)
    return file


def attachment(core: Core, file: StoredFile, description: str | None = None) -> Json:
    """The attachment object for a file."""
    url = core.file_url(file)
    raw: Json = {
        "id": str(file.id),
        "filename": file.name,
        "size": len(file.data),
        "url": url,
        "proxy_url": url,
        "content_type": file.content_type,
    }
    if description:
        raw["description"] = description
    if file.width is not None and file.height is not None:
        raw |= {"width": file.width, "height": file.height}
    return raw


def image_size(data: bytes) -> tuple[int | None, int | None]:
    """Width and height of a PNG, GIF or JPEG in pixels, if it is one."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    return None, None


def _jpeg_size(data: bytes) -> tuple[int | None, int | None]:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        # The frame header (any SOF but the table markers among them) holds the size.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None, None
