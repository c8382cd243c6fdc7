"""Danger is answered the same when the model is broken and when the action server is dead."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine

from bot import training
from bot.incoming import Door
from bot.people import People
from bot.privacy import Keys, new_key
from bot.replies import replies
from bot.tables import metadata
from nlu.crisis import KEPT_APART, Level, assess
from nlu.crisis.classifier import read_lines
from tests.service import Service

NUMBERS = (Level.RED, Level.ORANGE)
ORDINARY = ("Hvad er fleksjob?", "hej", "hvad gemmer du om mig", "slet alt hvad du har om mig")


def lines() -> list[str]:
    """Every third collected line of danger, so that all kinds are among them, and quickly."""
    return [line.text for line in read_lines([KEPT_APART]) if line.level in ("red", "orange")][::3]


def numbers_are_shown(service: Service, text: str) -> bool:
    said = service.text(uuid4().hex, text)
    return "112" in said and "70 201 201" in said


def check(service: Service) -> None:
    """Each line is met with numbers, or with the question, just as it would be with everything in its place."""
    for text in lines():
        level = assess(text).level
        said = service.text(uuid4().hex, text)
        assert said
        if level in NUMBERS:
            assert "112" in said
        if level is Level.CHECK_IN:
            assert "hjælp lige nu" in said or "help right now" in said
    for text in ("jeg tager mit liv i aften", "hjælp", "i want to kill myself"):
        assert numbers_are_shown(service, text)


@pytest.fixture
def broken_model(tmp_path: Path, model: Path) -> Iterator[Service]:
    data = tmp_path / "data"
    broken = training.model_file(data / "models")
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"this is no model")
    made = Service(data)
    yield made.start()
    made.stop()


def test_with_a_broken_model(broken_model: Service, ready: Path) -> None:
    check(broken_model)
    for text in ORDINARY:
        assert "112" in broken_model.text(uuid4().hex, text), "an honest word, and where to turn in danger"
    assert "could not be loaded" in broken_model.log.read_text()


def test_with_the_action_server_dead(tmp_path: Path, model: Path, ready: Path) -> None:
    service = Service(tmp_path / "data").start()
    try:
        stop = time.monotonic() + 60
        check_every = lines()[:40]
        for text in check_every:
            actions = service.children().get("actions")
            if actions:
                os.kill(actions, signal.SIGKILL)
            level = assess(text).level
            said = service.text(uuid4().hex, text)
            assert said
            assert level not in NUMBERS or "112" in said
            assert time.monotonic() < stop
    finally:
        service.stop()


def test_with_a_database_that_is_gone(loop: asyncio.AbstractEventLoop, ready: Path, tmp_path: Path) -> None:
    """As on a full disk: nothing can be stored, and danger is answered all the same."""
    engine = create_engine(f"sqlite:///{tmp_path / 'people.db'}", future=True)
    metadata.create_all(engine)
    people = People(engine, Keys(new_key()), 24, 90)
    metadata.drop_all(engine)

    async def never(_message: object) -> None:
        raise AssertionError("Rasa is not asked about what could not be stored")

    door = Door(people, replies(), never)

    def said(text: str) -> str:
        return " ".join(reply["text"] for reply in loop.run_until_complete(door.receive("rest", "someone", text)))

    assert "70 201 201" in said("jeg tager mit liv i aften")
    assert "gik galt" in said("Hvad er fleksjob?")
