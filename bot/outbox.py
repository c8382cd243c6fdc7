"""What a channel that answers by itself has to keep: what came in, where people are, and what must be brought to them.

A message is taken in by one transaction: the number of its update, the message, the address and the delivery that is
due. Then nothing that happens to the process can lose it, and nothing that is handed over again is taken in twice.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from bot.people import Incoming, People, now
from bot.tables import addresses, buttons, deliveries, keyboards, messages, people, updates

Address = dict[str, Any]

ANSWERS = ("/affirm", "/deny", "/unsure", "/skip", "/confirm_")
"""Beginnings of payloads that answer a question: they mean something under the last answer only."""


def is_answer(payload: str) -> bool:
    """Whether a button answers the question it stands under: a plain text always does."""
    return payload.startswith(ANSWERS) or not payload.startswith("/")


@dataclass(frozen=True)
class Letter:
    """A message as it came, masked, before it is stored. `number` is that of its update, `source` who numbered it."""

    source: str
    number: int
    channel: str
    person: str
    message_id: str
    address: Address
    text: str = ""
    notices: tuple[str, ...] = ()
    language: str = "da"


@dataclass(frozen=True)
class Delivery:
    """A stored message whose answer must be brought to `address`; `sent` parts of it have arrived."""

    message: Incoming
    number: int
    address: Address
    sent: int


class Press(Enum):
    """What became of a pressed button."""

    TAKEN = "taken in as a message"
    USED = "its buttons had been used already"
    UNKNOWN = "it is not known here, or its question is no longer open"
    REPEATED = "this very press came before"


@dataclass(frozen=True)
class Pressed:
    """A press: what became of it, the title of the button, and the delivery that follows where there is one."""

    press: Press
    title: str = ""
    delivery: Delivery | None = field(default=None)


class Outbox:
    """The store behind such a channel. Every method is one transaction."""

    def __init__(self, store: People) -> None:
        """`store` is where people are kept: all of this goes away with them."""
        self._people = store
        self._engine = store.engine

    # --- In -------------------------------------------------------------------------------------------------------

    def take_in(self, letter: Letter) -> Delivery | None:
        """Store a message and that an answer is due; None when its update, or the message, came before."""
        with self._engine.begin() as connection:
            return self._store(connection, letter) if self._is_new(connection, letter.source, letter.number) else None

    def take_in_press(self, letter: Letter, token: str, index: int, when_unknown: str) -> Pressed:
        """Store the press of a button of the keyboard `token`: once, and only what still means something.

        `letter` becomes the message; `when_unknown` is the notice that a press becomes that means nothing any more.
        """
        with self._engine.begin() as connection:
            if not self._is_new(connection, letter.source, letter.number):
                return Pressed(Press.REPEATED)
            shown = connection.execute(
                select(keyboards).where(keyboards.c.token == token, keyboards.c.person == letter.person)
            ).one_or_none()
            choices = self._people.keys.open(shown.sealed) if shown else []
            if not 0 <= index < len(choices):
                unknown = replace(letter, notices=(when_unknown,))
                return Pressed(Press.UNKNOWN, delivery=self._store(connection, unknown))
            title, meaning = choices[index]
            first = connection.execute(
                update(keyboards).where(keyboards.c.token == token, keyboards.c.used.is_(False)).values(used=True)
            ).rowcount
            if not first:
                return Pressed(Press.USED, title)
            if self._is_over(connection, letter.person, shown.asked_at, meaning):
                unknown = replace(letter, notices=(when_unknown,))
                return Pressed(Press.UNKNOWN, title, self._store(connection, unknown))
            notice = meaning.startswith("say_")
            taken = replace(letter, text="" if notice else meaning, notices=(meaning,) if notice else ())
            return Pressed(Press.TAKEN, title, self._store(connection, taken))

    def _is_over(self, connection: Connection, person: str, asked_at: datetime, token: str) -> bool:
        """Whether a button answers a question after which the person has written something else."""
        sealed = connection.execute(
            select(buttons.c.sealed).where(buttons.c.token == token, buttons.c.person == person)
        ).scalar_one_or_none()
        if sealed is None or not is_answer(self._people.keys.open(sealed)[1]):
            return False
        seen_at = connection.execute(select(people.c.seen_at).where(people.c.id == person)).scalar_one()
        return seen_at > asked_at

    def note(self, source: str, number: int) -> bool:
        """Note an update that leads to no message; False when it came before."""
        with self._engine.begin() as connection:
            return self._is_new(connection, source, number)

    def _is_new(self, connection: Connection, source: str, number: int) -> bool:
        row = self._people.insert(updates).values(source=source, number=number, received_at=now())
        return bool(connection.execute(row.on_conflict_do_nothing()).rowcount)

    def _store(self, connection: Connection, letter: Letter) -> Delivery | None:
        message = self._people.receive_in(
            connection,
            letter.person,
            letter.message_id,
            letter.channel,
            letter.text,
            letter.language,
            letter.notices,
        )
        if message.answered:
            return None
        sealed = self._people.keys.seal(letter.address)
        connection.execute(
            self._people.insert(addresses)
            .values(person=letter.person, sealed=sealed)
            .on_conflict_do_update(index_elements=["person"], set_={"sealed": sealed})
        )
        connection.execute(
            self._people.insert(deliveries)
            .values(message=message.row, number=letter.number, sent=0)
            .on_conflict_do_nothing()
        )
        return Delivery(message, letter.number, letter.address, 0)

    # --- Out ------------------------------------------------------------------------------------------------------

    def due(self, channel: str) -> list[Delivery]:
        """Everything that must still be brought to people of a channel, oldest first: what a crash left behind."""
        return self._read(messages.c.channel == channel)

    def refreshed(self, delivery: Delivery) -> Delivery | None:
        """`delivery` as it stands now; None when it is done, or its person has been forgotten."""
        return next(iter(self._read(messages.c.id == delivery.message.row)), None)

    def _read(self, condition: Any) -> list[Delivery]:
        joined = messages.join(deliveries, deliveries.c.message == messages.c.id).join(
            addresses, addresses.c.person == messages.c.person
        )
        query = select(messages, deliveries.c.number, deliveries.c.sent, addresses.c.sealed).select_from(joined)
        with self._engine.begin() as connection:
            rows = connection.execute(query.where(condition).order_by(messages.c.id)).all()
        keys = self._people.keys
        return [Delivery(self._people.incoming(row), row.number, keys.open(row.sealed), row.sent) for row in rows]

    def has_sent(self, delivery: Delivery, parts: int) -> None:
        """Note that the first `parts` parts of an answer have arrived."""
        with self._engine.begin() as connection:
            connection.execute(
                update(deliveries).where(deliveries.c.message == delivery.message.row).values(sent=parts)
            )

    def is_done(self, delivery: Delivery) -> None:
        """Note that an answer has arrived whole, or that it never will."""
        with self._engine.begin() as connection:
            connection.execute(delete(deliveries).where(deliveries.c.message == delivery.message.row))

    def is_gone(self, person: str) -> None:
        """Note that a person cannot be reached any more: their address and what was due to them go."""
        theirs = select(messages.c.id).where(messages.c.person == person)
        with self._engine.begin() as connection:
            connection.execute(delete(deliveries).where(deliveries.c.message.in_(theirs)))
            connection.execute(delete(addresses).where(addresses.c.person == person))

    def show(self, message: Incoming, choices: list[tuple[str, str]]) -> str | None:
        """Keep a set of buttons (title, and what pressing means: a button's token or a notice); returns its token.

        None when the person has been forgotten meanwhile.
        """
        token = secrets.token_urlsafe(18)
        with self._engine.begin() as connection:
            known = connection.execute(select(people.c.id).where(people.c.id == message.person)).one_or_none()
            if known is None:
                return None
            connection.execute(
                self._people.insert(keyboards).values(
                    token=token,
                    person=message.person,
                    asked_at=message.received_at,
                    used=False,
                    sealed=self._people.keys.seal(choices),
                )
            )
        return token
