"""Tables for people, their messages, conversations and buttons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _person() -> sa.Column:
    return sa.Column("person", sa.String(64), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("consent", sa.Boolean, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("crisis_stage", sa.String(40)),
        sa.Column("crisis_at", sa.DateTime),
        sa.Column("region", sa.String(40)),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False, index=True),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _person(),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.Column("answered_at", sa.DateTime),
        sa.Column("answer", sa.LargeBinary),
        sa.UniqueConstraint("person", "message_id"),
    )
    op.create_index("ix_messages_open", "messages", ["answered_at", "id"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _person(),
        sa.Column("message_id", sa.String(64)),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_events_person", "events", ["person", "id"])
    op.create_index("ix_events_message", "events", ["person", "message_id"])
    op.create_table(
        "bases",
        sa.Column("person", sa.String(64), sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("first_event", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "buttons",
        sa.Column("token", sa.String(40), primary_key=True),
        _person(),
        sa.Column("shown_with", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_buttons_person", "buttons", ["person", "shown_with"])
    op.create_table(
        "crisis_log",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
    )
    op.create_table(
        "notes",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables, and with them all that people said."""
    for table in ("notes", "crisis_log", "buttons", "bases", "events", "messages", "people"):
        op.drop_table(table)
