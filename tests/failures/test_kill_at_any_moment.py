"""Killed with -9 at any phase of a turn: no message lost, state applied once, order kept."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.database import open_database
from bot.people import People
from bot.privacy import Keys
from tests.failures.crashing import PHASES
from tests.service import Service

QUESTION = "Hvad er personlig assistance, og hvem søger?"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, model: Path, action_server: int) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("crashing")
    made = Service(
        folder / "data",
        action_port=action_server,
        command=("-m", "tests.failures.crashing", "serve", "--action-port", str(action_server)),
        environment={"crash_file": str(folder / "phase")},
    )
    yield made.start()
    made.stop()


def people(service: Service) -> People:
    keys = Keys((service.data / "key").read_text())
    return People(open_database(f"sqlite:///{service.data / 'jobsamtale.db'}"), keys, 24, 90)


def spoken(service: Service, sender: str) -> list[str]:
    """What the person said, in order, as the conversation has it."""
    store = people(service)
    events = store.history(store.keys.person("rest", sender))
    return [event["text"] for event in events if event["event"] == "user"]


def send_and_lose(service: Service, sender: str, message: str, message_id: str) -> None:
    with contextlib.suppress(OSError):
        service.request("/webhooks/rest/webhook", {"sender": sender, "message": message, "message_id": message_id})


@pytest.mark.parametrize("phase", PHASES)
def test_a_message_survives_a_kill(service: Service, phase: str) -> None:
    sender, first, second, third = (uuid4().hex for _ in range(4))
    service.says(sender, "hej")
    Path(service.environment["crash_file"]).write_text(phase)
    lost = [(QUESTION, first), ("Hvad er fleksjob?", second), ("tak", third)]
    senders = [threading.Thread(target=send_and_lose, args=(service, sender, *one)) for one in lost]
    for thread in senders:
        thread.start()
        time.sleep(0.02)
    assert service.process is not None
    service.process.wait(30)
    for thread in senders:
        thread.join()
    service.start()

    # A client whose connection broke sends again, with the same id.
    answers = [service.says(sender, message, message_id) for message, message_id in lost]
    assert "personlig assistance" in json.dumps(answers[0], ensure_ascii=False).lower()
    assert "fleksjob" in json.dumps(answers[1], ensure_ascii=False).lower()
    assert all(answers)
    assert spoken(service, sender) == ["hej", *(message for message, _ in lost)]
    # And once more: the same answers, and nothing happens twice.
    again = [service.says(sender, message, message_id) for message, message_id in lost]
    assert [texts(answer) for answer in again] == [texts(answer) for answer in answers]
    assert spoken(service, sender) == ["hej", *(message for message, _ in lost)]


def texts(answer: list[dict[str, Any]]) -> list[str]:
    return [reply["text"] for reply in answer]


def test_what_was_taken_in_is_answered_after_a_crash_without_being_asked_again(service: Service) -> None:
    sender, message_id = uuid4().hex, uuid4().hex
    service.says(sender, "hej")
    Path(service.environment["crash_file"]).write_text("before save")
    send_and_lose(service, sender, QUESTION, message_id)
    assert service.process is not None
    service.process.wait(30)
    service.start()
    deadline = time.monotonic() + 20
    while spoken(service, sender) != ["hej", QUESTION] and time.monotonic() < deadline:
        time.sleep(0.2)
    assert spoken(service, sender) == ["hej", QUESTION]
    assert people(service).unanswered() == []
