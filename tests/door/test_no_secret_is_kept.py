"""Planted secrets go in through the doors; none is found in any file, log or conversation afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from bot.database import open_database
from bot.incoming import clean
from bot.people import People
from bot.privacy import Keys
from nlu.redaction import redact
from tests.redaction.planted import Planted, planted
from tests.service import Service

SENDERS = 20


def through_rest(service: Service, number: int, message: str) -> None:
    service.says(f"planted {number}", message)


@cache
def session(service_url: str, number: int) -> str:
    with urlopen(
        Request(f"{service_url}/webhooks/page/session", b"{}", {"Content-Type": "application/json"})
    ) as answer:
        return str(json.load(answer)["token"])


def through_page(service: Service, number: int, message: str) -> None:
    token = session(service.url, number)
    status, answer = service.request(
        "/webhooks/page/webhook", {"message": message}, headers={"Authorization": f"Bearer {token}"}
    )
    assert status == 200, answer


def send(service: Service, door: Callable[..., None], messages: list[Planted]) -> None:
    """Send messages as `SENDERS` people, each in their own order, a few at a time."""

    def one_person(number: int) -> None:
        for message in messages[number::SENDERS]:
            door(service, number, message.text)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one_person, range(SENDERS)))


def kept_in_conversations(service: Service) -> str:
    keys = Keys((service.data / "key").read_text())
    people = People(open_database(f"sqlite:///{service.data / 'jobsamtale.db'}"), keys, 24, 90)
    events = [event for person in people.keys_of_people() for event in people.history(person)]
    return json.dumps(events, ensure_ascii=False)


def found_in_files(service: Service, secrets: set[str]) -> list[tuple[str, str]]:
    files = [file for file in service.data.rglob("*") if file.is_file() and "models" not in file.parts]
    return [
        (secret, file.name)
        for file in [*files, service.log]
        for secret in secrets
        if secret.encode() in file.read_bytes()
    ]


def check(service: Service, door: Callable[..., None], messages: list[Planted]) -> None:
    send(service, door, messages)
    secrets = {secret for message in messages for secret in message.secrets if len(secret) > 5}
    assert len(secrets) > len(messages) / 4
    conversations = kept_in_conversations(service)
    assert [secret for secret in secrets if secret in conversations] == []
    assert found_in_files(service, secrets) == []
    # What sounds like a crisis is answered at the door and kept nowhere; that must be rare in ordinary messages.
    held = [message for message in messages if json.dumps(masked(message.text), ensure_ascii=False) in conversations]
    assert len(held) >= 0.9 * len(messages), f"{len(held)} of {len(messages)} messages reached the conversation"
    kept = [(value, masked(message.text)) for message in held for value in message.keep]
    surviving = sum(value in text for value, text in kept)
    assert surviving >= 0.99 * len(kept), f"{surviving} of {len(kept)} values that must stay did"


def masked(text: str) -> str:
    """A message as the door hands it on."""
    return redact(clean(text)).text


@pytest.fixture
def fresh(tmp_path: Path, model: Path) -> Service:
    return Service(tmp_path / "data")


@pytest.mark.parametrize("door", [through_rest, through_page])
def test_a_sample_of_planted_secrets_is_found_nowhere(fresh: Service, door: Callable[..., None]) -> None:
    fresh.start()
    try:
        check(fresh, door, planted(120, seed=7))
    finally:
        fresh.stop()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("door", [through_rest, through_page])
def test_a_thousand_planted_secrets_are_found_nowhere(fresh: Service, door: Callable[..., None], seed: int) -> None:
    fresh.start()
    try:
        check(fresh, door, planted(1000, seed))
    finally:
        fresh.stop()
