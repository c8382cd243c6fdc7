"""Telegram stumbles, the network breaks, the process dies: nothing is lost, nothing is answered twice."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from bot import service
from bot.channels import telegram as channel
from bot.channels.telegram import GROUPS, MENUS
from bot.outbox import Outbox
from tests.telegram.conftest import Chat, Echo, desk_at, door_to
from tests.telegram_double import TOKEN, Telegram

DANGER = "jeg tager mit liv i aften"


def open_rows(chat: Chat) -> int:
    """How many answers are still due to this person."""
    return sum(delivery.message.person == chat.id for delivery in service.outbox().due("telegram"))


# --- Telegram stumbles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", [(429,), (500,), (502,), ("garbled",), ("unsent",), (500, 429, "unsent", 503)])
def test_an_answer_that_telegram_does_not_take_is_brought_once_it_does(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram, faults: tuple[int | str, ...]
) -> None:
    karen = echo()
    telegram.fault("sendMessage", *faults)
    assert karen.says("fleksjob") == ["1. fleksjob"]
    assert rasa.heard == ["fleksjob"]
    assert open_rows(karen) == 0


def test_when_telegram_asks_for_patience_it_is_given_as_long_as_it_asks(
    echo: Callable[..., Chat], telegram: Telegram, loop: asyncio.AbstractEventLoop
) -> None:
    karen = echo()
    telegram.fault("sendMessage", 429, retry_after=2)
    began = loop.time()
    karen.says("fleksjob")
    assert 2 <= loop.time() - began < 4


def test_when_nobody_can_know_whether_it_arrived_it_is_said_again_but_not_worked_again(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    telegram.fault("sendMessage", "unanswered")
    assert karen.says("fleksjob") == ["1. fleksjob", "1. fleksjob"]
    assert rasa.heard == ["fleksjob"]


def test_what_has_arrived_of_an_answer_is_not_sent_again(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    rasa.messages = 3
    rasa.watched = lambda: telegram.fault("sendMessage", "fine", 500, "unsent")
    assert karen.says("fleksjob") == ["1. fleksjob", "2. fleksjob", "3. fleksjob"]
    assert telegram.faults == []


def test_an_answer_that_is_refused_as_html_comes_as_plain_text(echo: Callable[..., Chat], telegram: Telegram) -> None:
    karen = echo()
    telegram.fault("sendMessage", 400)
    assert karen.says("a < b & c") == ["1. a < b & c"]


def test_an_answer_that_is_refused_in_any_form_does_not_hold_up_the_next(
    echo: Callable[..., Chat], telegram: Telegram
) -> None:
    karen = echo()
    telegram.fault("sendMessage", 400, 400)
    assert karen.says("en") == []
    assert karen.says("to") == ["1. to"]
    assert open_rows(karen) == 0


def test_a_press_whose_acknowledgement_fails_is_answered_all_the_same(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    rasa.button = "Se mere"
    karen.says("fleksjob")
    telegram.fault("answerCallbackQuery", 400)
    telegram.fault("editMessageText", 500)
    assert karen.presses("Se mere") == ["1. /ask_overview"]


def test_a_press_that_telegram_holds_for_too_old_is_answered_all_the_same(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    rasa.button = "Se mere"
    karen.says("fleksjob")
    update = karen.person.presses("Se mere")
    telegram.clock += 60
    assert karen.hand_over(update) == ["1. /ask_overview"]
    assert any("query is too old" in refusal for refusal in telegram.refusals)


def test_one_person_whose_answer_waits_holds_nobody_else_up(
    echo: Callable[..., Chat], telegram: Telegram, loop: asyncio.AbstractEventLoop
) -> None:
    karen, peter = echo(), echo()
    peter.desk = karen.desk
    telegram.fault("sendMessage", 429, retry_after=2)
    karens, peters = karen.person.says("en"), peter.person.says("to")
    began = loop.time()
    arrived = {}

    async def work() -> None:
        for update in (karens, peters):
            karen.desk.take_in(update)
        while len(arrived) < 2:
            for one in (karen, peter):
                if one.person.seen() and one not in arrived.values():
                    arrived[loop.time() - began] = one
            await asyncio.sleep(0.01)
        await karen.desk.settled()

    loop.run_until_complete(work())
    (first, second) = sorted(arrived)
    assert arrived[first] is peter
    assert first < 1
    assert arrived[second] is karen


def test_work_that_takes_long_shows_that_something_is_being_written(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    karen = echo()
    karen.says("hurtig")
    assert "sendChatAction" not in [method for method, _ in telegram.calls]
    monkeypatch.setattr(channel, "TYPING_AFTER", 0.05)
    monkeypatch.setattr(channel, "TYPING_EVERY", 0.05)
    rasa.seconds = 0.3
    telegram.fault("sendChatAction", 500)
    assert karen.says("langsom") == ["1. langsom"]
    assert sum(method == "sendChatAction" for method, _ in telegram.calls) >= 2


# --- The same again, and in another order -----------------------------------------------------------------------------


def test_an_update_that_comes_again_is_answered_once(echo: Callable[..., Chat], rasa: Echo) -> None:
    karen = echo()
    update = karen.person.says("fleksjob")
    assert karen.hand_over(update, update) == ["1. fleksjob"]
    assert karen.hand_over(update) == []
    karen.restart(karen.desk._door)
    assert karen.hand_over(update) == []
    assert rasa.heard == ["fleksjob"]


def test_two_workers_that_get_the_same_update_answer_it_once(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram, loop: asyncio.AbstractEventLoop
) -> None:
    karen = echo()
    desks = [desk_at(telegram, door_to(rasa)) for _ in range(2)]
    update = karen.person.says("fleksjob")

    async def work() -> None:
        for desk in desks:
            desk.take_in(update)
        await asyncio.gather(*(desk.settled() for desk in desks))

    loop.run_until_complete(work())
    assert karen.person.texts() == ["1. fleksjob"]


def test_what_one_person_sends_is_worked_in_the_order_of_the_updates(echo: Callable[..., Chat], rasa: Echo) -> None:
    karen = echo()
    updates = [karen.person.says(f"om fleksjob {number}") for number in range(12)]
    shuffled = updates[::2] + updates[1::2][::-1]
    assert karen.hand_over(*shuffled) == [f"1. om fleksjob {number}" for number in range(12)]
    assert rasa.heard == [f"om fleksjob {number}" for number in range(12)]


# --- Strange updates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "mange"},
        {"update_id": 9_000_000_001},
        {"update_id": 9_000_000_002, "message": {}},
        {"update_id": 9_000_000_003, "message": {"message_id": 1, "date": 0, "chat": {"id": 1}}},
        {"update_id": 9_000_000_004, "callback_query": {"id": "1", "chat_instance": "1"}},
        {"update_id": 9_000_000_005, "poll_answer": {"poll_id": "1", "option_ids": []}},
        {"update_id": 9_000_000_006, "message": ["æ"]},
    ],
)
def test_an_update_that_makes_no_sense_is_let_go(echo: Callable[..., Chat], update: dict[str, object]) -> None:
    karen = echo()
    assert karen.hand_over(update) == []
    assert karen.says("fleksjob") == ["1. fleksjob"]


def test_a_press_without_its_message_is_acknowledged_and_let_go(echo: Callable[..., Chat], telegram: Telegram) -> None:
    karen = echo()
    telegram.presses["7"] = (telegram.now(), False)
    query = {"id": "7", "from": karen.person.user, "chat_instance": "1", "data": "k:x:0"}
    assert karen.hand_over(telegram.update(callback_query=query)) == []
    assert telegram.presses["7"][1]


def test_somebody_who_blocks_us_is_not_tried_again(echo: Callable[..., Chat], telegram: Telegram) -> None:
    karen = echo()
    karen.hand_over(karen.person.blocks())
    assert service.people().export(karen.id)["about_you"]["address"] is None
    telegram.blocked.clear()
    assert karen.says("her er jeg igen") == ["1. her er jeg igen"]


def test_somebody_who_blocks_us_while_we_answer_is_not_tried_again(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    rasa.messages = 3
    update = karen.person.says("fleksjob")
    telegram.blocked.add(karen.person.chat)
    assert karen.hand_over(update) == []
    assert sum(method == "sendMessage" for method, _ in telegram.calls) == 1
    assert open_rows(karen) == 0
    assert service.people().export(karen.id)["about_you"]["address"] is None


def test_a_group_that_cannot_be_written_in_is_left_all_the_same(echo: Callable[..., Chat], telegram: Telegram) -> None:
    karen = echo()
    group = telegram.group()
    telegram.fault("sendMessage", 403)
    karen.hand_over(karen.person.adds_to(group))
    assert group in telegram.left
    assert service.people().history(service.people().keys.person(GROUPS, str(group))) == []


def test_when_telegram_hears_that_we_have_it_the_message_is_stored_and_the_work_has_not_begun(
    echo: Callable[..., Chat], rasa: Echo
) -> None:
    karen = echo()
    update = karen.person.says("fleksjob")

    async def take_in() -> None:
        karen.desk.take_in(update)
        assert open_rows(karen) == 1
        assert rasa.heard == []
        await karen.desk.settled()

    karen.loop.run_until_complete(take_in())
    assert karen.person.texts() == ["1. fleksjob"]


# --- The process dies -------------------------------------------------------------------------------------------------


def test_a_message_that_was_stored_and_not_worked_is_answered_after_a_restart(
    echo: Callable[..., Chat], rasa: Echo
) -> None:
    karen = echo()
    karen.hand_over_and_die(karen.person.says("en"), karen.person.says("to"))
    assert karen.person.texts() == []
    assert karen.restart(door_to(rasa)) == ["1. en", "1. to"]
    assert karen.restart(door_to(rasa)) == []


def test_an_answer_that_was_made_and_not_brought_is_brought_after_a_restart_and_not_made_again(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    telegram.fault("sendMessage", 429, retry_after=30)
    karen.hand_over_and_die(karen.person.says("fleksjob"), after=0.3)
    assert karen.person.texts() == []
    assert karen.restart(door_to(rasa)) == ["1. fleksjob"]
    assert rasa.heard == ["fleksjob"]


def test_the_rest_of_an_answer_is_brought_after_a_restart(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    karen = echo()
    rasa.messages = 3
    sent = Outbox.has_sent

    def sent_one(self: Outbox, delivery: object, parts: int) -> None:
        sent(self, delivery, parts)  # type: ignore[arg-type]
        telegram.fault("sendMessage", 429, retry_after=30)

    monkeypatch.setattr(Outbox, "has_sent", sent_one)
    karen.hand_over_and_die(karen.person.says("x"), after=0.3)
    assert karen.person.texts() == ["1. x"]
    monkeypatch.undo()
    telegram.faults.clear()
    assert karen.restart(door_to(rasa)) == ["2. x", "3. x"]


def test_a_button_pressed_just_before_a_crash_counts_and_counts_once(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    rasa.button = "Se mere"
    karen.says("fleksjob")
    update = karen.person.presses("Se mere")
    karen.hand_over_and_die(update)
    assert karen.restart(door_to(rasa)) == ["1. /ask_overview"]
    assert karen.hand_over(update) == []


def test_an_answer_that_waits_for_telegram_outlives_the_hour_after_which_answers_go(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from bot import people as people_module

    karen = echo()
    telegram.fault("sendMessage", 429, retry_after=30)
    karen.hand_over_and_die(karen.person.says("fleksjob"), after=0.3)
    later = people_module.now() + timedelta(hours=5)
    monkeypatch.setattr(people_module, "now", lambda: later)
    service.people().forget_expired()
    monkeypatch.undo()
    assert karen.restart(door_to(rasa)) == ["1. fleksjob"]


# --- We stumble ourselves ---------------------------------------------------------------------------------------------


def test_when_nothing_can_be_stored_danger_is_answered_all_the_same(
    echo: Callable[..., Chat], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    karen = echo()
    monkeypatch.setattr(Outbox, "take_in", full)
    assert "70 201 201" in " ".join(karen.says(DANGER))
    assert "gik galt" in karen.says("fleksjob")[0]


def test_when_an_answer_cannot_be_stored_danger_is_answered_all_the_same(
    echo: Callable[..., Chat], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("disk full"))

    karen = echo()
    monkeypatch.setattr(type(service.people()), "finish", full)
    assert "70 201 201" in " ".join(karen.says(DANGER))


# --- Opening ----------------------------------------------------------------------------------------------------------


def opened(chat: Chat, seconds: float, public_url: str | None = None) -> None:
    """Open the desk for a while, with what waits at Telegram."""

    async def work() -> None:
        chat.desk.open(public_url)
        await asyncio.sleep(seconds)
        await chat.desk.close()

    chat.loop.run_until_complete(work())


def test_with_a_token_alone_telegram_is_asked_for_updates(echo: Callable[..., Chat], telegram: Telegram) -> None:
    karen = echo()
    telegram.webhook = {"url": "https://old.example/", "secret": ""}
    karen.person.says("fleksjob")
    opened(karen, 0.5)
    assert karen.person.texts() == ["1. fleksjob"]
    assert [language for language in ("", "da", "en") if telegram.commands.get(language)] == ["", "da", "en"]
    assert [command["command"] for command in telegram.commands["da"]] == list(MENUS["da"])
    assert telegram.commands["en"][0]["description"] == "Begin here"


def test_what_is_asked_for_is_confirmed_only_after_it_is_stored(echo: Callable[..., Chat], telegram: Telegram) -> None:
    karen = echo()
    update = karen.person.says("fleksjob")
    opened(karen, 0.5)
    asked = [parameters.get("offset") for method, parameters in telegram.calls if method == "getUpdates"]
    assert asked[:2] == [None, str(update["update_id"] + 1)]


def test_telegram_being_down_at_the_start_stops_nothing(
    echo: Callable[..., Chat], telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "LONGEST_WAIT", 0.02)
    karen = echo()
    for method in ("getMe", "setMyCommands", "deleteWebhook", "getUpdates"):
        telegram.fault(method, "unsent", 500, "garbled", 404)
    karen.person.says("fleksjob")
    opened(karen, 1.0)
    assert karen.person.texts() == ["1. fleksjob"]
    assert telegram.commands["da"]
    assert not telegram.faults


def test_a_webhook_is_set_with_a_secret_however_often_it_must_be_tried(
    echo: Callable[..., Chat], telegram: Telegram
) -> None:
    karen = echo()
    telegram.fault("setWebhook", 429, "unsent", 500)
    opened(karen, 1.5, "https://job.example/")
    assert telegram.webhook["url"] == "https://job.example/webhooks/telegram/webhook"
    assert len(telegram.webhook["secret"]) == 64
    assert telegram.webhook["max_connections"] == 1
    assert "getUpdates" not in [method for method, _ in telegram.calls]


def test_the_token_stands_in_no_log(
    echo: Callable[..., Chat], telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    karen = echo()
    telegram.fault("getMe", 401)
    telegram.fault("sendMessage", 401, 404, 500, "unsent", 400)
    with caplog.at_level(logging.DEBUG, "bot"):
        karen.person.says("min mail er karen@hansen.dk")
        opened(karen, 0.5)
    assert "TELEGRAM_TOKEN" in caplog.text
    said = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert not any(TOKEN in line or TOKEN.split(":")[1] in line or "karen@" in line for line in said)


# --- All of it at once ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_whatever_goes_wrong_everything_is_answered_once_and_in_order(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram, seed: int
) -> None:
    dice = random.Random(seed)
    people = [echo() for _ in range(3)]
    desk = people[0].desk
    handed_over = []
    said: dict[str, list[str]] = {one.id: [] for one in people}
    for step in range(20):
        one = dice.choice(people)
        one.desk = desk
        text = f"om fleksjob {step}"
        said[one.id].append(f"1. {text}")
        handed_over.append(one.person.says(text))
        again = dice.sample(handed_over, k=min(len(handed_over), dice.randint(0, 2)))
        telegram.fault("sendMessage", *dice.choices(["fine", 500, 503, "unsent", "garbled"], k=dice.randint(0, 3)))
        if dice.random() < 0.3:
            one.hand_over_and_die(handed_over[-1], *again, after=dice.choice([0, 0.005, 0.02, 0.05]))
            one.restart(door_to(rasa))
            desk = one.desk
        else:
            one.hand_over(handed_over[-1], *again)
    for one in people:
        assert one.person.texts() == said[one.id]
