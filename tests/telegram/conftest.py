"""People in Telegram, the assistant's desk there, and the double of the Bot API between them; all in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot import service
from bot.channels import telegram as channel
from bot.channels.telegram import Desk
from bot.incoming import Door
from bot.replies import replies
from tests.telegram_double import Json, Person, Telegram


def desk_at(telegram: Telegram, door: Door) -> Desk:
    """A desk as a fresh process opens it: nothing in memory, everything from the database."""
    return Desk(telegram.bot(), door, service.people(), service.outbox(), replies())


@dataclass
class Chat:
    """One person's chat with the assistant: what they do is handed over and worked before the next."""

    desk: Desk
    loop: asyncio.AbstractEventLoop
    telegram: Telegram
    person: Person

    def hand_over(self, *updates: Json) -> list[str]:
        """Let the desk take updates in and do everything that follows; returns the texts that were sent."""
        before = len(self.person.seen())

        async def work() -> None:
            for update in updates:
                self.desk.take_in(update)
                if update in self.telegram.waiting:
                    self.telegram.waiting.remove(update)
            await self.desk.settled()

        self.loop.run_until_complete(work())
        return self.person.texts()[before:]

    def says(self, text: str) -> list[str]:
        return self.hand_over(self.person.says(text))

    def sends_a(self, kind: str, **more: Any) -> list[str]:
        return self.hand_over(self.person.sends_a(kind, **more))

    def presses(self, title: str) -> list[str]:
        return self.hand_over(self.person.presses(title))

    def edits(self, text: str) -> list[str]:
        return self.hand_over(self.person.edits(text))

    @property
    def id(self) -> str:
        """The hash we know this person by."""
        return service.people().keys.person("telegram", str(self.person.chat))

    @property
    def heard(self) -> list[str]:
        """What the conversation has of what the person said."""
        return [event["text"] for event in service.people().history(self.id) if event["event"] == "user"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr(channel, "FIRST_WAIT", 0.01)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def chat(telegram: Telegram, door: Door, loop: asyncio.AbstractEventLoop) -> Callable[..., Chat]:
    """Somebody new in Telegram: `chat().says("hej")`. With `door=` another door than the shared one."""

    def begin(language: str | None = "da", door: Door = door) -> Chat:
        return Chat(desk_at(telegram, door), loop, telegram, telegram.person(language=language))

    return begin
