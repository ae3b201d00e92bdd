"""Live events: endpoints, the quarantine, fair turns, and what a finished file looks like."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what a service with live calls keeps."""
    op.create_table(
        "endpoints",
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("former_secret", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "name"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("door", sa.String(length=160), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("came", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("quarantine_by_company", "quarantine", ["company_id", "received_at"])
    op.create_table(
        "turns",
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company_id"),
    )
    op.add_column("requests", sa.Column("size", sa.BigInteger(), nullable=True))
    op.add_column("requests", sa.Column("checksum", sa.BigInteger(), nullable=True))
