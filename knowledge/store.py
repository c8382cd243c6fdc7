"""The content in a database: loaded all or nothing, read fast, answered for a given day.

A store keeps what it read in memory and looks now and then whether somebody has loaded new content, so that a
question costs no database round trip and a load needs no restart. Stores may be used from several threads.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from knowledge import rows
from knowledge.contacts import Contact, shown
from knowledge.dated import (
    DatedChange,
    DatedRate,
    DatedScheme,
    UnknownVersion,
    map_changes,
    rates_on,
    scheme_on,
)
from knowledge.models import Challenge, Fact, Municipality, Question, Scheme, Source, Topic
from knowledge.nearby import Nearby, near
from knowledge.schema import CONTENT_FOLDER, Content, read_content
from knowledge.search import Hit, Index, Kind
from knowledge.tables import PREFIX, LoadRow, Record, content, fingerprint

DEFAULT_URL = "sqlite:///data/jobsamtale.db"

_LOCK_NUMBER = 4071128  # PostgreSQL: two loads at once take turns.
_log = logging.getLogger(__name__)


class NothingLoaded(LookupError):
    """The database holds no content yet: load it first."""


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    `counts` tells how many records there are per table; the others name records as "table/id".
    """

    changed: bool
    hash: str
    counts: dict[str, int]
    added: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Tell an operator in one line what happened."""
        if not self.changed:
            return f"The content was loaded before ({self.counts['scheme']} schemes); nothing changed."
        done = f"{len(self.added)} added, {len(self.altered)} altered, {len(self.removed)} removed"
        return f"Loaded {self.counts['scheme']} schemes and what belongs to them: {done}."


@dataclass(frozen=True)
class _Snapshot:
    content: Content
    schemes: dict[str, Scheme]
    topics: dict[str, Topic]
    sources: dict[str, Source]
    facts: dict[str, Fact]
    challenges: dict[str, Challenge]
    questions: dict[str, Question]

    @cached_property
    def index(self) -> Index:
        """What is searched; built at the first search."""
        return Index(self.content)

    @classmethod
    def of(cls, loaded: Content) -> _Snapshot:
        return cls(
            content=loaded,
            schemes={scheme.id: scheme for scheme in loaded.schemes},
            topics={topic.id: topic for topic in loaded.topics},
            sources={source.id: source for source in loaded.sources},
            facts={fact.id: fact for fact in loaded.facts},
            challenges={challenge.id: challenge for challenge in loaded.challenges},
            questions={question.id: question for question in loaded.questions},
        )


class Store:
    """The content behind the database at `url`.

    Questions raise NothingLoaded before the first load, and sqlalchemy.exc.OperationalError when the database
    cannot be reached and nothing was read before.
    """

    def __init__(self, url: str = DEFAULT_URL, look_every: float = 2.0) -> None:
        """Open the database; `look_every` is how many seconds new content may go unnoticed."""
        self._engine = _open(url)
        self._look_every = look_every
        self._lock = threading.Lock()
        self._read: tuple[_Snapshot | None, float] = (None, 0.0)

    # Loading

    def load(self, folder: Path = CONTENT_FOLDER) -> LoadReport:
        """Put the content of `folder` into the database, in one transaction.

        Loading the same content again changes nothing and says so. Raises ContentError if a file is broken;
        the database is then as it was.
        """
        loaded = read_content(folder)
        wanted = rows.of_content(loaded)
        with self._writing() as connection:
            kept = _prepare_tables(connection)
            counts = {_name(row): len(entries) for row, entries in wanted.items()}
            if kept == loaded.hash:
                return LoadReport(False, loaded.hash, counts)
            added, altered, removed = [], [], []
            for row, entries in wanted.items():
                more, other, fewer = _write(connection, row, entries)
                added += more
                altered += other
                removed += fewer
            connection.execute(sa.delete(LoadRow.__table__))
            now = datetime.now(UTC)
            values = {"id": 1, "hash": loaded.hash, "tables": fingerprint(), "loaded_at": now}
            connection.execute(sa.insert(LoadRow.__table__).values(values))
        with self._lock:
            self._read = (_Snapshot.of(loaded), time.monotonic())
        return LoadReport(True, loaded.hash, counts, tuple(added), tuple(altered), tuple(removed))

    # Questions with a date

    def scheme(self, scheme_id: str, on: date) -> DatedScheme | UnknownVersion | None:
        """The scheme as known on the day `on`: UnknownVersion if our text is younger, None for no such id."""
        known = self._snapshot()
        scheme = known.schemes.get(scheme_id)
        return None if scheme is None else scheme_on(scheme, on, known.content.changes, known.sources)

    def schemes(self, on: date) -> tuple[DatedScheme, ...]:
        """All schemes whose text we have for the day `on`, closed and unclear ones included and marked."""
        known = self._snapshot()
        dated = (scheme_on(s, on, known.content.changes, known.sources) for s in known.content.schemes)
        return tuple(scheme for scheme in dated if isinstance(scheme, DatedScheme))

    def changes(self, about: str, on: date, unchecked: bool = False) -> tuple[DatedChange, ...]:
        """What changed, changes or may change for a scheme or topic, by date, as it stands on the day `on`.

        Changes of low confidence are left out unless `unchecked` asks for them.
        """
        found = [c for c in self.content.changes if about in c.scheme_ids or about in c.topic_ids]
        return tuple(c for c in map_changes(found, on) if unchecked or c.details_may_be_shown)

    def rates(self, about: str, on: date) -> tuple[DatedRate, ...]:
        """The amounts of a scheme or topic that may be shown on the day `on`."""
        known = self._snapshot()
        found = (r for r in known.content.rates if about in (r.scheme_id, r.topic_id))
        return rates_on(found, on, known.sources)

    def contacts(self, on: date, region: str | None = None) -> tuple[Contact, ...]:
        """The contacts that may be shown on the day `on`, without those of other regions than `region`."""
        return tuple(shown(self.content.contacts, on, region))

    def search(self, text: str, on: date, kinds: Collection[Kind] = tuple(Kind), limit: int = 5) -> tuple[Hit, ...]:
        """What people mean by `text` among what holds on the day `on`, best first; see `knowledge.search`."""
        return self._snapshot().index.search(text, on, kinds, limit)

    def asked(self, text: str, on: date) -> Question | None:
        """The employers' question that `text` asks nearly in its own words; None where that is in doubt."""
        known = self._snapshot()
        return known.questions.get(known.index.asked(text, on) or "")

    # Questions without a date

    @property
    def content(self) -> Content:
        """Everything that is loaded."""
        return self._snapshot().content

    def questions(self, scheme_id: str | None = None, theme: str | None = None) -> tuple[Question, ...]:
        """Employers' questions, of one scheme or one theme where given."""
        return tuple(
            question
            for question in self.content.questions
            if (scheme_id is None or scheme_id in question.scheme_ids) and theme in (None, question.theme)
        )

    def question(self, question_id: str) -> Question | None:
        """The employers' question with this id."""
        return self._snapshot().questions.get(question_id)

    def topic(self, topic_id: str) -> Topic | None:
        """The topic with this id."""
        return self._snapshot().topics.get(topic_id)

    def source(self, source_id: str) -> Source | None:
        """The source with this id."""
        return self._snapshot().sources.get(source_id)

    def fact(self, fact_id: str) -> Fact | None:
        """The fact that rules may ask about."""
        return self._snapshot().facts.get(fact_id)

    def challenge(self, challenge_id: str) -> Challenge | None:
        """The challenge with this id."""
        return self._snapshot().challenges.get(challenge_id)

    def municipality(self, name_or_code: str) -> Municipality | None:
        """The municipality by code ("0101") or name ("Aarhus", "aarhus kommune", "Københavns Kommune")."""
        word = name_or_code.strip().casefold().removesuffix("kommune").strip()
        towns = {town.name.casefold(): town for town in self.content.municipalities}
        codes = {town.code: town for town in self.content.municipalities}
        return codes.get(word) or towns.get(word) or towns.get(word.removesuffix("s"))

    def nearby(self, name_or_code: str, on: date) -> Nearby | None:
        """What is particular to a municipality on the day `on`: its contacts, numbers, projects. None: no such one."""
        town = self.municipality(name_or_code)
        return None if town is None else near(town, self.content.contacts, on)

    # Inside

    def _snapshot(self) -> _Snapshot:
        snapshot, looked_at = self._read
        if snapshot is not None and time.monotonic() - looked_at < self._look_every:
            return snapshot
        with self._lock:
            snapshot, looked_at = self._read
            if snapshot is None or time.monotonic() - looked_at >= self._look_every:
                snapshot = self._look(snapshot)
                self._read = (snapshot, time.monotonic())
            return snapshot

    def _look(self, before: _Snapshot | None) -> _Snapshot:
        """What the database holds now; `before` itself if that is still it, or if the database is away."""
        try:
            with self._engine.connect() as connection:
                if before is None and not sa.inspect(connection).has_table(LoadRow.__tablename__):
                    raise NothingLoaded("no content is loaded into the database yet")
                digest = connection.execute(sa.select(LoadRow.__table__.c.hash)).scalar_one_or_none()
                if digest is None:
                    raise NothingLoaded("no content is loaded into the database yet")
                if before is not None and before.content.hash == digest:
                    return before
                bodies = {row: _bodies(connection, row) for row in rows.TABLES}
                return _Snapshot.of(rows.to_content(bodies, digest))
        except OperationalError:
            if before is None:
                raise
            _log.warning("The database cannot be reached; answering from the content read before.")
            return before

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_NUMBER)))
                yield connection


_current: Store | None = None
_current_lock = threading.Lock()


def use(url: str) -> Store:
    """Let this process use the database at `url`; returns the store."""
    global _current
    with _current_lock:
        _current = Store(url)
        return _current


def current() -> Store:
    """The store of this process; the default database if `use` was not called."""
    global _current
    with _current_lock:
        if _current is None:
            _current = Store()
        return _current


def _open(url: str) -> Engine:
    address = make_url(url)
    options: dict[str, Any] = {"future": True, "json_serializer": lambda v: json.dumps(v, ensure_ascii=False)}
    if address.get_backend_name() != "sqlite":
        return sa.create_engine(address, pool_pre_ping=True, **options)
    if address.database in (None, "", ":memory:"):
        options["poolclass"] = StaticPool
    else:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, connect_args={"check_same_thread": False}, **options)
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: Any) -> None:
    # Python's own driver begins transactions late and commits before DDL; ours begin when we say so.
    connection.isolation_level = None
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: upgrading a read that another writer has overtaken would fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_tables(connection: Connection) -> str | None:
    """Make the tables ready, anew if their columns have changed; the hash of what they hold, if anything."""
    load = LoadRow.__table__
    if sa.inspect(connection).has_table(load.name):
        kept = connection.execute(sa.select(load.c.hash, load.c.tables)).one_or_none()
        if kept is not None and kept.tables == fingerprint():
            return str(kept.hash)
        content.metadata.drop_all(connection)
    content.metadata.create_all(connection)
    return None


def _write(
    connection: Connection, row: type[Record], entries: list[rows.Row]
) -> tuple[list[str], list[str], list[str]]:
    """Bring one table to `entries`; returns what was added, altered and removed."""
    table = row.__table__
    there = {kept["id"]: dict(kept) for kept in connection.execute(sa.select(table)).mappings()}
    wanted = {entry["id"]: dict.fromkeys(column.name for column in table.c) | entry for entry in entries}
    added = [key for key in wanted if key not in there]
    altered = [key for key in wanted if key in there and there[key] != wanted[key]]
    removed = [key for key in there if key not in wanted]
    if removed:
        connection.execute(sa.delete(table).where(table.c.id.in_(removed)))
    for key in altered:
        connection.execute(sa.update(table).where(table.c.id == key).values(wanted[key]))
    if added:
        connection.execute(sa.insert(table), [wanted[key] for key in added])

    def named(keys: list[str]) -> list[str]:
        return [f"{_name(row)}/{key}" for key in keys]

    return named(added), named(altered), named(removed)


def _bodies(connection: Connection, row: type[Record]) -> list[dict[str, Any]]:
    table = row.__table__
    return list(connection.execute(sa.select(table.c.body).order_by(table.c.position)).scalars())


def _name(row: type[Record]) -> str:
    return row.__tablename__.removeprefix(PREFIX)
