"""The double is as strict as Telegram, and PTB's own parsers understand everything it says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Update
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from bot.channels.telegram import make_bot, send_document
from tests.telegram_double import TOKEN, Person, Telegram, serve


@pytest.fixture
def karen(telegram: Telegram) -> Person:
    made = telegram.person()
    made.says("hej")
    return made


@pytest.fixture(params=["in this process", "by HTTP"])
def bot(request: pytest.FixtureRequest, telegram: Telegram) -> Iterator[Bot]:
    """A bot at each of the two doors."""
    if request.param == "in this process":
        yield telegram.bot()
        return
    with serve(telegram) as address:
        yield make_bot(TOKEN, address)


def keyboard(data: str, title: str = "Ja") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(title, callback_data=data)]])


async def test_a_whole_round_as_ptb_reads_it(bot: Bot, telegram: Telegram, karen: Person) -> None:
    await bot.initialize()
    assert bot.username == "jobsamtale_bot"
    updates = await bot.get_updates(timeout=0)
    assert updates[0].message is not None
    assert updates[0].message.text == "hej"
    sent = await bot.send_message(
        karen.chat, "<b>Ja</b> &amp; <i>nej 😀</i>", parse_mode="HTML", reply_markup=keyboard("k:1")
    )
    assert sent.text == "Ja & nej 😀"
    assert sent.text_html == "<b>Ja</b> &amp; <i>nej 😀</i>"
    karen.presses("Ja")
    pressed = (await bot.get_updates(offset=updates[0].update_id + 1, timeout=0))[0].callback_query
    assert pressed is not None
    assert pressed.data == "k:1"
    assert await bot.answer_callback_query(pressed.id, "Tak")
    changed = await bot.edit_message_text("✓", karen.chat, sent.message_id)
    assert changed.reply_markup is None  # type: ignore[union-attr]
    document = await send_document(bot, karen.chat, b"{}", "data.json", "Din fil")
    assert document.document is not None
    assert document.document.file_name == "data.json"
    assert document.caption == "Din fil"
    assert telegram.files == [("data.json", b"{}")]
    await bot.set_my_commands([("start", "Begynd")], language_code="da")
    assert [c.command for c in await bot.get_my_commands(language_code="da")] == ["start"]
    await bot.set_webhook("https://job.example/x", secret_token="a-b_c")
    assert (await bot.get_webhook_info()).url == "https://job.example/x"
    await bot.delete_webhook()
    assert await bot.send_chat_action(karen.chat, "typing")
    assert telegram.refusals == []
    await bot.shutdown()


Call = Callable[[Bot, Person], Any]
REFUSED: dict[str, tuple[Call, type[Exception], str]] = {
    "a text of 4,097 units": (lambda b, k: b.send_message(k.chat, "😀" * 2048 + "x"), BadRequest, "too long"),
    "an empty text": (lambda b, k: b.send_message(k.chat, " \n"), BadRequest, "empty"),
    "button data of 65 bytes": (
        lambda b, k: b.send_message(k.chat, "x", reply_markup=keyboard("æ" * 33)), BadRequest, "BUTTON_DATA_INVALID",
    ),
    "a button without a title": (
        lambda b, k: b.send_message(k.chat, "x", reply_markup=keyboard("k", "")), BadRequest, "non-empty",
    ),
    "a tag that is not closed": (
        lambda b, k: b.send_message(k.chat, "<b>x", parse_mode="HTML"), BadRequest, "can't parse entities",
    ),
    "a tag closed in the wrong order": (
        lambda b, k: b.send_message(k.chat, "<b><i>x</b></i>", parse_mode="HTML"), BadRequest, "Unexpected end tag",
    ),
    "a tag that Telegram does not know": (
        lambda b, k: b.send_message(k.chat, "<p>x</p>", parse_mode="HTML"), BadRequest, "Unsupported start tag",
    ),
    "a lonely bracket": (
        lambda b, k: b.send_message(k.chat, "1 < 2", parse_mode="HTML"), BadRequest, "can't parse entities",
    ),
    "a chat that never began": (lambda b, k: b.send_message(4711, "x"), BadRequest, "chat not found"),
    "an edit that changes nothing": (lambda b, k: unchanged(b, k), BadRequest, "not modified"),
    "an edit of what the person wrote": (
        lambda b, k: b.edit_message_text("x", k.chat, k.telegram.chats[k.chat][0]["message_id"]), BadRequest, "edited",
    ),
    "a press acknowledged twice": (lambda b, k: acknowledged(b, k, 0, times=2), BadRequest, "query is too old"),
    "a press acknowledged late": (lambda b, k: acknowledged(b, k, 60), BadRequest, "query is too old"),
    "a press nobody made": (lambda b, k: b.answer_callback_query("4711"), BadRequest, "query is too old"),
    "a toast of 201 characters": (lambda b, k: acknowledged(b, k, 0, text="x" * 201), BadRequest, "TOO_LONG"),
    "a command with æ": (lambda b, k: b.set_my_commands([("hjælp", "x")]), BadRequest, "BOT_COMMAND_INVALID"),
    "a caption of 1,025": (
        lambda b, k: b.send_document(k.chat, InputFile(b"x", "x.txt"), caption="x" * 1025), BadRequest, "caption",
    ),
    "an empty file": (lambda b, k: b.send_document(k.chat, InputFile(b"", "x.txt")), BadRequest, "non-empty"),
    "a webhook without TLS": (lambda b, k: b.set_webhook("http://job.example"), BadRequest, "HTTPS"),
    "a webhook secret with spaces": (
        lambda b, k: b.set_webhook("https://job.example", secret_token="a b"), BadRequest, "unallowed",
    ),
    "asking while a webhook is set": (lambda b, k: asked_with_webhook(b), Conflict, "webhook is active"),
    "leaving a private chat": (lambda b, k: b.leave_chat(k.chat), BadRequest, "private"),
    "writing to somebody who blocked us": (lambda b, k: to_blocked(b, k), Forbidden, "blocked"),
}  # fmt: skip


async def unchanged(bot: Bot, karen: Person) -> None:
    sent = await bot.send_message(karen.chat, "x")
    await bot.edit_message_text("x", karen.chat, sent.message_id)


async def acknowledged(bot: Bot, karen: Person, later: float, times: int = 1, text: str | None = None) -> None:
    sent = await bot.send_message(karen.chat, "x", reply_markup=keyboard("k"))
    update = karen.presses("Ja")
    karen.telegram.clock += later
    for _ in range(times):
        await bot.answer_callback_query(update["callback_query"]["id"], text)
    assert sent


async def asked_with_webhook(bot: Bot) -> None:
    await bot.set_webhook("https://job.example")
    await bot.get_updates()


async def to_blocked(bot: Bot, karen: Person) -> None:
    karen.blocks()
    await bot.send_message(karen.chat, "x")


@pytest.mark.parametrize("name", REFUSED)
async def test_what_telegram_refuses_is_refused(bot: Bot, karen: Person, name: str) -> None:
    call, error, text = REFUSED[name]
    with pytest.raises(error, match=f"(?i){text}"):  # PTB changes the case of what Telegram says.
        await call(bot, karen)


async def test_the_longest_that_telegram_takes_is_taken(bot: Bot, karen: Person) -> None:
    assert await bot.send_message(karen.chat, "&amp;" * 4096, parse_mode="HTML")
    assert await bot.send_message(karen.chat, "x", reply_markup=keyboard("æ" * 32))


@pytest.mark.parametrize(
    ("kind", "error"),
    [(429, RetryAfter), (500, NetworkError), ("garbled", NetworkError), ("unsent", NetworkError), (401, InvalidToken)],
)
async def test_what_goes_wrong_goes_wrong_as_with_telegram(
    bot: Bot, karen: Person, kind: int | str, error: type[Exception]
) -> None:
    karen.telegram.fault("sendMessage", kind)
    with pytest.raises(error):
        await bot.send_message(karen.chat, "x")
    assert karen.texts() == []
    assert await bot.send_message(karen.chat, "y"), "once only"


async def test_an_answer_that_is_lost_after_the_work_leaves_the_work_done(bot: Bot, karen: Person) -> None:
    karen.telegram.fault("sendMessage", "unanswered")
    with pytest.raises((TimedOut, NetworkError)):
        await bot.send_message(karen.chat, "x")
    assert karen.texts() == ["x"]


async def test_updates_stay_until_they_are_confirmed(bot: Bot, karen: Person) -> None:
    second = karen.says("to")
    assert [u.update_id for u in await bot.get_updates()] == [u.update_id for u in await bot.get_updates()]
    assert [u.update_id for u in await bot.get_updates(offset=second["update_id"])] == [second["update_id"]]
    assert await bot.get_updates(offset=second["update_id"] + 1) == ()


async def test_a_question_for_updates_is_held_open_until_one_comes(bot: Bot, telegram: Telegram) -> None:
    person = telegram.person()
    threading.Timer(0.2, person.says, ["hej"]).start()
    asked = asyncio.ensure_future(bot.get_updates(timeout=5, read_timeout=10))
    assert len(await asked) == 1


@pytest.mark.parametrize(
    "kind",
    [
        "sticker",
        "animation",
        "dice",
        "voice",
        "audio",
        "photo",
        "video",
        "video_note",
        "location",
        "contact",
        "document",
    ],
)
def test_ptb_reads_everything_a_person_can_send(telegram: Telegram, kind: str) -> None:
    update = Update.de_json(telegram.person().sends_a(kind), telegram.bot())
    assert update.message is not None
    assert getattr(update.message, kind)


def test_ptb_reads_what_becomes_of_the_bot(telegram: Telegram) -> None:
    karen = telegram.person()
    blocked = Update.de_json(karen.blocks(), telegram.bot()).my_chat_member
    added = Update.de_json(karen.adds_to(telegram.group()), telegram.bot()).my_chat_member
    assert blocked is not None
    assert added is not None
    assert blocked.new_chat_member.status == "kicked"
    assert added.new_chat_member.status == "member"


async def test_a_wrong_token_is_unauthorized(telegram: Telegram) -> None:
    with serve(telegram) as address:
        bot = Bot("1:wrong", base_url=f"{address}/bot", request=HTTPXRequest())
        with pytest.raises(InvalidToken):
            await bot.initialize()
