"""Telegram: what people write there goes through the door, and the answers are brought to them.

An update is stored (`bot.outbox`) before Telegram hears that we have it; then it is worked in the background, one
message of a person at a time, in the order of the updates. An answer is tried until it has arrived. Telegram may be
down, slow or in a hurry meanwhile: what is stored waits, over restarts too.

With a token alone we ask Telegram for updates (long polling). With `PUBLIC_URL` Telegram calls us, and shows by a
secret that it is Telegram.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from functools import partial
from heapq import heappop, heappush
from importlib.util import find_spec
from itertools import count
from typing import Any
from urllib.parse import urlencode

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError
from telegram import (
    Bot,
    BotCommand,
    CallbackQuery,
    ChatMember,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    Update,
    User,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot import service
from bot.channels.http import ToRasa, open_door
from bot.channels.telegram_text import EXPORT, FILE, Part, as_html, parts_of, with_choice
from bot.incoming import Door, Reply, mask
from bot.outbox import Delivery, Letter, Outbox, Press
from bot.people import People
from bot.replies import Replies, replies
from bot.settings import settings

logger = logging.getLogger(__name__)

CHANNEL = "telegram"
GROUPS = "telegram group"
"""The name under which a group is hashed, so that it never meets a person's hash."""
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""Kinds of updates that we want; each is handled."""
CONNECTIONS = 1
"""Connections by which Telegram may call us: one, so that updates come in order. Taking one in needs milliseconds."""
CONNECTIONS_OUT = 64
"""Connections by which we may call Telegram at a time."""
LARGEST_UPDATE = 512 * 1024
"""Bytes: a long message that quotes a long one, every character escaped, is larger than what the page may send."""
POLL_SECONDS = 50
"""How long Telegram holds a question for updates open."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before something is tried again: the first time, and at most."""
GIVE_UP_AFTER = timedelta(hours=24).total_seconds()
"""How long an answer is tried to be brought."""
TYPING_AFTER, TYPING_EVERY = 1.0, 4.5
"""Seconds of work before "is writing …" is shown, and before it is shown again (Telegram shows it for 5)."""
ACKNOWLEDGED_WITHIN = 2.0
"""Seconds that a pressed button may take to be acknowledged before the work on it begins all the same."""
SENDING_SECONDS = 30.0
"""How long Telegram may take to answer. Who stops waiting does not know whether a message went through."""
FILE_NAME = "jobsamtale-data.json"
MENUS = {
    "da": {
        "start": "start",
        "hjaelp": "help",
        "pause": "pause",
        "plan": "plan",
        "data": "data",
        "sprog": "language",
        "menneske": "human",
        "slet": "delete",
    },
    "en": {
        "start": "start",
        "help": "help",
        "pause": "pause",
        "plan": "plan",
        "data": "data",
        "language": "language",
        "human": "human",
        "delete": "delete",
    },
}
"""Language → the commands of its menu (Telegram allows a-z, 0-9 and _) and the reply that describes each."""
KINDS = {
    "sticker": "sticker",
    "animation": "sticker",
    "dice": "sticker",
    "voice": "voice",
    "audio": "voice",
    "photo": "photo",
    "video": "photo",
    "video_note": "photo",
    "venue": "location",
    "location": "location",
    "contact": "contact",
    "document": "document",
}
"""What may come instead of words, in the order it is looked for → `say_telegram_<…>`."""
DATA = re.compile(r"k:([A-Za-z0-9_-]{24}):(\d{1,2})")
"""What a button of ours carries: the token of its keyboard, and its place there. At most 29 bytes of 64."""
ADDRESSED = re.compile(r"^(/\w+)@\w+")
"""A command with the name of a bot, as Telegram writes it in places with several."""


class Desk:
    """Takes updates in and brings answers out."""

    def __init__(self, bot: Bot, door: Door, people: People, outbox: Outbox, spoken: Replies) -> None:
        self._bot = bot
        self._door = door
        self._people = people
        self._outbox = outbox
        self._replies = spoken
        self._source = bot.token.partition(":")[0]
        self._lines: dict[str, list[tuple[int, int, Delivery, asyncio.Task[None] | None]]] = {}
        self._came = count()
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- Opening and closing --------------------------------------------------------------------------------------

    def open(self, public_url: str | None) -> None:
        """Work what was left, and see to it that Telegram gives us updates. Returns at once and never fails."""
        self.resume()
        self._in_background(self._introduce_ourselves())
        self._in_background(self._take_calls(public_url) if public_url else self._ask_for_updates())

    def resume(self) -> None:
        """Line up what a crash left behind."""
        try:
            for delivery in self._outbox.due(CHANNEL):
                self._line_up(delivery)
        except SQLAlchemyError:
            logger.exception("what was left could not be read")

    async def close(self) -> None:
        """Stop; what is not done stays in the store."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bot.shutdown()

    async def settled(self) -> None:
        """Wait until nothing is under way that ends by itself."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _introduce_ourselves(self) -> None:
        """Check the token and set the menus of commands."""
        await self._until_done(self._bot.initialize)
        for code, language in ((None, "da"), ("da", "da"), ("en", "en")):
            commands = [
                BotCommand(name, self._say(f"say_telegram_command_{what}", language)["text"])
                for name, what in MENUS[language].items()
            ]
            await self._until_done(partial(self._bot.set_my_commands, commands, language_code=code))
        print(f"Telegram is open: https://t.me/{self._bot.username}", flush=True)

    async def _take_calls(self, public_url: str) -> None:
        await self._until_done(
            partial(
                self._bot.set_webhook,
                f"{public_url.rstrip('/')}/webhooks/{CHANNEL}/webhook",
                secret_token=self.secret,
                allowed_updates=ALLOWED,
                max_connections=CONNECTIONS,
            )
        )

    async def _ask_for_updates(self) -> None:
        await self._until_done(self._bot.delete_webhook)
        offset: dict[str, int] = {}
        wait = FIRST_WAIT
        while True:
            asked = {"timeout": POLL_SECONDS, "allowed_updates": json.dumps(ALLOWED), **offset}
            try:
                # Raw: one update that the library cannot read must not hold up the others.
                found: Any = await self._bot.request.post(
                    f"{self._bot.base_url}/getUpdates?{urlencode(asked)}", read_timeout=POLL_SECONDS + 10
                )
                for update in sorted(found, key=lambda one: one["update_id"]):
                    self.take_in(update)
                    offset = {"offset": update["update_id"] + 1}
                wait = FIRST_WAIT
            except TelegramError as problem:
                wait = await self._wait_after(problem, wait)
            except Exception:
                logger.exception("what came instead of updates could not be read")
                await asyncio.sleep(LONGEST_WAIT)

    async def _until_done(self, step: Callable[[], Awaitable[Any]]) -> None:
        """Take a step, however often it must be tried."""
        wait = FIRST_WAIT
        while True:
            try:
                await step()
                return
            except TelegramError as problem:
                wait = await self._wait_after(problem, wait)

    async def _wait_after(self, problem: TelegramError, wait: float) -> float:
        """Wait as long as Telegram asks for, or a little longer than last time; returns the next wait."""
        if isinstance(problem, RetryAfter):
            await asyncio.sleep(_seconds(problem))
            return wait
        if isinstance(problem, InvalidToken):
            # Its text holds the token.
            logger.error("Telegram does not know this TELEGRAM_TOKEN (or TELEGRAM_API is wrong). Tried again later.")
            wait = LONGEST_WAIT
        else:
            logger.warning("Telegram could not be reached (%s). Tried again in %.0f s.", type(problem).__name__, wait)
        await asyncio.sleep(wait)
        return min(wait * 2, LONGEST_WAIT)

    @property
    def secret(self) -> str:
        """What Telegram shows us with each call."""
        return self._people.keys.shared_secret(f"{CHANNEL} {self._bot.token}")

    # --- In -------------------------------------------------------------------------------------------------------

    def take_in(self, data: dict[str, Any]) -> None:
        """Store an update and begin to work on it. When this returns, Telegram may forget the update."""
        try:
            update = Update.de_json(data, self._bot)
        except Exception:  # Whatever is wrong with it, it would be wrong the next time too.
            logger.exception("an update could not be read")
            return
        try:
            if update.my_chat_member:
                self._membership(update, update.my_chat_member)
            elif update.callback_query:
                self._press(update, update.callback_query)
            elif message := update.message or update.edited_message:
                self._message(update, message)
        except Exception:
            logger.exception("an update could not be stored")
            self._in_background(self._answer_without_memory(update))

    def _message(self, update: Update, message: Message) -> None:
        if message.chat.type != message.chat.PRIVATE:
            self._refuse_group(update)
            return
        text = ADDRESSED.sub(r"\1", message.text or message.caption or "")
        kind = next((kind for kind in KINDS if getattr(message, kind)), None)
        other = message.effective_attachment is not None and kind is None
        notices: tuple[str, ...] = (f"say_telegram_{KINDS[kind]}",) if kind else ("say_telegram_other",) * other
        if update.edited_message:
            notices = ("say_telegram_edited",) if text else ()
        if not text and not notices:
            self._outbox.note(self._source, update.update_id)  # Something Telegram says about the chat.
            return
        masked, more = mask(text)
        self._line_up(self._outbox.take_in(self._letter(update, masked, (*notices, *more))))

    def _press(self, update: Update, query: CallbackQuery) -> None:
        message = query.message
        if message is None or message.chat.type != message.chat.PRIVATE:
            if self._outbox.note(self._source, update.update_id):
                self._in_background(self._acknowledge(query))
            return
        found = DATA.fullmatch(query.data or "")
        token, index = (found[1], int(found[2])) if found else ("", 0)
        letter = self._letter(update, "")
        pressed = self._outbox.take_in_press(letter, token, index, "say_button_expired")
        if pressed.press is Press.REPEATED:
            return
        toast = {Press.USED: "say_telegram_button_used", Press.UNKNOWN: "say_button_expired"}.get(pressed.press)
        language = self._people.language(letter.person) or letter.language
        seen = self._in_background(self._acknowledge(query, self._say(toast, language)["text"] if toast else None))
        chosen = self._say("say_telegram_chosen", language, title=pressed.title)["text"]
        self._in_background(self._show_choice(message, chosen if pressed.press is Press.TAKEN else None))
        self._line_up(pressed.delivery, seen)

    def _membership(self, update: Update, change: ChatMemberUpdated) -> None:
        """Somebody blocked us or took us back, or we were put in a group."""
        inside = change.new_chat_member.status not in (ChatMember.LEFT, ChatMember.BANNED)
        if change.chat.type != change.chat.PRIVATE:
            if inside:
                self._refuse_group(update)
        elif self._outbox.note(self._source, update.update_id) and not inside:
            self._outbox.is_gone(self._people.keys.person(CHANNEL, str(change.chat.id)))

    def _refuse_group(self, update: Update) -> None:
        """Say once (a day) that we talk with one person at a time, and leave."""
        chat = update.effective_chat
        assert chat is not None, "only updates about a chat come here"
        person = self._people.keys.person(GROUPS, str(chat.id))
        letter = self._letter(update, "", ("say_telegram_group",), person, leave=True)
        delivery = self._outbox.take_in(letter) if chat.type != chat.CHANNEL else None
        if delivery:
            self._line_up(delivery)
        elif person not in self._lines:
            self._in_background(self._leave(chat.id))

    def _letter(
        self, update: Update, text: str, notices: tuple[str, ...] = (), person: str | None = None, leave: bool = False
    ) -> Letter:
        chat = update.effective_chat
        assert chat is not None, "only updates about a chat come here"
        return Letter(
            source=self._source,
            number=update.update_id,
            channel=CHANNEL,
            person=person or self._people.keys.person(CHANNEL, str(chat.id)),
            message_id=self._door.own_id("leave" if leave else f"{self._source} {update.update_id}"),
            address={"chat": chat.id, "leave": leave},
            text=text,
            notices=notices,
            language=_language(update.effective_user),
        )

    async def _answer_without_memory(self, update: Update) -> None:
        """When nothing can be stored: crisis help all the same, otherwise an honest word."""
        message, chat = update.message, update.effective_chat
        if chat is None or chat.type != chat.PRIVATE:
            return
        if update.callback_query:
            await self._acknowledge(update.callback_query)
        masked, _ = mask((message.text or message.caption or "") if message else "")
        answer = self._door.answer_without_memory(masked, _language(update.effective_user))
        for part in parts_of(answer):
            await self._bring(chat.id, part)

    # --- One at a time per person ---------------------------------------------------------------------------------

    def _line_up(self, delivery: Delivery | None, after: asyncio.Task[None] | None = None) -> None:
        """Let a delivery wait for its turn; `after` is given a moment to end before the work begins."""
        if delivery is None:
            return
        person = delivery.message.person
        if person not in self._lines:
            self._lines[person] = []
            self._in_background(self._work_line(person))
        heappush(self._lines[person], (delivery.number, next(self._came), delivery, after))

    async def _work_line(self, person: str) -> None:
        """Work what one person sent, in the order of the updates, until nothing waits."""
        line = self._lines[person]
        try:
            while line:
                try:
                    _, _, delivery, after = heappop(line)
                    if after:
                        await asyncio.wait({after}, timeout=ACKNOWLEDGED_WITHIN)
                    await self._serve(delivery)
                except Exception:
                    logger.exception("an answer could not be brought; tried again at the next start")
        finally:
            del self._lines[person]

    async def _serve(self, lined_up: Delivery) -> None:
        chat = lined_up.address["chat"]
        writing = asyncio.ensure_future(self._show_writing(chat))
        try:
            found = await self._worked(lined_up)
        finally:
            writing.cancel()
        if found is None:
            return
        delivery, answer = found
        parts = parts_of(answer)
        for number, part in enumerate(parts[delivery.sent :], start=delivery.sent + 1):
            if not await self._bring(chat, part, delivery):
                break
            self._outbox.has_sent(delivery, number)
        self._outbox.is_done(delivery)
        if delivery.address["leave"]:
            await self._leave(chat)

    async def _worked(self, lined_up: Delivery) -> tuple[Delivery, list[Reply]] | None:
        """The answer to a message, made now or before; None when it has been brought, or its person is forgotten."""
        delivery = self._outbox.refreshed(lined_up)
        if delivery is None:
            return None
        try:
            # Nothing else may come between the reading above and this: who works the message is settled here.
            return delivery, await self._door.answer(delivery.message)
        except Exception:
            logger.exception("a message could not be worked")
            language = self._people.language(delivery.message.person) or "da"
            return delivery, self._door.answer_without_memory(delivery.message.text, language)

    # --- Out ------------------------------------------------------------------------------------------------------

    async def _bring(self, chat: int, part: Part, delivery: Delivery | None = None) -> bool:
        """Bring one part to a chat, however often it must be tried; False when it will never arrive.

        When the connection breaks after sending, nobody can know whether it arrived. It is sent again then: to hear
        something twice is better than never, when it may be a number to call.
        """
        keyboard = self._keyboard(part, delivery)
        html = True
        wait = FIRST_WAIT
        deadline = asyncio.get_running_loop().time() + GIVE_UP_AFTER
        while asyncio.get_running_loop().time() < deadline:
            try:
                await self._send(chat, part, keyboard, html, delivery)
                return True
            except (Forbidden, ChatMigrated):
                if delivery:
                    self._outbox.is_gone(delivery.message.person)
                return False
            except BadRequest:
                if not html:
                    logger.exception("Telegram takes an answer neither as HTML nor as plain text")
                    return False
                html = False
            except (NetworkError, RetryAfter, InvalidToken) as problem:
                wait = await self._wait_after(problem, wait)
        return False

    async def _send(
        self, chat: int, part: Part, keyboard: InlineKeyboardMarkup | None, html: bool, delivery: Delivery | None
    ) -> None:
        if part.attach == FILE and delivery:
            data = self._people.export(delivery.message.person)
            content = json.dumps(data, ensure_ascii=False, indent=2).encode()
            await send_document(self._bot, chat, content, FILE_NAME, part.text)
            return
        await self._bot.send_message(
            chat,
            as_html(part.text) if html else part.text,
            parse_mode=ParseMode.HTML if html else None,
            reply_markup=keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            read_timeout=SENDING_SECONDS,
        )

    def _keyboard(self, part: Part, delivery: Delivery | None) -> InlineKeyboardMarkup | None:
        """The buttons under a part, one per row: their titles are long Danish words."""
        choices = list(part.buttons)
        if part.attach == EXPORT:
            language = (self._people.language(delivery.message.person) if delivery else None) or "da"
            choices.insert(0, (self._say("say_telegram_file_button", language)["text"], "say_telegram_file"))
        token = self._outbox.show(delivery.message, choices) if choices and delivery else None
        if token is None:
            return None
        return InlineKeyboardMarkup.from_column(
            [InlineKeyboardButton(title, callback_data=f"k:{token}:{at}") for at, (title, _) in enumerate(choices)]
        )

    async def _show_writing(self, chat: int) -> None:
        await asyncio.sleep(TYPING_AFTER)
        while True:
            await self._once(self._bot.send_chat_action(chat, ChatAction.TYPING))
            await asyncio.sleep(TYPING_EVERY)

    async def _acknowledge(self, query: CallbackQuery, text: str | None = None) -> None:
        """Stop the waiting sign on the pressed button; `text` is shown for a moment."""
        await self._once(self._bot.answer_callback_query(query.id, text))

    async def _show_choice(self, message: Any, chosen: str | None) -> None:
        """Take the buttons away from under a message, and write there what was chosen."""
        text = getattr(message, "text", None)
        shown = with_choice(text, chosen) if text and chosen else None
        if shown:
            await self._once(self._bot.edit_message_text(shown, message.chat.id, message.message_id, parse_mode="HTML"))
        else:
            await self._once(self._bot.edit_message_reply_markup(message.chat.id, message.message_id))

    async def _leave(self, chat: int) -> None:
        await self._once(self._bot.leave_chat(chat))

    async def _once(self, call: Awaitable[Any]) -> None:
        """Do something that is only a courtesy: when it fails, it fails."""
        try:
            await call
        except TelegramError as problem:
            logger.info("a courtesy was not taken (%s)", type(problem).__name__)

    def _say(self, name: str, language: str, **values: str) -> Reply:
        reply = self._replies.render(name, language, values)
        if reply is None:
            raise LookupError(f"dialogues/ has no reply named {name}")
        return reply


async def send_document(bot: Bot, chat: int, content: bytes, name: str, caption: str = "") -> Message:
    """Send a file: `content` under `name`, with `caption` (at most 1,024 characters, taken literally) under it.

    Raises:
        TelegramError: Telegram did not take it, or could not be reached.
    """
    file = InputFile(content, name)
    return await bot.send_document(chat, file, caption=caption or None, read_timeout=SENDING_SECONDS)


def make_bot(token: str, api: str) -> Bot:
    """A bot that asks the Bot API server at `api`; it keeps Telegram's limits where PTB's rate limiter can be had."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # It would write addresses, and ours hold the token.
    limiter = None
    if find_spec("aiolimiter"):
        limiter = AIORateLimiter()
    else:
        logger.warning("Telegram's limits are met by waiting only; `pip install aiolimiter` keeps us below them.")
    return ExtBot(
        token,
        base_url=f"{api.rstrip('/')}/bot",
        base_file_url=f"{api.rstrip('/')}/file/bot",
        request=HTTPXRequest(connection_pool_size=CONNECTIONS_OUT, pool_timeout=SENDING_SECONDS),
        rate_limiter=limiter,
    )


def _language(user: User | None) -> str:
    """The language to begin in: English for whoever has Telegram in English, Danish for all others."""
    return "en" if user and (user.language_code or "").startswith("en") else "da"


def _seconds(problem: RetryAfter) -> float:
    wait = problem.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


class Telegram(InputChannel):
    """The channel: `TELEGRAM_TOKEN` opens it, `PUBLIC_URL` lets Telegram call us."""

    @classmethod
    def name(cls) -> str:
        """`telegram`: also the path under `/webhooks`."""
        return CHANNEL

    def blueprint(self, on_new_message: ToRasa) -> Blueprint:
        """The routes: none without a token, and the webhook only where Telegram is to call it."""
        routes = Blueprint(CHANNEL)
        chosen = settings()
        if chosen.telegram_token is None:
            return routes
        token = chosen.telegram_token.get_secret_value()
        open_door(routes, on_new_message)

        @routes.listener("after_server_start")
        async def begin(app: Sanic, _: Any) -> None:
            bot = make_bot(token, chosen.telegram_api)
            app.ctx.telegram = Desk(bot, app.ctx.door, service.people(), service.outbox(), replies())
            app.ctx.telegram.open(chosen.public_url)

        @routes.listener("before_server_stop")
        async def end(app: Sanic, _: Any) -> None:
            await app.ctx.telegram.close()

        if not chosen.public_url:
            return routes

        @routes.listener("after_server_start")
        async def make_room(app: Sanic, _: Any) -> None:
            app.config.REQUEST_MAX_SIZE = LARGEST_UPDATE

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            desk: Desk | None = getattr(request.app.ctx, "telegram", None)
            if desk is None:
                return response.empty(503)
            shown = request.headers.get("x-telegram-bot-api-secret-token") or ""
            if not hmac.compare_digest(shown.encode(), desk.secret.encode()):
                return response.empty(403)
            try:
                update = json.loads(request.body)
            except (ValueError, RecursionError):
                return response.empty(400)
            if not isinstance(update, dict):
                return response.empty(400)
            desk.take_in(update)
            return response.empty(200)

        return routes
