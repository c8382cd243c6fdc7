"""The tables that hold people's data. Changed only through `bot/migrations`.

Everything a person wrote or chose is sealed (see `bot.privacy`); what stands open is what retention, order and
deletion need: keyed hashes, times and counters.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()


def _person(**more: bool) -> Column:
    """Whose row it is; the row goes when the person goes."""
    return Column("person", String(64), ForeignKey("people.id", ondelete="CASCADE"), nullable=False, **more)


people = Table(
    "people",  # Everyone who has written, known by a keyed hash only.
    metadata,
    Column("id", String(64), primary_key=True),
    Column("language", String(8), nullable=False),
    Column("consent", Boolean, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("crisis_stage", String(40)),
    Column("crisis_at", DateTime),
    Column("region", String(40)),
    Column("seen_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False, index=True),
)

messages = Table(
    "messages",  # Stored before work begins, emptied when answered, gone when the answer cannot be asked for again.
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _person(),
    Column("message_id", String(64), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("body", LargeBinary),
    Column("attempts", Integer, nullable=False),
    Column("received_at", DateTime, nullable=False),
    Column("answered_at", DateTime),
    Column("answer", LargeBinary),
    UniqueConstraint("person", "message_id"),
    Index("ix_messages_open", "answered_at", "id"),
)

events = Table(
    "events",  # Conversations, as Rasa's tracker events, sealed; `message_id` is the message they followed from.
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _person(),
    Column("message_id", String(64)),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_events_person", "person", "id"),
    Index("ix_events_message", "person", "message_id"),
)

bases = Table(
    "bases",  # Where a turn starts reading: the conversation's state just before event `first_event`, sealed.
    metadata,
    _person(primary_key=True),
    Column("first_event", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

buttons = Table(
    "buttons",  # Buttons that were shown, and what pressing them means; `shown_with` is the message they answered.
    metadata,
    Column("token", String(40), primary_key=True),
    _person(),
    Column("shown_with", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_buttons_person", "person", "shown_with"),
)

addresses = Table(
    "addresses",  # Where to write to a person in a channel that answers by itself, sealed.
    metadata,
    _person(primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

updates = Table(
    "updates",  # Numbers of what such a channel has handed over, so that nothing is taken in twice; nobody is named.
    metadata,
    Column("source", String(20), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("received_at", DateTime, nullable=False, index=True),
)

deliveries = Table(
    "deliveries",  # Answers that still have to be brought to the person; `sent` counts the parts that arrived.
    metadata,
    Column("message", Integer, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("sent", Integer, nullable=False),
)

keyboards = Table(
    "keyboards",  # Sets of buttons as they were shown, each good for one press; `asked_at`: when its message came.
    metadata,
    Column("token", String(40), primary_key=True),
    _person(index=True),
    Column("asked_at", DateTime, nullable=False),
    Column("used", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

crisis_log = Table(
    "crisis_log",  # That the crisis path was taken: when and how grave, never who and never what was written.
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False),
    Column("level", String(10), nullable=False),
)

notes = Table(
    "notes",  # Facts about the database itself, e.g. which key it was written with.
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)
