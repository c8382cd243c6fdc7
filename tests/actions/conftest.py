"""What actions are given: the content in a database of its own, a dispatcher that listens, a tracker at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker

from knowledge import store as knowledge_store
from knowledge.store import Store

At = Callable[..., Tracker]


@pytest.fixture(scope="package")
def content(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The real content, loaded."""
    folder: Path = tmp_path_factory.mktemp("content")
    loaded = knowledge_store.use(f"sqlite:///{folder / 'content.db'}")
    loaded.load()
    return loaded


@pytest.fixture
def at() -> At:
    """A tracker at some moment: `at("hej", intent="greet", slots={...}, events=[...])`."""

    def moment(
        text: str = "",
        intent: str | None = None,
        schemes: tuple[str, ...] = (),
        slots: dict[str, Any] | None = None,
        events: list[dict[str, Any]] | None = None,
        form: str | None = None,
    ) -> Tracker:
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 1.0},
            "entities": [{"entity": "scheme", "value": scheme} for scheme in schemes],
        }
        loop = {"name": form} if form else {}
        return Tracker("nobody", slots or {}, message, events or [], False, None, loop, None)

    return moment
