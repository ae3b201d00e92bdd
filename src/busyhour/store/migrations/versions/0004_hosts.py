"""Several hosts: what one host keeps in files of its home folder, all of them find in PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables that stand in for files; SQLite is one host's, and that has the files."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_table(
        "arrivals",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("door", sa.String(length=160), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    # Rows stay for seconds: what is left of them is cleared by their number, not by their share of the table.
    op.execute("ALTER TABLE arrivals SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)")
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
