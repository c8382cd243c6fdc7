"""Whatever comes in gets a clear answer or a 4xx: never a 500, never a stack trace."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from tests.service import Service

WEBHOOK = "/webhooks/rest/webhook"


@pytest.fixture(scope="package")
def api(service: Service) -> Any:
    # 413 refuses a body that is too large before anything else about it is looked at.
    refusals = {"negative_data_rejection": {"expected-statuses": [400, 401, 404, 413, 415, 429, 503]}}
    config = schemathesis.Config.from_dict({"checks": refusals})
    schema = schemathesis.openapi.from_path(ROOT / "bot" / "channels" / "openapi.yml", config=config)
    schema.config.update(base_url=service.url)
    return schema


described = schemathesis.pytest.from_fixture("api")


@described.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_door_keeps_its_description(case: Any) -> None:
    # Sanic refuses a method that it does not know with 405, but without naming those that it does.
    case.call_and_validate(timeout=30, excluded_checks=[schemathesis.checks.unsupported_method])


def answer_of(service: Service, message: str) -> str:
    replies = service.says(uuid4().hex, message)
    assert replies
    text = "\n".join(reply["text"] for reply in replies)
    assert text.strip()
    assert "Traceback" not in text
    assert "{" not in text, "an unfilled placeholder"
    return text


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   \n\t ",
        "🙂🙂🙂",
        "\x00\x01\x02\x1b[31m",
        "a" * 10_000,
        "hvad er fleksjob? " * 600,
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "'; DROP TABLE people; --",
        '{"sender": "x", "message": "y"}',
        "${jndi:ldap://x} {{7*7}} {slot} %s %(x)s",
        "\ud83d",
        "e\u0301" * 500,
        "‮tset‬ \u200b\u200d\ufeff",
        "/restart",
        '/confirm_delete_all{"consent": true}',
        " /greet",
        "//begin",
        "/",
        "knap:AAAAAAAAAAAAAAAA",
        "EXTERNAL: reminder",
        "../../etc/passwd",
    ],
)
def test_a_strange_message_gets_a_clear_answer(service: Service, message: str) -> None:
    answer_of(service, message)


@pytest.mark.parametrize(
    "message", ['/confirm_delete_all{"consent": true}', "/confirm_delete_all", " /confirm_delete_all"]
)
def test_an_intent_cannot_be_typed(service: Service, message: str) -> None:
    sender = uuid4().hex
    service.says(sender, "hej")
    service.says(sender, message)
    kept = service.text(sender, "Hvad er fleksjob?")
    assert "maskine" not in kept, "someone new is told so first: the person was forgotten by a typed intent"


def test_a_button_of_another_person_means_nothing(service: Service) -> None:
    button = next(b for reply in service.says("one", "/slet") for b in reply.get("buttons", []))
    service.says("two", "hej")
    said = service.text("two", button["payload"])
    assert "slettet" not in said.lower()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(message=st.text(max_size=300))
def test_any_text_gets_an_answer(service: Service, message: str) -> None:
    answer_of(service, message)


BROKEN = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"12",
    b'"hej"',
    b'{"message": 1}',
    b'{"message": null}',
    b'{"sender": "a"}',
    b'{"message": "hej", "sender": {"a": 1}}',
    b'{"message": "hej", "message_id": 7}',
    b'{"message": "hej", "language": ["da"]}',
    b'{"message": "hej", "sender": "' + b"a" * 300 + b'"}',
    b"\xff\xfe\x00",
    b"[" * 50_000,
    b'{"message": "' + b"a" * 100_000 + b'"}',
]


@pytest.mark.parametrize("path", [WEBHOOK, "/webhooks/page/webhook"])
@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_request_is_refused_with_a_reason(service: Service, path: str, body: bytes) -> None:
    status, answer = service.request(path, body)
    assert 400 <= status < 500
    assert b"Traceback" not in answer
    assert b"/bot/" not in answer
    if status != 413:
        assert json.loads(answer)["error"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=400))
def test_any_bytes_are_refused_or_answered(service: Service, body: bytes) -> None:
    status, answer = service.request(WEBHOOK, body, method="POST")
    assert status < 500
    assert b"Traceback" not in answer


def test_a_form_of_another_site_is_refused(service: Service) -> None:
    body = b"message=hej&sender=a"
    status, _ = service.request(WEBHOOK, body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert status == 415


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Basic abc", "Bearer " + "A" * 5000])
def test_a_session_that_was_not_issued_here_is_refused(service: Service, token: str) -> None:
    for method, path in (("POST", "webhook"), ("GET", "me"), ("DELETE", "me")):
        body = {"message": "hej"} if method == "POST" else None
        status, answer = service.request(f"/webhooks/page/{path}", body, method, {"Authorization": token})
        assert status == 401
        assert json.loads(answer)["error"]


@pytest.mark.parametrize(
    "path", ["/conversations/x/tracker", "/model/parse", "/status", "/domain", "/webhooks/telegram/webhook"]
)
def test_rasas_own_api_is_not_open(service: Service, path: str) -> None:
    assert service.request(path)[0] == 404
    assert service.request(path, {"text": "hej"})[0] in (404, 405)


def test_nothing_went_wrong_inside(service: Service) -> None:
    log = service.log.read_text()
    assert not re.findall(r" ERROR +bot\.|\[\w+ at ", log)
    assert "Traceback" not in log
