"""Alembic's entry: runs the migrations on the connection, and within the transaction, that `schema` hands over."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by rebuilding it
)
context.run_migrations()
