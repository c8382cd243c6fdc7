"""What happens to every message, before and after Rasa."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import service
from bot.incoming import (
    COMMANDS,
    LANGUAGES,
    LONGEST_MESSAGE,
    MOST_WAITING,
    REMIND_EVERY,
    Door,
    TooManyMessages,
    clean,
    disarm,
)
from bot.replies import replies
from nlu.language import language_of

QUESTION = "Hvad er personlig assistance, og hvem søger?"


def names(answer: list[dict[str, Any]]) -> list[str]:
    return [reply["name"] for reply in answer]


def test_a_first_message_that_asks_something_is_answered_at_once_after_one_line(
    talk: Callable[..., Any],
) -> None:
    answer = talk().says(QUESTION)
    assert names(answer)[0] == "say_machine_notice"
    assert "maskine" in answer[0]["text"]
    assert any("ommunen" in reply["text"] for reply in answer[1:])


def test_the_machine_is_not_introduced_twice_in_a_greeting(talk: Callable[..., Any]) -> None:
    answer = talk().says("hej")
    assert sum("maskine" in reply["text"] for reply in answer) == 1


def test_now_and_then_it_says_again_that_it_is_a_machine(talk: Callable[..., Any]) -> None:
    person = talk()
    said = [names(person.says("tak")) for _ in range(REMIND_EVERY + 2)]
    assert [turn for turn, answer in enumerate(said) if "say_machine_reminder" in answer] == [REMIND_EVERY]


def test_a_masked_number_is_told_and_never_reaches_the_conversation(talk: Callable[..., Any]) -> None:
    person = talk()
    answer = person.says("mit cpr er 140275-1234, hvad er fleksjob?")
    assert "say_masked" in names(answer)
    assert any("leksjob" in reply["text"] for reply in answer)
    history = str(service.people().history(person.person))
    assert "140275" not in history
    assert "[cpr-nummer]" in history


def test_a_button_can_be_pressed_or_its_title_typed(talk: Callable[..., Any]) -> None:
    pressed, typed = talk(), talk()
    pressed.says("hej")
    typed.says("hej")
    assert names(pressed.presses("Kom i gang")) == names(typed.says("kom i gang."))


def test_a_button_that_was_never_shown_is_answered_politely(talk: Callable[..., Any]) -> None:
    person = talk()
    person.says("hej")
    assert names(person.says("knap:AAAAAAAAAAAAAAAA")) == ["say_button_expired"]


def test_a_message_that_is_too_long_gets_a_clear_answer(talk: Callable[..., Any]) -> None:
    answer = talk().says("ord " * LONGEST_MESSAGE)
    assert names(answer) == ["say_machine_notice", "say_too_long"]
    assert str(LONGEST_MESSAGE) in answer[1]["text"]


def test_danger_is_seen_in_a_message_that_is_too_long(talk: Callable[..., Any]) -> None:
    answer = talk().says("det var en dag som alle andre. " * 200 + "jeg tager mit liv i aften")
    assert "112" in " ".join(reply["text"] for reply in answer)


def test_the_same_message_id_is_answered_once(talk: Callable[..., Any]) -> None:
    person = talk()
    first = person.says("hej", "one")
    assert person.says("hej", "one") == first
    user_turns = [event for event in service.people().history(person.person) if event["event"] == "user"]
    assert len(user_turns) == 1


def test_messages_sent_in_a_heap_are_answered_in_their_order(talk: Callable[..., Any]) -> None:
    person = talk()
    heap = ["hej", QUESTION, "tak", "Hvad er fleksjob?", "farvel"]

    async def send() -> list[list[dict[str, Any]]]:
        return await asyncio.gather(*(person.door.receive("rest", person.person, text) for text in heap))

    person.loop.run_until_complete(send())
    history = service.people().history(person.person)
    assert [event["text"] for event in history if event["event"] == "user"] == heap


def test_more_messages_than_can_wait_are_refused(talk: Callable[..., Any]) -> None:
    person = talk()

    async def flood() -> list[Any]:
        sent = (person.door.receive("rest", person.person, "tak") for _ in range(MOST_WAITING + 5))
        return await asyncio.gather(*sent, return_exceptions=True)

    results = person.loop.run_until_complete(flood())
    assert sum(isinstance(result, TooManyMessages) for result in results) == 5


def test_when_rasa_fails_the_person_hears_so_and_crisis_help_still_answers(
    loop: asyncio.AbstractEventLoop, door: Any
) -> None:
    async def broken(_message: Any) -> None:
        raise RuntimeError("no model")

    alone = Door(service.people(), replies(), broken)
    person = service.people().keys.person("rest", uuid4().hex)
    answer = loop.run_until_complete(alone.receive("rest", person, QUESTION))
    assert "say_unavailable" in names(answer)
    answer = loop.run_until_complete(alone.receive("rest", person, "jeg tager mit liv i aften"))
    text = " ".join(reply["text"] for reply in answer)
    assert "112" in text
    assert "70 201 201" in text


def test_forgetting_through_the_conversation_leaves_nothing(talk: Callable[..., Any]) -> None:
    person = talk()
    person.says("hej")
    person.says("slet alt hvad du har om mig")
    answer = person.presses("Ja, slet alt")
    assert "say_deleted" in names(answer)
    assert service.people().export(person.person) == {"about_you": {}, "conversation": []}
    assert names(person.says("tak"))[0] == "say_machine_notice", "someone unknown is met as new"


def test_my_data_comes_as_a_file(talk: Callable[..., Any]) -> None:
    person = talk()
    person.says("hej")
    assert "export" in [reply["attach"] for reply in person.says("/data")]


MEANT = {payload.format(language=language) for payload in COMMANDS.values() for language in LANGUAGES}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/start", '/start_talk{"language": "da"}'),
        ("/start employer", '/start_talk{"language": "da", "audience": "employer"}'),
        ("/start 4711; DROP", '/start_talk{"language": "da"}'),
        ("/hjælp", "/crisis_help"),
        ("/sprog", "/language_en"),
        ("/sprog da", "/language_da"),
        ("/language en", "/language_en"),
        ('/confirm_delete_all{"a": 1}', 'confirm_delete_all{"a": 1}'),
        ("  //greet".strip(), "greet"),
        ("hej / farvel", "hej / farvel"),
    ],
)
def test_only_our_commands_keep_their_slash(typed: str, meant: str) -> None:
    assert disarm(typed) == meant


@given(st.text())
def test_cleaning_is_stable_and_leaves_something_that_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


@given(st.text(max_size=50).map(lambda rest: "/" + rest))
def test_nothing_typed_becomes_an_intent_of_its_own_choosing(typed: str) -> None:
    meant = disarm(clean(typed))
    assert not meant.startswith("/") or meant.partition("{")[0] in MEANT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hi, what is personal assistance and who can apply?", "en"),
        ("i want to kill myself and i don't know what to do", "en"),
        ("jeg vil gerne vide hvad fleksjob er", "da"),
        ("I'll tell my bestyrer that no doubles er en regel for mig", None),
        ("fleksjob", None),
        ("ja", None),
        ("Möchte ich arbeiten", None),
        ("", None),
    ],
)
def test_the_language_of_a_message_is_told_only_when_sure(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_who_writes_english_is_answered_in_english_from_the_first_word(talk: Callable[..., Any]) -> None:
    person = talk()
    answer = person.says("Hi, I am an employer. What is personal assistance and who can apply for it?")
    assert "machine" in answer[0]["text"]
    assert any("The municipality decides" in reply["text"] for reply in answer)
    assert person.slots["language"] == "en"
    back = person.says("jeg vil gerne vide hvad et fleksjob er")
    assert any("Kommunen afgør" in reply["text"] for reply in back)


def test_danger_told_in_english_is_answered_in_english(talk: Callable[..., Any]) -> None:
    person = talk()
    person.says("hej")
    text = " ".join(reply["text"] for reply in person.says("i want to kill myself, i don't know what to do any more"))
    assert "112" in text
    assert "70 201 201" in text
    assert "you" in text.lower().split()
