"""Builds `INSERT … ON CONFLICT` for both databases; SQLAlchemy has a separate construct for each.

Statements are cached, because building one costs as much as running it.
"""

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert_or_ignore(connection: Connection, table: Table) -> Insert:
    """Returns a statement that inserts a row, unless it conflicts with an existing one."""
    return _insert_or_ignore(connection.dialect.name, table)


def insert_or_update(connection: Connection, table: Table, keys: tuple[str, ...], updated: tuple[str, ...]) -> Insert:
    """Returns a statement that inserts a row, or sets the `updated` columns of the row with the same `keys`."""
    return _insert_or_update(connection.dialect.name, table, keys, updated)


def _insert(dialect: str, table: Table) -> Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _insert_or_ignore(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _insert_or_update(dialect: str, table: Table, keys: tuple[str, ...], updated: tuple[str, ...]) -> Insert:
    insert = _insert(dialect, table)
    return insert.on_conflict_do_update(index_elements=keys, set_={name: insert.excluded[name] for name in updated})
