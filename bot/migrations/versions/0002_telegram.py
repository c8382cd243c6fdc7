"""Tables for a channel that answers by itself: where people are, what came in, what must still be brought to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_telegram"
down_revision = "0001"


def _person(**more: bool) -> sa.Column:
    return sa.Column("person", sa.String(64), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False, **more)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "addresses",
        _person(primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "updates",
        sa.Column("source", sa.String(20), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("received_at", sa.DateTime, nullable=False, index=True),
    )
    op.create_table(
        "deliveries",
        sa.Column(
            "message",
            sa.Integer,
            sa.ForeignKey("messages.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
    )
    op.create_table(
        "keyboards",
        sa.Column("token", sa.String(40), primary_key=True),
        _person(index=True),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables; what had not been delivered yet is lost."""
    for table in ("keyboards", "deliveries", "updates", "addresses"):
        op.drop_table(table)
