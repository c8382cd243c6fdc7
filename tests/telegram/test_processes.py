"""The whole assistant as it is run, with the Bot API on a port beside it: called by Telegram, asking it, and killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.settings import ROOT, child_environment
from bot.supervisor import free_port
from tests.service import Service
from tests.telegram_double import TOKEN, Person, Telegram, serve

DANGER = "jeg tager mit liv i aften"


def within(seconds: float, condition: Callable[[], object]) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def answers(person: Person, containing: str, seconds: float = 20) -> bool:
    """Whether the person is sent something that contains a text, in time."""
    return within(seconds, lambda: any(containing in text for text in person.texts()))


@pytest.fixture(scope="module")
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture(scope="module")
def called(
    telegram: Telegram, tmp_path_factory: pytest.TempPathFactory, model: Path, action_server: int
) -> Iterator[Service]:
    """The assistant with a public address: Telegram calls it. At its start Telegram is down."""
    telegram.fault("getMe", 500)
    telegram.fault("setWebhook", "unanswered", 429)
    with serve(telegram) as api:
        port = free_port()
        made = Service(
            tmp_path_factory.mktemp("called") / "data",
            port=port,
            action_port=action_server,
            command=("-m", "bot", "serve", "--action-port", str(action_server)),
            environment={"telegram_token": TOKEN, "telegram_api": api, "public_url": f"http://127.0.0.1:{port}"},
        )
        made.start()
        assert within(20, lambda: telegram.webhook and not telegram.faults)
        yield made
        made.stop()


@pytest.mark.parametrize("secret", [None, "", "x" * 64, "æ", "A" * 5000], ids=["none", "empty", "wrong", "æ", "long"])
def test_a_call_that_does_not_show_our_secret_is_refused(
    called: Service, telegram: Telegram, secret: str | None
) -> None:
    forger = telegram.person()
    update = forger.says("hvad er fleksjob?")
    telegram.waiting.remove(update)
    header = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret.encode().decode("latin-1")}
    status, body = called.request("/webhooks/telegram/webhook", update, headers=header)
    assert 400 <= status < 500
    assert body == b""
    time.sleep(0.3)
    assert forger.texts() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"hej"', b"\xff\xfe", b"[" * 20_000], ids=range(6))
def test_a_call_with_our_secret_that_is_no_update_is_refused_and_breaks_nothing(
    called: Service, telegram: Telegram, body: bytes
) -> None:
    assert telegram.deliver(body, telegram.webhook["secret"]) == 400


def test_an_update_is_acknowledged_and_answered(called: Service, telegram: Telegram) -> None:
    karen = telegram.person()
    karen.says("/start")
    assert telegram.hand_over() == [200]
    assert answers(karen, "maskine")
    karen.presses("Kom i gang")
    telegram.hand_over()
    assert answers(karen, "Er du fyldt 18")
    assert within(5, lambda: "✓ Du valgte: Kom i gang" in karen.texts()[0])


def test_an_update_that_telegram_hands_over_twice_is_answered_once(called: Service, telegram: Telegram) -> None:
    karen = telegram.person()
    karen.says("/start")
    update = telegram.waiting[0]
    assert [telegram.deliver(update, telegram.webhook["secret"]) for _ in range(3)] == [200] * 3
    assert telegram.hand_over() == [200]
    assert answers(karen, "maskine")
    time.sleep(0.5)
    assert len(karen.seen()) == 1


def test_an_update_of_the_largest_size_is_taken(called: Service, telegram: Telegram) -> None:
    karen = telegram.person()
    update = karen.says("😀" * 2000)
    update["message"]["reply_to_message"] = telegram.message(karen.chat, karen.user, text="😀" * 2000)
    update["message"]["entities"] = [{"type": "bold", "offset": n, "length": 1} for n in range(100)]
    assert len(json.dumps(update)) > 50_000
    assert telegram.hand_over() == [200]
    assert within(10, karen.texts)


def test_no_secret_is_found_at_rest_or_in_the_log(called: Service, telegram: Telegram) -> None:
    karen = telegram.person()
    telegram.fault("sendMessage", "garbled", 500)
    karen.says("mit cpr er 140275-1234, ring på 20 30 40 50 eller skriv til karen.holm@example.dk")
    karen.sends_a("contact")
    telegram.hand_over()
    assert answers(karen, "noget privat")
    assert answers(karen, "andre")
    words = [TOKEN, TOKEN.split(":")[1], "140275", "20 30 40 50", "karen.holm@", "+4520304050", str(karen.chat)]
    words.append(telegram.webhook["secret"])
    contents = {}
    for file in [called.log, *called.data.rglob("*")]:
        with suppress(OSError):  # A folder, or SQLite's log, which comes and goes.
            contents[file.name] = file.read_bytes()
    assert {"jobsamtale.db", called.log.name} <= contents.keys()
    assert [(word, name) for name, content in contents.items() for word in words if word.encode() in content] == []


@pytest.fixture
def asking(tmp_path: Path, model: Path, action_server: int) -> Iterator[tuple[Service, Telegram]]:
    """The assistant with a token alone: it asks Telegram. It can be killed at any phase of a turn."""
    telegram = Telegram()
    with serve(telegram) as api:
        made = Service(
            tmp_path / "data",
            action_port=action_server,
            command=("-m", "tests.failures.crashing", "serve", "--action-port", str(action_server)),
            environment={"telegram_token": TOKEN, "telegram_api": api, "crash_file": str(tmp_path / "phase")},
        )
        yield made.start(), telegram
        made.stop()


def test_killed_before_the_first_of_two_answers_is_brought_both_are_brought_once(
    asking: tuple[Service, Telegram],
) -> None:
    service, telegram = asking
    karen = telegram.person()
    karen.says("/start")
    assert answers(karen, "maskine")
    Path(service.environment["crash_file"]).write_text("before reply")
    karen.says("Hvad er personlig assistance, og hvem søger?")
    karen.says("Hvad er fleksjob?")
    assert service.process is not None
    service.process.wait(30)
    assert len(karen.seen()) == 1
    telegram.fault("sendMessage", 500)
    service.start()
    assert answers(karen, "Fleksjob")
    assert within(5, lambda: not telegram.waiting)
    time.sleep(1)
    assert [text.splitlines()[0] for text in karen.texts()[1:]] == [
        "Personlig assistance til personer med handicap i erhverv",
        "Fleksjob",
    ]


def test_danger_is_met_with_numbers_when_the_model_is_broken(tmp_path: Path, model: Path) -> None:
    from bot import training

    telegram = Telegram()
    data = tmp_path / "data"
    broken = training.model_file(data / "models")
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"this is no model")
    with serve(telegram) as api:
        port = free_port()
        service = Service(
            data,
            command=("-m", "bot", "serve", "--action-port", str(port)),
            environment={"telegram_token": TOKEN, "telegram_api": api},
        ).start()
        try:
            karen, peter = telegram.person(), telegram.person()
            karen.says(DANGER)
            peter.says("Hvad er fleksjob?")
            assert answers(karen, "70 201 201")
            assert answers(peter, "112")
        finally:
            service.stop()


def test_without_a_token_make_telegram_says_what_is_missing(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "bot", "telegram"],
        cwd=ROOT,
        env=child_environment(data_folder=tmp_path, telegram_token=""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert "BotFather" in finished.stderr
    assert "Traceback" not in finished.stderr
