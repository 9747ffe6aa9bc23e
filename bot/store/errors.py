"""Translates errors of the databases into EaselError.

An error that is not recognised, such as a violated constraint, is a bug and is not translated.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import AdminError, EaselError, Transient

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_PG_DISK_FULL = "53100"
_PG_TEMPORARY = ("08", "40", "53", "55P03", "57P")  # connection, rollback, resources, lock not available, shutdown
_PG_REFUSED = ("28", "3D", "42501")  # password or role, no such database, no right to create tables

DATABASE_FAULTS = (DBAPIError, PoolTimeout, OSError)


def disk_full() -> AdminError:
    return AdminError(
        "Easel's disk is full, so nothing more can be stored.",
        hint="Free some space on the data volume, then try again.",
    )


def to_easel_error(error: BaseException) -> EaselError | None:
    """Returns the EaselError for a database error, or None if the error is a bug."""
    if isinstance(error, PoolTimeout | OSError):
        return _unreachable()
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _from_sqlite_code(getattr(error.orig, "sqlite_errorcode", None))
    sqlstate: str | None = getattr(error.orig, "sqlstate", None)
    if sqlstate is None:
        # The connection was lost during the statement: asyncpg's interface errors have no SQLSTATE.
        return _unreachable() if error.connection_invalidated else None
    return _from_sqlstate(sqlstate)


def _from_sqlite_code(code: int | None) -> EaselError | None:
    match None if code is None else code & 0xFF:  # the low byte is the primary code
        case sqlite3.SQLITE_FULL:
            return disk_full()
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Transient("The state database is busy.")
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return AdminError(
                "The state database is damaged.",
                hint="Stop Easel, then restore the file from a backup, or move it away to begin with an empty one.",
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_IOERR:
            return AdminError(
                "The state database cannot be opened, read or written.",
                hint="Check that the data directory exists, that Easel may write there, and that the disk is healthy.",
            )
        case _:
            return None


def _from_sqlstate(sqlstate: str) -> EaselError | None:
    if sqlstate == _PG_DISK_FULL:
        return disk_full()
    if sqlstate.startswith(_PG_TEMPORARY):
        return _unreachable()
    if sqlstate.startswith(_PG_REFUSED):
        return AdminError(
            "PostgreSQL does not let Easel in.",
            hint="Check user, password and database in EASEL_DATABASE_URL, and that the user may create tables there.",
        )
    return None


def _unreachable() -> Transient:
    return Transient("The state database cannot be reached.")
