"""Alembic's environment: it works on the connection that `sixfold.app.schema` hands it."""

from alembic import context

import sixfold.app.worker  # noqa: F401  so that every part, and the kernel, has declared its tables
from sixfold.kernel.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
