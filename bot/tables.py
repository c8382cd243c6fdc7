"""The tables that hold people's data. Changed only through `bot/migrations`.

Everything a person wrote or chose is sealed (see `bot.privacy`); what stands open is what retention, order and
deletion need: keyed hashes, times and counters.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import registry

mapper = registry()


@mapper.mapped
class Person:
    """Someone who has written: known by a keyed hash only."""

    __tablename__ = "people"

    id: str = Column(String(64), primary_key=True)
    language: str = Column(String(8), nullable=False, default="da")
    consent: bool = Column(Boolean, nullable=False, default=False)
    turns: int = Column(Integer, nullable=False, default=0)
    crisis_stage: str | None = Column(String(40))
    crisis_at: datetime | None = Column(DateTime)
    region: str | None = Column(String(40))
    seen_at: datetime = Column(DateTime, nullable=False)
    expires_at: datetime = Column(DateTime, nullable=False, index=True)


def _person_column() -> Column:
    return Column(String(64), ForeignKey("people.id", ondelete="CASCADE"), nullable=False)


@mapper.mapped
class Message:
    """An incoming message: stored before work begins, emptied when its answer no longer may be asked for again."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("person", "message_id"), Index("ix_messages_open", "answered_at", "id"))

    id: int = Column(Integer, primary_key=True, autoincrement=True)
    person: str = _person_column()
    message_id: str = Column(String(64), nullable=False)
    channel: str = Column(String(20), nullable=False)
    body: bytes | None = Column(LargeBinary)
    attempts: int = Column(Integer, nullable=False, default=0)
    received_at: datetime = Column(DateTime, nullable=False)
    answered_at: datetime | None = Column(DateTime)
    answer: bytes | None = Column(LargeBinary)


@mapper.mapped
class Event:
    """One event of a conversation (Rasa's tracker events), sealed."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_person", "person", "id"), Index("ix_events_message", "person", "message_id"))

    id: int = Column(Integer, primary_key=True, autoincrement=True)
    person: str = _person_column()
    message_id: str | None = Column(String(64))
    sealed: bytes = Column(LargeBinary, nullable=False)


@mapper.mapped
class Base:
    """Where a turn starts reading: the conversation's state just before event `first_event`, sealed."""

    __tablename__ = "bases"

    person: str = Column(String(64), ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    first_event: int = Column(Integer, nullable=False)
    sealed: bytes = Column(LargeBinary, nullable=False)


@mapper.mapped
class Button:
    """A button that was shown: what pressing it means, known only to us. `shown_with` is the message it answered."""

    __tablename__ = "buttons"
    __table_args__ = (Index("ix_buttons_person", "person", "shown_with"),)

    token: str = Column(String(40), primary_key=True)
    person: str = _person_column()
    shown_with: int = Column(Integer, nullable=False)
    sealed: bytes = Column(LargeBinary, nullable=False)


@mapper.mapped
class CrisisEntry:
    """That the crisis path was taken: time and level, never who and never what was written."""

    __tablename__ = "crisis_log"

    id: int = Column(Integer, primary_key=True, autoincrement=True)
    at: datetime = Column(DateTime, nullable=False)
    level: str = Column(String(10), nullable=False)


@mapper.mapped
class Note:
    """Facts about the database itself, e.g. which key it was written with."""

    __tablename__ = "notes"

    name: str = Column(String(40), primary_key=True)
    value: str = Column(String(200), nullable=False)
