"""The door: what happens to every message, in every channel, before and after Rasa.

In this order: clean → redact → store → (one at a time per person) → crisis → button or text → Rasa → store the answer.
Nothing behind the door ever sees a CPR number, a phone number, an address or a typed intent.
"""

from __future__ import annotations

import asyncio
import json
import logging
import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from rasa.core.channels.channel import OutputChannel, UserMessage
from sqlalchemy.exc import SQLAlchemyError

from bot import crisis
from bot.people import Incoming, Known, People
from bot.privacy import is_button
from bot.replies import Replies
from bot.tracker_store import replies_in
from nlu.language import language_of
from nlu.redaction import Redaction, redact

logger = logging.getLogger(__name__)

Reply = dict[str, Any]

LONGEST_MESSAGE = 4000
"""Characters; a longer message gets an answer that asks for a shorter one."""
ATTEMPTS = 3
"""How often a message is worked when the process dies on it; then the person hears that it went wrong."""
REMIND_EVERY = 20
"""Messages between two reminders that this is a machine (EU AI Act, article 50; our rule is every 20)."""
COMMANDS = {
    "start": "/start_talk",
    "help": "/crisis_help",
    "hjælp": "/crisis_help",
    "hjaelp": "/crisis_help",
    "slet": "/delete_all",
    "delete": "/delete_all",
    "data": "/export_data",
    "sprog": "/language_{language}",
    "language": "/language_{language}",
    "menneske": "/human",
    "human": "/human",
    "pause": "/pause",
    "plan": "/show_plan",
}
"""What a typed `/word` means; any other typed slash is taken away, so that no intent can be typed."""
START_AUDIENCES = {"employer": "employer", "arbejdsgiver": "employer", "caseworker": "caseworker"}
"""What may stand after `/start`: who is asking. Links use it (`?start=employer`)."""
SECRETS_WORTH_A_WORD = {"cpr", "phone", "email", "address", "account", "card"}
"""Kinds of secrets after which the assistant says that it masked something."""
READ_FOR_DANGER_ONLY = frozenset({"say_telegram_edited"})
"""Notices after which the text is read for danger and not handed on."""
EXPIRED = "/expired"
"""The payload of a button that this person was never shown, or that is gone with what was forgotten."""
LANGUAGES = ("da", "en")
MOST_WAITING = 30
"""Messages of one person that may wait for an answer at a time."""
FORGET_EVERY = 600.0
"""Seconds between two rounds of forgetting."""
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def clean(text: str) -> str:
    """`text` in one Unicode form, without control characters and lone surrogates, and without outer blanks."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    kept = "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", kept).strip()


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """`text`, cleaned and without secrets, as it may be stored; and the notices that follow from what was masked."""
    cleaned = clean(text)
    masked = redact(cleaned) if not is_button(cleaned) else Redaction(cleaned, ())
    told = SECRETS_WORTH_A_WORD & {secret.kind for secret in masked.secrets}
    return masked.text, ("say_masked",) if told else ()


def disarm(text: str, language: str = "da") -> str:
    """`text` as Rasa may have it: one of our commands becomes its payload, any other leading slash is gone.

    `language` is the person's: `/start` carries it along, and `/sprog` alone changes to the other one.
    """
    if not text.startswith("/"):
        return text
    word, _, parameter = text.lstrip("/ \t\n").partition(" ")
    payload, parameter = COMMANDS.get(word.lower()), parameter.strip().lower()
    if payload is None:
        return text.lstrip("/ \t\n")
    if payload == "/start_talk":
        slots = {"language": language, "audience": START_AUDIENCES.get(parameter)}
        return payload + json.dumps({slot: value for slot, value in slots.items() if value})
    other = "da" if language == "en" else "en"
    return payload.format(language=parameter if parameter in LANGUAGES else other)


class Collected(OutputChannel):
    """Gathers what Rasa says in one turn, whole."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.replies: list[Reply] = []

    def name(self) -> str:  # type: ignore[override]  # Rasa calls it on the instance.
        """The channel's name, for channel-specific replies."""
        return self._channel

    async def send_response(self, recipient_id: str, message: Reply) -> None:
        """Keep one reply."""
        self.replies.append(dict(message))


class TooManyMessages(Exception):
    """One person has sent more than can wait in line."""


class Door:
    """Takes messages in and gives answers back."""

    def __init__(self, people: People, replies: Replies, to_rasa: Callable[[UserMessage], Awaitable[Any]]) -> None:
        """`to_rasa` handles a `UserMessage`, putting the replies in its output channel."""
        self._people = people
        self._replies = replies
        self._to_rasa = to_rasa
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[str] = Counter()
        self._working: dict[int, asyncio.Task[list[Reply]]] = {}

    async def receive(
        self, channel: str, person: str, text: str, message_id: str | None = None, language: str = "da"
    ) -> list[Reply]:
        """Answer one message of `person` (a hash from `Keys.person`).

        The message is stored, redacted, before anything else happens; the same `message_id` again gives the same
        answer and changes nothing. Messages of one person are worked in the order in which they came. A caller that
        goes away does not stop the work. `language` is the one to begin in; later the person's own choice counts.

        Raises:
            TooManyMessages: more than `MOST_WAITING` messages of this person wait already.
        """
        if self._waiting[person] >= MOST_WAITING:
            raise TooManyMessages
        masked, notices = mask(text)
        try:
            message = self._people.receive(person, self.own_id(message_id), channel, masked, language, notices)
            return await self.answer(message)
        except Exception:
            # What was stored stays unanswered in the store, and is worked again at the next start.
            logger.exception("a message could not be stored or worked")
            return self.answer_without_memory(masked, language)

    def own_id(self, message_id: str | None = None) -> str:
        """What we keep of a message's id: a program may put anything in it, we need only what tells them apart."""
        return self._people.keys.person("message", message_id or uuid4().hex)[:40]

    async def answer(self, message: Incoming) -> list[Reply]:
        """Answer a stored message, once; whoever asks again gets the same answer."""
        if message.answer is not None:
            return message.answer
        return await asyncio.shield(self._work_on(message))

    def answer_without_memory(self, text: str, language: str) -> list[Reply]:
        """When nothing can be stored (a full disk): crisis help all the same, otherwise an honest word."""
        step = self._crisis(disarm(text, language), None, Known(language=language))
        said = step.replies if step else ()
        replies = [self._say(say.name, language, **say.values) for say in said] or [
            self._say("say_unavailable", language)
        ]
        return [_for_channels({**reply, "buttons": []}) for reply in replies]

    @staticmethod
    def _crisis(text: str, payload: str | None, known: Known) -> crisis.Step | None:
        today = datetime.now(COPENHAGEN).date()
        return crisis.next_step(text, payload, known.crisis_stage, known.region, today)

    async def catch_up(self) -> int:
        """Answer the messages that a crash left unanswered, in order; returns how many."""
        left = self._people.unanswered()
        await asyncio.gather(*(self._work_on(message) for message in left))
        return len(left)

    async def keep_forgetting(self) -> None:
        """Forget people whose time is up, every ten minutes, for as long as the service runs."""
        while True:
            try:
                self._people.forget_expired()
            except SQLAlchemyError:
                logger.exception("the expired could not be forgotten; tried again in a while")
            await asyncio.sleep(FORGET_EVERY)

    def _work_on(self, message: Incoming) -> asyncio.Task[list[Reply]]:
        """The one task that works on a stored message."""
        task = self._working.get(message.row)
        if task is None:
            self._waiting[message.person] += 1
            task = self._working[message.row] = asyncio.ensure_future(self._in_turn(message))
            task.add_done_callback(lambda _: self._done(message))
        return task

    def _done(self, message: Incoming) -> None:
        del self._working[message.row]
        self._waiting[message.person] -= 1
        if not self._waiting[message.person]:
            del self._waiting[message.person]

    async def _in_turn(self, message: Incoming) -> list[Reply]:
        lock = self._turns.setdefault(message.person, asyncio.Lock())
        async with lock:
            return await self._answer(message)

    async def _answer(self, message: Incoming) -> list[Reply]:
        known = self._people.begin(message)
        if known is None:  # Forgotten while it waited.
            return []
        text, payload = self._meaning(message, known)
        before, known = (
            known.language,
            replace(known, language=(payload is None and language_of(text)) or known.language),
        )
        # In a thread: a long message takes half a second to read, and others are waiting.
        step = await asyncio.to_thread(self._crisis, text, payload, known)
        said = [self._say(say.name, known.language, **say.values) for say in (step.replies if step else ())]
        if step is None or step.goes_on:
            noticed = [self._say(name, known.language, message.channel) for name in message.notices]
            if text and not READ_FOR_DANGER_ONLY.intersection(message.notices):
                said += await self._ask_rasa(message, payload or text, known, before)
            elif not noticed:
                said.append(self._say("say_empty", known.language))
            said = self._introduce([*noticed, *said], known, message.channel)
        return self._people.finish(
            message,
            [_for_channels(reply) for reply in said],
            crisis_stage=step.stage if step else None,
            region=step.region if step else None,
            crisis_level=step.level.value if step and step.level in crisis.LOGGED else None,
            language=known.language if known.language != before else None,
        )

    def _meaning(self, message: Incoming, known: Known) -> tuple[str, str | None]:
        """What was written, and the payload when it was a button (pressed, or its title typed) or a command."""
        if is_button(message.text):
            payload = self._people.pressed(message.person, message.text)
            return message.text, payload or EXPIRED
        payload = self._people.offered(message.person).get(message.text.casefold().rstrip(".!"))
        disarmed = disarm(message.text, known.language)
        if payload is None and disarmed.startswith("/"):
            payload = disarmed
        return disarmed, payload

    async def _ask_rasa(self, message: Incoming, text: str, known: Known, before: str) -> list[Reply]:
        """Rasa's answer; its stored answer when an earlier attempt got as far as storing one.

        When the language is another than `before`, or not Rasa's first one at the beginning, Rasa is told.
        """
        if len(text) > LONGEST_MESSAGE:  # Read for danger all the same, before it came here.
            return [self._say("say_too_long", known.language, limit=str(LONGEST_MESSAGE))]
        if text == EXPIRED:
            return [self._say("say_button_expired", known.language)]
        if message.attempts:
            done = replies_in(self._people.turn_of(message.person, message.message_id))
            if done:
                return done
            if message.attempts >= ATTEMPTS:
                return [self._say("say_unavailable", known.language)]
        began_in = LANGUAGES[0] if known.turns == 0 else before
        if known.language != began_in and not text.startswith("/start_talk"):
            await self._hear(message, f"/language_{known.language}", f"{message.message_id} language")
        return await self._hear(message, text, message.message_id) or [self._say("say_unavailable", known.language)]

    async def _hear(self, message: Incoming, text: str, message_id: str) -> list[Reply]:
        """What Rasa says to `text`; nothing when it fails."""
        heard = Collected(message.channel)
        try:
            await self._to_rasa(
                UserMessage(text, heard, message.person, input_channel=message.channel, message_id=message_id)
            )
        except Exception:
            logger.exception("a message could not be worked")
        return heard.replies

    def _introduce(self, said: list[Reply], known: Known, channel: str) -> list[Reply]:
        """Say that this is a machine: before the first answer, and again now and then."""
        if any((reply.get("metadata") or {}).get("introduces") for reply in said):
            return said
        if known.turns == 0:
            return [self._say("say_machine_notice", known.language, channel), *said]
        if known.turns % REMIND_EVERY == 0:
            return [*said, self._say("say_machine_reminder", known.language)]
        return said

    def _say(self, name: str, language: str | None, channel: str | None = None, **values: Any) -> Reply:
        reply = self._replies.render(name, language, values, channel=channel)
        if reply is None:
            raise LookupError(f"dialogues/ has no reply named {name}")
        return reply


def _for_channels(reply: Reply) -> Reply:
    """What a channel needs of a reply: name, text, buttons, what to attach, and in which language it is."""
    return {
        "name": reply.get("utter_action"),
        "text": reply.get("text") or "",
        "buttons": [{"title": b["title"], "payload": b["payload"]} for b in reply.get("buttons") or []],
        "attach": (reply.get("metadata") or {}).get("attach"),
        "language": reply.get("language", "da"),
    }
