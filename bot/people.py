"""What is kept about people: messages until they are answered, conversations, choices; and how it all goes away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, Row

from bot.privacy import Keys, UnusableKey
from bot.tables import addresses, bases, buttons, crisis_log, deliveries, events, messages, notes, people, updates

ANSWERS_KEPT = timedelta(hours=1)
"""How long an answer can be asked for again by a client whose connection broke."""
MESSAGES_KEPT = timedelta(hours=24)
"""How long the id of an answered message is remembered, so that it is never worked twice."""
UPDATES_KEPT = timedelta(hours=48)
"""How long the number of an update is remembered; Telegram keeps what it cannot hand over for 24 hours."""


@dataclass(frozen=True)
class Incoming:
    """A stored message: what the door works on.

    `text` is already redacted. `notices` names replies to say before the answer.
    """

    row: int
    person: str
    message_id: str
    channel: str
    text: str
    attempts: int
    answered: bool
    answer: list[dict[str, Any]] | None
    notices: tuple[str, ...]
    received_at: datetime


@dataclass(frozen=True)
class Known:
    """What the door knows about a person when a turn begins."""

    language: str = "da"
    turns: int = 0
    crisis_stage: str | None = None
    region: str | None = None


@dataclass
class Turn:
    """A finished turn, as the tracker store hands it over: new events, and a new base where one is due."""

    events: list[tuple[str | None, dict[str, Any]]]
    language: str | None = None
    consent: bool | None = None
    keep_from: int | None = None
    base: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Conversation:
    """A conversation as a turn needs it: the state it starts from, then the events since (with their row ids)."""

    base: list[dict[str, Any]]
    events: list[tuple[int, dict[str, Any]]]


def now() -> datetime:
    """The present moment in UTC, without a zone, as the tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None)


class People:
    """The store of everything personal. Every method is one transaction."""

    def __init__(self, engine: Engine, keys: Keys, hours_without_consent: int, days_with_consent: int) -> None:
        """Open the store.

        Raises:
            UnusableKey: the database was written with another key.
        """
        self.engine = engine
        self.keys = keys
        self._short = timedelta(hours=hours_without_consent)
        self._long = timedelta(days=days_with_consent)
        self._check_key()

    def insert(self, table: Table) -> Any:
        """An INSERT that knows `ON CONFLICT`, in the words of this database."""
        return (postgresql if self.engine.dialect.name == "postgresql" else sqlite).insert(table)

    def _check_key(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                self.insert(notes).values(name="key", value=self.keys.fingerprint).on_conflict_do_nothing()
            )
            written_with = connection.execute(select(notes.c.value).where(notes.c.name == "key")).scalar_one()
        if written_with != self.keys.fingerprint:
            raise UnusableKey("This database was written with another key; give that key, or another database.")

    def _lifetime(self, consent: bool) -> timedelta:
        return self._long if consent else self._short

    # --- Messages -------------------------------------------------------------------------------------------------

    def receive(
        self,
        person: str,
        message_id: str,
        channel: str,
        text: str,
        language: str = "da",
        notices: tuple[str, ...] = (),
    ) -> Incoming:
        """Store a message before any work on it; the same `message_id` again gives the first one back.

        `language` is what someone new begins in, `notices` the replies to say before the answer.
        """
        with self.engine.begin() as connection:
            return self.receive_in(connection, person, message_id, channel, text, language, notices)

    def receive_in(
        self,
        connection: Connection,
        person: str,
        message_id: str,
        channel: str,
        text: str,
        language: str,
        notices: tuple[str, ...],
    ) -> Incoming:
        """`receive`, as a part of somebody's transaction."""
        at = now()
        connection.execute(self._newcomer(person, language, at))
        consent = connection.execute(select(people.c.consent).where(people.c.id == person)).scalar_one()
        connection.execute(
            update(people).where(people.c.id == person).values(seen_at=at, expires_at=at + self._lifetime(consent))
        )
        connection.execute(
            self.insert(messages)
            .values(
                person=person,
                message_id=message_id,
                channel=channel,
                body=self.keys.seal([text, *notices]),
                attempts=0,
                received_at=at,
            )
            .on_conflict_do_nothing()
        )
        row = connection.execute(
            select(messages).where(messages.c.person == person, messages.c.message_id == message_id)
        ).one()
        return self.incoming(row)

    def incoming(self, row: Row) -> Incoming:
        """A row of `messages`, opened."""
        text, *notices = self.keys.open(row.body) if row.body else [""]
        return Incoming(
            row=row.id,
            person=row.person,
            message_id=row.message_id,
            channel=row.channel,
            text=text,
            attempts=row.attempts,
            answered=row.answered_at is not None,
            answer=self.keys.open(row.answer) if row.answer else None,
            notices=tuple(notices),
            received_at=row.received_at,
        )

    def begin(self, message: Incoming) -> Known | None:
        """Count an attempt at a message and say what is known of its sender; None when both are gone."""
        with self.engine.begin() as connection:
            connection.execute(
                update(messages).where(messages.c.id == message.row).values(attempts=messages.c.attempts + 1)
            )
            found = connection.execute(
                select(people.c.language, people.c.turns, people.c.crisis_stage, people.c.region).where(
                    people.c.id == message.person
                )
            ).one_or_none()
        return Known(*found) if found else None

    def finish(
        self,
        message: Incoming,
        answer: list[dict[str, Any]],
        crisis_stage: str | None,
        region: str | None = None,
        crisis_level: str | None = None,
        language: str | None = None,
    ) -> list[dict[str, Any]]:
        """Keep the answer to a message, with its buttons turned into tokens, and let go of what was written.

        `answer` is a list of `{"text", "buttons": [{"title", "payload"}], …}`. Returned with each payload replaced
        by its token. When the person asked to be forgotten in this very turn nothing is kept, and no button is left.
        """
        at = now()
        changed: dict[str, Any] = {"turns": people.c.turns + 1, "crisis_stage": crisis_stage}
        changed |= {"region": region} if region else {}
        changed |= {"language": language} if language else {}
        changed |= {"crisis_at": at} if crisis_level else {}
        with self.engine.begin() as connection:
            known = connection.execute(update(people).where(people.c.id == message.person).values(changed)).rowcount
            if not known:
                return [{**reply, "buttons": []} for reply in answer]
            for reply in answer:
                reply["buttons"] = [self._button(connection, message, b) for b in reply.get("buttons") or []]
            if crisis_level:
                connection.execute(insert(crisis_log).values(at=at, level=crisis_level))
            connection.execute(
                update(messages)
                .where(messages.c.id == message.row)
                .values(answered_at=at, answer=self.keys.seal(answer), body=None)
            )
        return answer

    def _button(self, connection: Connection, message: Incoming, button: dict[str, str]) -> dict[str, str]:
        token = self.keys.button(message.person, button["payload"], button["title"])
        sealed = self.keys.seal([button["title"], button["payload"]])
        connection.execute(
            self.insert(buttons)
            .values(token=token, person=message.person, shown_with=message.row, sealed=sealed)
            .on_conflict_do_update(index_elements=["token"], set_={"shown_with": message.row})
        )
        return {"title": button["title"], "payload": token}

    def pressed(self, person: str, token: str) -> str | None:
        """The payload behind a button this person was shown, or None."""
        with self.engine.begin() as connection:
            sealed = connection.execute(
                select(buttons.c.sealed).where(buttons.c.token == token, buttons.c.person == person)
            ).scalar_one_or_none()
        return self.keys.open(sealed)[1] if sealed else None

    def offered(self, person: str) -> dict[str, str]:
        """Titles (case-folded) and payloads of the buttons under the last answer to this person."""
        with self.engine.begin() as connection:
            last = connection.execute(
                select(func.max(messages.c.id)).where(messages.c.person == person, messages.c.answered_at.is_not(None))
            ).scalar_one()
            rows = connection.execute(
                select(buttons.c.sealed).where(buttons.c.person == person, buttons.c.shown_with == last)
            ).scalars()
            return {title.casefold(): payload for title, payload in map(self.keys.open, rows)}

    def unanswered(self) -> list[Incoming]:
        """Messages that were stored but not answered, oldest first: what a crash left behind."""
        with self.engine.begin() as connection:
            rows = connection.execute(select(messages).where(messages.c.answered_at.is_(None)).order_by(messages.c.id))
            return [self.incoming(row) for row in rows]

    # --- Conversations --------------------------------------------------------------------------------------------

    def conversation(self, person: str) -> Conversation | None:
        """The conversation as a turn needs it (bounded), or None when there is none."""
        with self.engine.begin() as connection:
            base = connection.execute(select(bases).where(bases.c.person == person)).one_or_none()
            rows = connection.execute(
                select(events.c.id, events.c.sealed)
                .where(events.c.person == person, events.c.id >= (base.first_event if base else 0))
                .order_by(events.c.id)
            ).all()
            if not rows and base is None:
                return None
            return Conversation(
                base=self.keys.open(base.sealed) if base else [],
                events=[(row_id, self.keys.open(sealed)) for row_id, sealed in rows],
            )

    def history(self, person: str) -> list[dict[str, Any]]:
        """Every event of a conversation, oldest first."""
        with self.engine.begin() as connection:
            rows = connection.execute(
                select(events.c.sealed).where(events.c.person == person).order_by(events.c.id)
            ).scalars()
            return [self.keys.open(sealed) for sealed in rows]

    def turn_of(self, person: str, message_id: str) -> list[dict[str, Any]]:
        """The events that followed from one message, the person's own first; empty when it was never worked."""
        with self.engine.begin() as connection:
            rows = connection.execute(
                select(events.c.sealed)
                .where(events.c.person == person, events.c.message_id == message_id)
                .order_by(events.c.id)
            ).scalars()
            return [self.keys.open(sealed) for sealed in rows]

    def save(self, person: str, turn: Turn) -> None:
        """Add a turn to a conversation, all or nothing."""
        at = now()
        with self.engine.begin() as connection:
            # A conversation that did not come through the door (Rasa's own commands) has no owner yet.
            connection.execute(self._newcomer(person, "da", at))
            changed: dict[str, Any] = {"language": turn.language} if turn.language else {}
            if turn.consent is not None:
                changed |= {"consent": turn.consent, "expires_at": at + self._lifetime(turn.consent)}
            if changed:
                connection.execute(update(people).where(people.c.id == person).values(changed))
            if turn.events:
                connection.execute(
                    insert(events),
                    [
                        {"person": person, "message_id": message_id, "sealed": self.keys.seal(event)}
                        for message_id, event in turn.events
                    ],
                )
            if turn.keep_from is not None:
                base = {"first_event": turn.keep_from, "sealed": self.keys.seal(turn.base)}
                connection.execute(
                    self.insert(bases)
                    .values(person=person, **base)
                    .on_conflict_do_update(index_elements=["person"], set_=base)
                )

    def _newcomer(self, person: str, language: str, at: datetime) -> Any:
        """The statement that makes a person known, if they are not yet."""
        return (
            self.insert(people)
            .values(id=person, language=language, consent=False, turns=0, seen_at=at, expires_at=at + self._short)
            .on_conflict_do_nothing()
        )

    def language(self, person: str) -> str | None:
        """The language a person is spoken to in; None when we do not know them."""
        with self.engine.begin() as connection:
            return connection.execute(select(people.c.language).where(people.c.id == person)).scalar_one_or_none()

    def remembers(self, person: str) -> bool:
        """Whether this person has said yes to being remembered."""
        with self.engine.begin() as connection:
            return bool(connection.execute(select(people.c.consent).where(people.c.id == person)).scalar_one_or_none())

    def keys_of_people(self) -> Iterable[str]:
        """Every person we have a conversation with."""
        with self.engine.begin() as connection:
            return list(connection.execute(select(events.c.person).distinct()).scalars())

    # --- Going away -----------------------------------------------------------------------------------------------

    def forget(self, person: str) -> None:
        """Delete everything about a person, in every table, at once."""
        with self.engine.begin() as connection:
            connection.execute(delete(people).where(people.c.id == person))
        self._let_go()

    def forget_expired(self) -> int:
        """Delete everyone whose time is up, and what is no longer needed of the others.

        Returns:
            How many people were forgotten.
        """
        at = now()
        with self.engine.begin() as connection:
            gone = connection.execute(delete(people).where(people.c.expires_at < at)).rowcount
            connection.execute(
                update(messages)
                .where(messages.c.answered_at < at - ANSWERS_KEPT, messages.c.id.not_in(select(deliveries.c.message)))
                .values(answer=None)
            )
            connection.execute(delete(messages).where(messages.c.answered_at < at - MESSAGES_KEPT))
            connection.execute(delete(updates).where(updates.c.received_at < at - UPDATES_KEPT))
        self._let_go()
        return int(gone)

    def _let_go(self) -> None:
        """Empty SQLite's write-ahead log, where deleted pages would otherwise linger for a while."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def export(self, person: str) -> dict[str, Any]:
        """Everything kept about a person, as plain data that they can read and take along."""
        with self.engine.begin() as connection:
            found = connection.execute(select(people).where(people.c.id == person)).one_or_none()
            address = connection.execute(
                select(addresses.c.sealed).where(addresses.c.person == person)
            ).scalar_one_or_none()
            about = (
                {
                    "language": found.language,
                    "consent": found.consent,
                    "messages": found.turns,
                    "last_seen": found.seen_at.isoformat(timespec="seconds") + "Z",
                    "deleted_at_the_latest": found.expires_at.isoformat(timespec="seconds") + "Z",
                    "region": found.region,
                    "address": self.keys.open(address) if address else None,
                }
                if found
                else {}
            )
        return {"about_you": about, "conversation": self.history(person)}
