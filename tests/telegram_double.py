"""A strict double of Telegram's Bot API: it keeps chats as Telegram does, and refuses what Telegram refuses.

One state, `Telegram`, with two doors: `Telegram.request()` for a bot in this process (PTB's own seam, a `BaseRequest`),
and `serve()` for a bot in another one (HTTP on this machine). People are made by `Telegram.person()`; they write,
press and send, and read what they were sent. `Telegram.fault()` lets the next calls of a method go wrong.

    python -m tests.telegram_double 8081        # then TELEGRAM_API=http://127.0.0.1:8081 make telegram
"""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import html
import json
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
BOT = {"id": 110201543, "is_bot": True, "first_name": "Jobsamtale", "username": "jobsamtale_bot"}
LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA, LONGEST_TOAST = 4096, 1024, 64, 200
MOST_BUTTONS = 100
ANSWER_WITHIN = 15.0
"""Seconds after which a press can no longer be acknowledged."""
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}
STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-spoiler": "spoiler",
}  # fmt: skip
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
KINDS_OF_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

NUMBERS = count(1000)
"""Numbers of people, messages, updates and presses; no two doubles of a process give the same."""

Json = dict[str, Any]


class Refused(Exception):
    """What Telegram answers instead of doing it."""

    def __init__(self, code: int, text: str, **parameters: Any) -> None:
        super().__init__(text)
        self.code = code
        self.body: Json = {"ok": False, "error_code": code, "description": text}
        if parameters:
            self.body["parameters"] = parameters


def bad(text: str) -> Refused:
    """A 400."""
    return Refused(400, f"Bad Request: {text}")


@dataclass(repr=False)
class Fault:
    """How a call goes wrong: a status (`429` with `retry_after`), or a word.

    `unsent`: the connection breaks before Telegram hears of it. `unanswered`: it breaks after Telegram has done it.
    `garbled`: the answer is no JSON. `fine`: this one passes.
    """

    method: str
    kind: int | str
    retry_after: int = 1


class Broken(Exception):
    """The connection breaks; `sent` when Telegram had done it already."""

    def __init__(self, sent: bool) -> None:
        super().__init__("the connection broke")
        self.sent = sent


def units(text: str) -> int:
    """UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def read_html(written: str) -> tuple[str, list[Json]]:
    """Text and entities of HTML as Telegram takes it; anything else is refused."""
    text, entities, opened = "", [], []  # type: ignore[var-annotated]
    at = 0
    for found in re.finditer(r"<(/?)([a-zA-Z0-9-]*)([^<>]*)>|<|&(#?\w+);?", written):
        text += written[at : found.start()]
        at = found.end()
        offset = len(written[: found.start()].encode())
        closing, tag, attributes, entity = found.groups()
        if entity is not None:
            known = entity in ("lt", "gt", "amp", "quot") or re.fullmatch(r"#(\d+|x[0-9a-fA-F]+)", entity)
            text += html.unescape(f"&{entity};") if known and found[0].endswith(";") else found[0]
        elif tag is None:
            raise bad(f"can't parse entities: Unclosed start tag at byte offset {offset}")
        elif tag.lower() not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {offset}')
        elif not closing:
            opened.append((tag.lower(), units(text), attributes))
        elif not opened or opened[-1][0] != tag.lower():
            raise bad(f"can't parse entities: Unexpected end tag at byte offset {offset}")
        else:
            name, start, attributes = opened.pop()
            made = {"type": STYLES.get(name, "text_link"), "offset": start, "length": units(text) - start}
            if name == "a":
                made["url"] = (re.findall(r'href="([^"]*)"', attributes) or [""])[0]
            if made["length"]:
                entities.append(made)
    if opened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1][0]}\"")
    return text + written[at:], entities


@dataclass(repr=False)
class Telegram:
    """The state: people, chats, what waits to be fetched, and what shall go wrong."""

    token: str = TOKEN
    chats: dict[int, list[Json]] = field(default_factory=dict)
    """Chat → its messages as they stand now; those that were deleted are gone."""
    about: dict[int, Json] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    waiting: list[Json] = field(default_factory=list)
    """Updates that nobody has confirmed."""
    presses: dict[str, tuple[float, bool]] = field(default_factory=dict)
    """Press → when it was, and whether it has been acknowledged."""
    toasts: list[str | None] = field(default_factory=list)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    webhook: Json = field(default_factory=dict)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    """Every call that arrived, in order."""
    refusals: list[str] = field(default_factory=list)
    """What was refused, so that a test can hold that nothing was."""
    faults: list[Fault] = field(default_factory=list)
    clock: float = 0.0
    """Seconds that are added to the real time."""
    changed: threading.Condition = field(default_factory=lambda: threading.Condition(threading.RLock()))

    # --- People -------------------------------------------------------------------------------------------------

    def person(self, name: str = "Karen", language: str | None = "da") -> Person:
        """Somebody new, who has not written yet."""
        number = 5_000_000_000 + next(NUMBERS)  # Larger than 32 bits, as new ones are.
        self.about[number] = {"id": number, "type": "private", "first_name": name}
        user = {"id": number, "is_bot": False, "first_name": name}
        return Person(self, number, user | ({"language_code": language} if language else {}))

    def group(self, title: str = "Familien") -> int:
        """A group that we are not in yet."""
        number = -1_000_000 - next(NUMBERS)
        self.about[number] = {"id": number, "type": "group", "title": title}
        self.chats[number] = []
        return number

    def now(self) -> float:
        """The time here."""
        return time.time() + self.clock

    def fault(self, method: str, *kinds: int | str, retry_after: int = 1) -> None:
        """The next calls of `method` go wrong, one after the other."""
        self.faults += [Fault(method, kind, retry_after) for kind in kinds]

    def update(self, **content: Json) -> Json:
        """An update that waits to be fetched."""
        with self.changed:
            made = {"update_id": 700_000_000 + next(NUMBERS), **content}
            self.waiting.append(made)
            self.changed.notify_all()
        return made

    def message(self, chat: int, sender: Json, **content: Any) -> Json:
        """A message in a chat, as it is kept."""
        with self.changed:
            made = {
                "message_id": next(NUMBERS),
                "date": int(self.now()),
                "chat": self.about[chat],
                "from": sender,
                **content,
            }
            self.chats.setdefault(chat, []).append(made)
            self.changed.notify_all()
        return made

    # --- Being called -------------------------------------------------------------------------------------------

    def call(self, method: str, parameters: Json, files: dict[str, tuple[str, bytes]]) -> tuple[int, bytes]:
        """One call of the bot: status and body.

        Raises:
            Broken: the connection breaks.
        """
        with self.changed:
            self.calls.append((method, parameters))
            fault = next((f for f in self.faults if f.method == method), None)
            if fault:
                self.faults.remove(fault)
        if fault and fault.kind == "unsent":
            raise Broken(sent=False)
        if fault and fault.kind == "garbled":
            return 502, b"<html>Bad Gateway</html>"
        if fault and fault.kind == 429:
            refused = Refused(429, f"Too Many Requests: retry after {fault.retry_after}", retry_after=fault.retry_after)
            return 429, json.dumps(refused.body).encode()
        if fault and isinstance(fault.kind, int):
            return fault.kind, json.dumps(Refused(fault.kind, "Internal Server Error").body).encode()
        work = getattr(self, f"do_{method}", None)
        try:
            if work is None:
                raise Refused(404, "Not Found: method not found")
            if method == "getUpdates":  # Waits, and must not keep the others out meanwhile.
                result = work(**parameters)
            else:
                with self.changed:
                    result = work(**parameters, files=files) if files else work(**parameters)
        except TypeError as unknown:
            # Telegram itself lets unknown parameters pass; here a slip of the pen shall be seen.
            raise AssertionError(f"{method}: {unknown}") from unknown
        except Refused as refused:
            self.refusals.append(f"{method}: {refused}")
            return refused.code, json.dumps(refused.body).encode()
        if fault and fault.kind == "unanswered":
            raise Broken(sent=True)
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def open_chat(self, chat_id: Any) -> int:
        """The chat of a call; refused where the bot may not write."""
        chat = int(chat_id)
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat in self.left:
            raise Refused(403, "Forbidden: bot is not a member of the group chat")
        if chat not in self.chats:
            raise bad("chat not found")
        return chat

    def keyboard(self, markup: Any) -> Json | None:
        """A keyboard as it is kept; refused where Telegram refuses."""
        if not markup:
            return None
        rows = json.loads(markup)["inline_keyboard"]
        buttons = [button for row in rows for button in row]
        if len(buttons) > MOST_BUTTONS:
            raise bad("REPLY_MARKUP_TOO_LONG")
        for button in buttons:
            if not button.get("text"):
                raise bad("can't parse inline keyboard button: Text must be non-empty")
            if "url" not in button and not 1 <= len(button.get("callback_data", "").encode()) <= LONGEST_DATA:
                raise bad("BUTTON_DATA_INVALID")
        return {"inline_keyboard": rows} if buttons else None

    def words(self, text: str, parse_mode: str | None, longest: int) -> Json:
        """A text with its entities; refused when it is empty, too long or no HTML."""
        if parse_mode not in (None, "HTML"):
            raise bad("unsupported parse_mode")
        plain, entities = read_html(text) if parse_mode else (text, [])
        plain = plain.strip()
        if not plain:
            raise bad("message text is empty")
        if units(plain) > longest:
            raise bad("message is too long")
        return {"text": plain} | ({"entities": entities} if entities else {})

    def find(self, chat: int, message_id: Any) -> Json:
        """A message of the bot that can be changed."""
        for message in self.chats[chat]:
            if message["message_id"] == int(message_id):
                if message["from"]["id"] != BOT["id"]:
                    raise bad("message can't be edited")
                return message
        raise bad("message to edit not found")

    # --- Methods ------------------------------------------------------------------------------------------------

    def do_getMe(self) -> Json:
        return {
            **BOT,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def do_sendMessage(
        self,
        chat_id: Any,
        text: str,
        parse_mode: str | None = None,
        reply_markup: Any = None,
        link_preview_options: Any = None,
    ) -> Json:
        chat = self.open_chat(chat_id)
        content = self.words(text, parse_mode, LONGEST_TEXT)
        keyboard = self.keyboard(reply_markup)
        return self.message(chat, BOT, **content, **({"reply_markup": keyboard} if keyboard else {}))

    def do_editMessageText(
        self, text: str, chat_id: Any, message_id: Any, parse_mode: str | None = None, reply_markup: Any = None
    ) -> Json:
        message = self.find(self.open_chat(chat_id), message_id)
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        changed = self.words(text, parse_mode, LONGEST_TEXT)
        return self._edit(message, changed, self.keyboard(reply_markup))

    def do_editMessageReplyMarkup(self, chat_id: Any, message_id: Any, reply_markup: Any = None) -> Json:
        message = self.find(self.open_chat(chat_id), message_id)
        return self._edit(message, {}, self.keyboard(reply_markup))

    def _edit(self, message: Json, changed: Json, keyboard: Json | None) -> Json:
        after = {**message, **changed}
        after.pop("reply_markup", None)
        after |= {"reply_markup": keyboard} if keyboard else {}
        if after == message:
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        message.clear()
        message.update(after, edit_date=int(self.now()))
        self.changed.notify_all()
        return message

    def do_answerCallbackQuery(self, callback_query_id: str, text: str | None = None, show_alert: Any = None) -> bool:
        pressed_at, answered = self.presses.get(callback_query_id, (0.0, False))
        if answered or self.now() - pressed_at > ANSWER_WITHIN:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if text and len(text) > LONGEST_TOAST:
            raise bad("MESSAGE_TOO_LONG")
        self.presses[callback_query_id] = (pressed_at, True)
        self.toasts.append(text)
        return True

    def do_sendChatAction(self, chat_id: Any, action: str) -> bool:
        self.open_chat(chat_id)
        if action not in ("typing", "upload_document"):
            raise bad("wrong parameter action in request")
        return True

    def do_sendDocument(
        self, chat_id: Any, document: str = "", caption: str = "", files: dict[str, tuple[str, bytes]] | None = None
    ) -> Json:
        chat = self.open_chat(chat_id)
        if units(caption) > LONGEST_CAPTION:
            raise bad("message caption is too long")
        if not files:
            raise bad("wrong file identifier/HTTP URL specified")
        part = document.removeprefix("attach://") or "document"
        name, content = files[part]
        if not content:
            raise bad("file must be non-empty")
        self.files.append((name, content))
        number = str(next(NUMBERS))
        kept = {"file_id": number, "file_unique_id": number, "file_name": name, "file_size": len(content)}
        return self.message(chat, BOT, document=kept, **({"caption": caption} if caption else {}))

    def do_setMyCommands(self, commands: str, language_code: str = "", scope: Any = None) -> bool:
        listed = json.loads(commands)
        for command in listed:
            if not COMMAND.fullmatch(command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[language_code] = listed
        return True

    def do_getMyCommands(self, language_code: str = "", scope: Any = None) -> list[Json]:
        return self.commands.get(language_code, [])

    def do_leaveChat(self, chat_id: Any) -> bool:
        chat = self.open_chat(chat_id)
        if self.about[chat]["type"] == "private":
            raise bad("chat member status can't be changed in private chats")
        self.left.add(chat)
        return True

    def do_setWebhook(
        self,
        url: str,
        secret_token: str = "",
        allowed_updates: str = "[]",
        max_connections: Any = 40,
        drop_pending_updates: Any = False,
    ) -> bool:
        where = urlsplit(url)
        if where.scheme != "https" and where.hostname not in ("127.0.0.1", "localhost"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if secret_token and not SECRET.fullmatch(secret_token):
            raise bad("secret token contains unallowed characters")
        self.webhook = {
            "url": url,
            "secret": secret_token,
            "allowed": json.loads(allowed_updates),
            "max_connections": int(max_connections),
        }
        return True

    def do_deleteWebhook(self, drop_pending_updates: Any = False) -> bool:
        self.webhook = {}
        return True

    def do_getWebhookInfo(self) -> Json:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.waiting),
        }

    def do_getUpdates(
        self, offset: Any = 0, limit: Any = 100, timeout: Any = 0, allowed_updates: str = "[]"
    ) -> list[Json]:
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        allowed = json.loads(allowed_updates) or KINDS_OF_UPDATES
        with self.changed:
            # A number greater than all that wait means that everything has been confirmed.
            self.waiting = [one for one in self.waiting if one["update_id"] >= int(offset)]
            self.changed.wait_for(lambda: bool(self.waiting), min(int(timeout), 1))
            return [one for one in self.waiting if any(kind in one for kind in allowed)][: int(limit)]

    # --- Doors --------------------------------------------------------------------------------------------------

    def request(self) -> BaseRequest:
        """The door for a bot in this process."""
        return InProcess(self)

    def bot(self) -> Bot:
        """A bot of this process."""
        return Bot(self.token, request=self.request(), get_updates_request=self.request())

    def hand_over(self, secret: str | None = None) -> list[int]:
        """Call the webhook with every update that waits, in order; what is not taken with 2xx stays.

        Returns:
            The status of each call.
        """
        statuses = []
        for update in list(self.waiting):
            statuses.append(self.deliver(update, self.webhook["secret"] if secret is None else secret))
            if 200 <= statuses[-1] < 300:
                self.waiting.remove(update)
        return statuses

    def deliver(self, update: Any, secret: str | None) -> int:
        """Call the webhook with one update (bytes as they are); returns the status."""
        request = urllib.request.Request(
            self.webhook["url"],
            data=update if isinstance(update, bytes) else json.dumps(update).encode(),
            headers={"Content-Type": "application/json"},
        )
        if secret is not None:
            request.add_header("X-Telegram-Bot-Api-Secret-Token", secret)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code


@dataclass(repr=False)
class Person:
    """Somebody with Telegram, alone with the bot."""

    telegram: Telegram
    chat: int
    user: Json

    def _begin(self) -> None:
        self.telegram.chats.setdefault(self.chat, [])
        self.telegram.blocked.discard(self.chat)

    def sends(self, **content: Any) -> Json:
        """Send anything: `text=`, `sticker=`, …; returns the update."""
        self._begin()
        text = content.get("text", "")
        if text.startswith("/"):
            length = units(text.split()[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.telegram.update(message=self.telegram.message(self.chat, self.user, **content))

    def says(self, text: str) -> Json:
        """Write something."""
        return self.sends(text=text)

    def sends_a(self, kind: str, **more: Any) -> Json:
        """Send a sticker, photo, voice, location, contact, document, …"""
        file = {"file_id": "f", "file_unique_id": "u"}
        size = {"width": 100, "height": 100}
        content: Json = {
            "sticker": {**file, **size, "type": "regular", "is_animated": False, "is_video": False},
            "animation": {**file, **size, "duration": 1},
            "dice": {"emoji": "🎲", "value": 3},
            "voice": {**file, "duration": 2},
            "audio": {**file, "duration": 2},
            "photo": [{**file, **size}],
            "video": {**file, **size, "duration": 2},
            "video_note": {**file, "length": 100, "duration": 2},
            "location": {"longitude": 12.5, "latitude": 55.6},
            "contact": {"phone_number": "+4520304050", "first_name": "Peter"},
            "document": {**file, "file_name": "cv.pdf"},
            "story": {"chat": self.telegram.about[self.chat], "id": 1},
        }
        if kind == "animation":  # Telegram sends these as both.
            more["document"] = file
        return self.sends(**{kind: content[kind]}, **more)

    def edits(self, text: str) -> Json:
        """Change the last thing this person wrote."""
        own = [m for m in self.telegram.chats[self.chat] if m["from"]["id"] == self.chat][-1]
        own.update(text=text, edit_date=int(self.telegram.now()))
        return self.telegram.update(edited_message=own)

    def presses(self, title: str) -> Json:
        """Press the newest button with this title."""
        for message in reversed(self.seen()):
            for button in self.buttons_of(message):
                if button["text"] == title:
                    return self.presses_data(message, button["callback_data"])
        raise AssertionError(f"no button {title!r}; there are {self.buttons()}")

    def presses_data(self, message: Json, data: str) -> Json:
        """Press what carries `data` under `message`."""
        number = str(next(NUMBERS))
        self.telegram.presses[number] = (self.telegram.now(), False)
        return self.telegram.update(
            callback_query={
                "id": number,
                "from": self.user,
                "message": dict(message),
                "chat_instance": "1",
                "data": data,
            }
        )

    def blocks(self) -> Json:
        """Block the bot."""
        self.telegram.blocked.add(self.chat)
        return self.telegram.update(my_chat_member=membership(self.telegram.about[self.chat], self.user, "kicked"))

    def adds_to(self, group: int) -> Json:
        """Put the bot in a group."""
        self.telegram.left.discard(group)
        return self.telegram.update(my_chat_member=membership(self.telegram.about[group], self.user, "member"))

    def says_in(self, group: int, text: str) -> Json:
        """Write in a group."""
        return self.telegram.update(message=self.telegram.message(group, self.user, text=text))

    def seen(self) -> list[Json]:
        """What the bot has sent, as it stands now."""
        return [m for m in self.telegram.chats.get(self.chat, []) if m["from"]["id"] == BOT["id"]]

    def texts(self) -> list[str]:
        """The words of what the bot has sent."""
        return [m.get("text") or m.get("caption", "") for m in self.seen()]

    def buttons(self) -> list[str]:
        """The titles of all buttons that can be pressed now."""
        return [button["text"] for message in self.seen() for button in self.buttons_of(message)]

    @staticmethod
    def buttons_of(message: Json) -> list[Json]:
        """The buttons under a message."""
        return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]

    def transcript(self) -> str:
        """The chat as the person sees it."""
        lines = []
        for message in self.telegram.chats[self.chat]:
            who = "bot " if message["from"]["id"] == BOT["id"] else "user"
            what = message.get("text") or message.get("caption") or next(k for k in reversed(message) if k != "from")
            lines.append(f"{who} {what}".replace("\n", "\n     "))
            lines += [f"     [{button['text']}]" for button in self.buttons_of(message)]
        return "\n".join(lines)


def membership(chat: Json, user: Json, status: str) -> Json:
    """How Telegram tells that the bot was put in, thrown out or blocked."""
    more = {"until_date": 0} if status == "kicked" else {}
    return {
        "chat": chat,
        "from": user,
        "date": int(time.time()),
        "old_chat_member": {"user": BOT, "status": "member" if status == "kicked" else "left"},
        "new_chat_member": {"user": BOT, "status": status, **more},
    }


class InProcess(BaseRequest):
    """PTB's seam: calls go straight to the state."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **_timeouts: Any
    ) -> tuple[int, bytes]:
        where = urlsplit(url)
        parameters: Json = {**dict(parse_qsl(where.query)), **(request_data.json_parameters if request_data else {})}
        files = {
            name: (part[0], part[1].read() if hasattr(part[1], "read") else part[1])
            for name, part in (request_data.multipart_data if request_data else {}).items()
        }
        for name in files:
            parameters.pop(name, None)
        called = where.path.rsplit("/", 1)[-1]
        try:
            if called == "getUpdates":
                return await asyncio.to_thread(self._telegram.call, called, parameters, files)
            return self._telegram.call(called, parameters, files)
        except Broken as broken:
            if broken.sent:
                raise TimedOut from httpx.ReadTimeout("")
            raise NetworkError("httpx.ConnectError: ") from httpx.ConnectError("")


class Handler(BaseHTTPRequestHandler):
    """HTTP's seam: `POST /bot<token>/<method>` with a form, as PTB sends it."""

    protocol_version = "HTTP/1.1"
    telegram: Telegram

    def log_message(self, *_: Any) -> None:
        """Be quiet."""

    def handle(self) -> None:
        """Serve; a bot that goes away is no error."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        where = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token, _, method = where.path.removeprefix("/bot").partition("/")
        if token != self.telegram.token:
            self._answer(401, json.dumps(Refused(401, "Unauthorized").body).encode())
            return
        parameters, files = read_form(self.headers.get("Content-Type") or "", body)
        try:
            self._answer(*self.telegram.call(method, {**dict(parse_qsl(where.query)), **parameters}, files))
        except Broken:
            self.close_connection = True

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def read_form(content_type: str, body: bytes) -> tuple[Json, dict[str, tuple[str, bytes]]]:
    """Fields and files of a request's body."""
    if content_type.startswith("application/json"):
        found = json.loads(body or b"{}")
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in found.items()}, {}
    if not content_type.startswith("multipart/"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True)), {}
    whole = b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    fields: Json = {}
    files = {}
    for part in email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole).iter_parts():  # type: ignore[attr-defined]
        name, file = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True)
        if file:
            files[name] = (file, content)
        else:
            fields[name] = content.decode()
    return fields, files


@contextmanager
def serve(telegram: Telegram, port: int = 0) -> Iterator[str]:
    """The door for a bot in another process; gives its address."""
    handler = type("Bound", (Handler,), {"telegram": telegram})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def main() -> None:
    """A chat in the terminal: what is typed is written by one person, `#title` presses a button."""
    telegram = Telegram()
    person = telegram.person()
    with serve(telegram, int(sys.argv[1])) as address:
        print(f"TELEGRAM_API={address} TELEGRAM_TOKEN={telegram.token} make telegram", flush=True)
        shown = 0
        for line in sys.stdin:
            person.presses(line[1:].strip()) if line.startswith("#") else person.says(line.strip())
            time.sleep(3)
            for message in person.seen()[shown:]:
                print(message.get("text") or message.get("caption"), [b["text"] for b in person.buttons_of(message)])
            shown = len(person.seen())


if __name__ == "__main__":
    main()
