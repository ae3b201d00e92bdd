"""Who wants a report, and when a company's pages were last looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add both; what there is was asked for by somebody."""
    op.add_column("requests", sa.Column("asked_by", sa.String(16), nullable=False, server_default="somebody"))
    op.add_column("companies", sa.Column("looked_at", sa.BigInteger(), nullable=True))
