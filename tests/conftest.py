"""One loaded assistant per session of tests: the real model, the real action server, a database of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(tempfile.mkdtemp(prefix="jobsamtale-tests-"))
# Before anything of ours is imported: the settings are read once.
os.environ.update(
    DATA_FOLDER=str(DATA),
    RASA_TELEMETRY_ENABLED="false",
    SQLALCHEMY_SILENCE_UBER_WARNING="1",
    OMP_WAIT_POLICY="passive",
)
os.environ.pop("DATABASE_URL", None)

from bot import without_tensorflow  # noqa: E402

without_tensorflow.activate()

from bot import logs, supervisor, training  # noqa: E402
from bot.settings import child_environment  # noqa: E402

logs.configure()


def verb(*arguments: str) -> list[str]:
    """The command of one of our verbs."""
    return [sys.executable, "-m", "bot", *arguments]


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model for the training data as it is, shared with `make run`; trained now if it is missing."""
    kept = ROOT / "data" / "models"
    kept.mkdir(parents=True, exist_ok=True)
    (DATA / "models").symlink_to(kept)
    file = training.model_file(kept)
    if not file.exists():
        trained = subprocess.run(
            verb("train"),
            cwd=ROOT,
            env=child_environment(data_folder=ROOT / "data"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert trained.returncode == 0, trained.stderr[-3000:]
    from nlu.crisis import load_classifier

    assert load_classifier(kept.parent)  # Learnt here once if need be, and not by every service of these tests.
    return file


@pytest.fixture(scope="session")
def knowledge_base() -> str:
    """The URL of a database with the content loaded."""
    subprocess.run(verb("load"), cwd=ROOT, env=child_environment(), check=True, capture_output=True)
    return f"sqlite:///{DATA / 'jobsamtale.db'}"


@pytest.fixture(scope="session")
def action_server(knowledge_base: str) -> Iterator[int]:
    """The port of a running action server."""
    port = supervisor.free_port()
    child = subprocess.Popen(verb("actions", "--port", str(port)), cwd=ROOT, env=child_environment())
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
                break
            except OSError:
                assert child.poll() is None, "the action server stopped"
                time.sleep(0.1)
        yield port
    finally:
        child.terminate()
        child.wait(10)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop that the agent and the door live in."""
    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    yield made
    made.close()


@pytest.fixture(scope="session")
def agent(model: Path, action_server: int, loop: asyncio.AbstractEventLoop) -> Any:
    """The loaded Rasa agent, with our tracker store, our replies and the running action server."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    endpoints.action = EndpointConfig(f"http://127.0.0.1:{action_server}/webhook")
    loaded = loop.run_until_complete(load_agent(str(model), endpoints=endpoints, loop=loop))
    assert loaded.is_ready()
    return loaded


@pytest.fixture(scope="session")
def door(agent: Any) -> Any:
    """The door in front of the agent."""
    from bot import service
    from bot.incoming import Door
    from bot.replies import replies
    from nlu.crisis import load_classifier

    load_classifier(ROOT / "data")
    return Door(service.people(), replies(), agent.handle_message)


@dataclass
class Talk:
    """One person's conversation through the door."""

    door: Any
    agent: Any
    loop: asyncio.AbstractEventLoop
    sender: str = field(default_factory=lambda: uuid4().hex)
    language: str = "da"
    last: list[dict[str, Any]] = field(default_factory=list)

    @property
    def person(self) -> str:
        """The hash we know this person by."""
        from bot import service

        return service.people().keys.person("rest", self.sender)

    def says(self, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """Write something; returns the answer: `{"name", "text", "buttons": [{"title", "payload"}], …}` each."""
        self.last = self.loop.run_until_complete(
            self.door.receive("rest", self.person, text, message_id, self.language)
        )
        return self.last

    def presses(self, title: str) -> list[dict[str, Any]]:
        """Press a button of the last answer by its title."""
        buttons = {button["title"]: button["payload"] for reply in self.last for button in reply["buttons"]}
        assert title in buttons, f"no button {title!r}; there are {list(buttons)}"
        return self.says(buttons[title])

    @property
    def slots(self) -> dict[str, Any]:
        """The conversation's slots, as they are kept."""
        tracker = self.loop.run_until_complete(self.agent.tracker_store.retrieve(self.person))
        return dict(tracker.current_slot_values()) if tracker else {}

    @property
    def active_form(self) -> str | None:
        """The form that is under way."""
        tracker = self.loop.run_until_complete(self.agent.tracker_store.retrieve(self.person))
        return tracker.active_loop_name if tracker else None


@pytest.fixture
def talk(door: Any, agent: Any, loop: asyncio.AbstractEventLoop) -> Callable[..., Talk]:
    """Begin a conversation: `talk().says("hej")`."""

    def begin(sender: str | None = None, language: str = "da") -> Talk:
        return Talk(door, agent, loop, sender or uuid4().hex, language)

    return begin
