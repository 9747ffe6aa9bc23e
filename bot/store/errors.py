"""Translates errors of the databases into EaselError.

An error that is not recognised, such as a violated constraint, is a bug and is not translated.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import EaselError
from bot.texts import storage_errors

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_PG_DISK_FULL = "53100"
_PG_TEMPORARY = ("08", "40", "53", "55P03", "57P")  # connection, rollback, resources, lock not available, shutdown
_PG_REFUSED = ("28", "3D", "42501")  # password or role, no such database, no right to create tables

DATABASE_FAULTS = (DBAPIError, PoolTimeout, OSError)


def to_easel_error(error: BaseException) -> EaselError | None:
    """Returns the EaselError for a database error, or None if the error is a bug."""
    if isinstance(error, PoolTimeout | OSError):
        return storage_errors.database_unreachable()
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _from_sqlite_code(getattr(error.orig, "sqlite_errorcode", None))
    sqlstate: str | None = getattr(error.orig, "sqlstate", None)
    if sqlstate is None:
        # The connection was lost under the statement: asyncpg's interface errors carry no state.
        return storage_errors.database_unreachable() if error.connection_invalidated else None
    return _from_sqlstate(sqlstate)


def _from_sqlite_code(code: int | None) -> EaselError | None:
    match None if code is None else code & 0xFF:  # the low byte is the primary code
        case sqlite3.SQLITE_FULL:
            return storage_errors.disk_full()
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return storage_errors.database_busy()
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return storage_errors.database_damaged()
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_IOERR:
            return storage_errors.database_unusable()
        case _:
            return None


def _from_sqlstate(sqlstate: str) -> EaselError | None:
    if sqlstate == _PG_DISK_FULL:
        return storage_errors.disk_full()
    if sqlstate.startswith(_PG_TEMPORARY):
        return storage_errors.database_unreachable()
    if sqlstate.startswith(_PG_REFUSED):
        return storage_errors.database_access_denied()
    return None
