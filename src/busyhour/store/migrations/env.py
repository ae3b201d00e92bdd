"""Alembic's entry: it runs on the connection that the database hands it."""

from alembic import context

from busyhour.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
