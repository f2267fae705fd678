"""SQLite: connections, serialised transactions, migrations, backups, the lock."""

from bot.storage.database import Database, Row, Transaction
from bot.storage.migrations import expire_copies

__all__ = ["Database", "Row", "Transaction", "expire_copies"]
