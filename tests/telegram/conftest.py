"""People in Telegram, the assistant's desk there, and the double of the Bot API between them; all in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from bot import service
from bot.channels import telegram as channel
from bot.channels.telegram import Desk
from bot.incoming import Door
from bot.replies import replies
from bot.settings import ROOT
from nlu.crisis import load_classifier
from tests.telegram_double import Json, Person, Telegram


@dataclass
class Echo:
    """In Rasa's place: says what it heard, in as many messages as it is told to, with a button where it is told to."""

    heard: list[str] = field(default_factory=list)
    messages: int = 1
    button: str | None = None
    says: str | None = None
    seconds: float = 0.0
    fails: bool = False
    watched: Callable[[], None] = lambda: None

    async def __call__(self, message: UserMessage) -> None:
        self.heard.append(str(message.text))
        self.watched()
        await asyncio.sleep(self.seconds)
        if self.fails:
            raise RuntimeError("no model")
        for number in range(1, self.messages + 1):
            button = [{"title": self.button, "payload": "/ask_overview"}] if self.button else []
            text = self.says or f"{number}. {message.text}"
            await message.output_channel.send_response(str(message.sender_id), {"text": text, "buttons": button})


@dataclass(repr=False)
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
            await self.desk.settled()

        self.loop.run_until_complete(work())
        return self.person.texts()[before:]

    def hand_over_and_die(self, *updates: Json, after: float = 0.0) -> None:
        """Let the desk take updates in, and stop it where it stands `after` some seconds."""

        async def work() -> None:
            for update in updates:
                self.desk.take_in(update)
            await asyncio.sleep(after)
            await self.desk.close()

        self.loop.run_until_complete(work())

    def restart(self, door: Door) -> list[str]:
        """A new process over the same database: what was left is worked; returns the texts that were sent."""
        self.desk = desk_at(self.telegram, door)
        before = len(self.person.seen())

        async def work() -> None:
            self.desk.resume()
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


def desk_at(telegram: Telegram, door: Door) -> Desk:
    """A desk as a fresh process opens it: nothing in memory, everything from the database."""
    return Desk(telegram.bot(), door, service.people(), service.outbox(), replies())


def door_to(rasa: Callable[[UserMessage], Awaitable[Any]]) -> Door:
    """A door with something else behind it, over the same database."""
    return Door(service.people(), replies(), rasa)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr(channel, "FIRST_WAIT", 0.01)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def chat(telegram: Telegram, door: Door, loop: asyncio.AbstractEventLoop) -> Callable[..., Chat]:
    """Somebody new who talks with the assistant: `chat().says("hej")`."""

    def begin(language: str | None = "da") -> Chat:
        return Chat(desk_at(telegram, door), loop, telegram, telegram.person(language=language))

    return begin


@pytest.fixture
def rasa() -> Echo:
    return Echo()


@pytest.fixture(scope="session")
def signs_of_danger(model: Path) -> None:
    """What the door knows danger by, learnt once."""
    load_classifier(ROOT / "data")


@pytest.fixture
def echo(telegram: Telegram, rasa: Echo, loop: asyncio.AbstractEventLoop, signs_of_danger: None) -> Callable[..., Chat]:
    """Somebody who was greeted before, and to whom everything they write is said back."""

    def begin() -> Chat:
        made = Chat(desk_at(telegram, door_to(rasa)), loop, telegram, telegram.person())
        made.says("hej")
        telegram.chats[made.person.chat].clear()
        rasa.heard.clear()
        telegram.calls.clear()
        return made

    return begin
