"""Runs Alembic migrations on the state database."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.texts import storage_errors


def migrate(connection: Connection, migrations: Path) -> None:
    """Migrates the database to the newest schema, inside the connection's transaction.

    Args:
        connection: to the database.
        migrations: the folder of the Alembic scripts.

    Raises:
        AdminError: the schema is newer than this code.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if not known.issuperset(MigrationContext.configure(connection).get_current_heads()):
        raise storage_errors.written_by_newer()
    command.upgrade(config, "head")
