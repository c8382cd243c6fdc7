"""The tables that hold the content. They can be rebuilt from the files at any time, so no migrations.

The columns beside `body` are those that people look up by; `body` is the whole record as JSON.
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, String, Table
from sqlalchemy.orm import registry
from sqlalchemy.schema import CreateTable

content = registry()

#: The names of all content tables begin with this, so that migrations of people's data leave them alone.
PREFIX = "content_"


class Record:
    """What every content table has: the id, the place in its file, and the whole record."""

    __table__: ClassVar[Table]
    __tablename__: ClassVar[str]
    id: str = Column(String(120), primary_key=True)
    position: int = Column(Integer, nullable=False)
    body: dict[str, Any] = Column(JSON, nullable=False)


@content.mapped
class SchemeRow(Record):
    """One version of a scheme; `id` is the scheme's id, with `@` and the version's date after the first."""

    __tablename__ = "content_scheme"
    scheme_id: str = Column(String(80), nullable=False, index=True)
    name_da: str = Column(String(200), nullable=False)
    name_en: str | None = Column(String(200))
    kind: str = Column(String(20), nullable=False)
    status: str = Column(String(30), nullable=False)
    valid_from = Column(Date)
    valid_to = Column(Date)
    review_by = Column(Date, nullable=False)
    confidence: str = Column(String(10), nullable=False)


@content.mapped
class AliasRow(Record):
    """A word that names a scheme; `id` is language and word."""

    __tablename__ = "content_alias"
    scheme_id: str = Column(String(80), nullable=False, index=True)
    language: str = Column(String(2), nullable=False)
    word: str = Column(String(120), nullable=False)


@content.mapped
class ChangeRow(Record):
    """One change of law or practice."""

    __tablename__ = "content_change"
    effective_from = Column(Date, nullable=False)
    status: str = Column(String(20), nullable=False)
    confidence: str = Column(String(10), nullable=False)


@content.mapped
class RateRow(Record):
    """One dated amount."""

    __tablename__ = "content_rate"
    scheme_id: str | None = Column(String(80), index=True)
    topic_id: str | None = Column(String(80), index=True)
    valid_from = Column(Date)
    valid_to = Column(Date)
    source_level: str = Column(String(20), nullable=False)


@content.mapped
class TopicRow(Record):
    """One topic that is no scheme."""

    __tablename__ = "content_topic"
    name_da: str = Column(String(200), nullable=False)


@content.mapped
class QuestionRow(Record):
    """One question of an audience."""

    __tablename__ = "content_question"
    audience: str = Column(String(20), nullable=False)
    theme: str = Column(String(30), nullable=False)


@content.mapped
class ChallengeRow(Record):
    """One functional challenge with its accommodations."""

    __tablename__ = "content_challenge"
    name_da: str = Column(String(200), nullable=False)


@content.mapped
class DiagnosisRow(Record):
    """One back door to challenges."""

    __tablename__ = "content_diagnosis"
    name_da: str = Column(String(200), nullable=False)


@content.mapped
class SchemeLineRow(Record):
    """One scheme in one line."""

    __tablename__ = "content_scheme_line"


@content.mapped
class MunicipalityRow(Record):
    """One municipality; `id` is its code."""

    __tablename__ = "content_municipality"
    name: str = Column(String(60), nullable=False)
    region: str = Column(String(60), nullable=False, index=True)


@content.mapped
class MethodRow(Record):
    """One co-production method."""

    __tablename__ = "content_method"
    name_da: str = Column(String(200), nullable=False)


@content.mapped
class GoalRow(Record):
    """One goal and the methods that fit."""

    __tablename__ = "content_goal"


@content.mapped
class FactRow(Record):
    """One thing that rules may ask about."""

    __tablename__ = "content_fact"
    sensitive: bool = Column(Boolean, nullable=False)


@content.mapped
class SourceRow(Record):
    """One source."""

    __tablename__ = "content_source"
    title: str = Column(String(400), nullable=False)
    url: str | None = Column(String(600))


@content.mapped
class ContactRow(Record):
    """One place to turn to."""

    __tablename__ = "content_contact"
    valid_to = Column(Date, nullable=False)


@content.mapped
class GuideRow(Record):
    """One text about the content as a whole: the reform, the rule language, how methods are used …"""

    __tablename__ = "content_guide"


@content.mapped
class LoadRow:
    """The content that is loaded: a single row."""

    __table__: ClassVar[Table]
    __tablename__ = "content_load"
    id: int = Column(Integer, primary_key=True)
    hash: str = Column(String(64), nullable=False)
    tables: str = Column(String(64), nullable=False)
    loaded_at = Column(DateTime(timezone=True), nullable=False)


def fingerprint() -> str:
    """Changes when the tables' columns do: then the tables are built anew at the next load."""
    ddl = "\n".join(str(CreateTable(table)) for table in content.metadata.sorted_tables)
    return hashlib.sha256(ddl.encode()).hexdigest()
