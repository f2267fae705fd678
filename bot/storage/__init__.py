"""SQLite: connections, serialised transactions, migrations, backups, the lock."""

from bot.storage.database import Database, Row, Transaction

__all__ = ["Database", "Row", "Transaction"]
