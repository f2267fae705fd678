"""Databases for as long as a test takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.storage import Database


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Database]:
    """The one of everything but reports, made where there is none; closed in the end."""
    database = await Database.open(path, "steward")
    try:
        yield database
    finally:
        await database.close()
