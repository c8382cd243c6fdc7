"""Whole conversations in Telegram: people write and press, and read what they were sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot import service
from tests.telegram.conftest import Chat
from tests.telegram_double import Telegram


def test_from_the_start_to_the_end(chat: Callable[..., Chat], telegram: Telegram) -> None:
    karen = chat()
    karen.says("/start")
    karen.presses("Kom i gang")
    karen.presses("Ja, jeg er fyldt 18")
    karen.presses("Nej, gem intet")
    print(karen.person.transcript())
    karen.says("Hvad er fleksjob?")
    print(karen.person.transcript())
    assert telegram.refusals == []
