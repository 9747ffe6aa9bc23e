"""`INSERT … ON CONFLICT`, which both databases have and SQLAlchemy spells once for each.

Statements are made once: to build one costs as much as to run it.
"""

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert_or_ignore(connection: Connection, table: Table) -> Insert:
    """Inserts the row it is executed with, unless there is one that conflicts."""
    return _insert_or_ignore(connection.dialect.name, table)


def insert_or_update(connection: Connection, table: Table, keys: tuple[str, ...], updated: tuple[str, ...]) -> Insert:
    """Inserts the row it is executed with; where one has the same `keys`, its `updated` columns get the new values."""
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
