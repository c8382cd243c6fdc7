"""Repeating, not understanding, and the form's answers: what follows from the events of a conversation alone."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.common import ActionRepeat, not_understood_in_a_row, said_before
from actions.contacts import contact_lines
from actions.phrases import phrase
from actions.welcome import ValidateWelcomeForm
from actions.wordings import times_asked
from tests.actions.conftest import At

DOMAIN: dict[str, Any] = {"forms": {"welcome_form": {"required_slots": ["adult", "consent"]}}}


def person(text: str, intent: str) -> dict[str, Any]:
    """A message as it stands among the events."""
    return {"event": "user", "text": text, "parse_data": {"intent": {"name": intent}}}


def reply(text: str, name: str, buttons: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """A reply as it stands among the events."""
    return {"event": "bot", "text": text, "data": {"buttons": buttons}, "metadata": {"utter_action": name}}


@pytest.mark.parametrize(
    ("intents", "times"),
    [
        (["nlu_fallback"], 1),
        (["nlu_fallback", "nlu_fallback"], 2),
        (["nlu_fallback", "greet", "nlu_fallback"], 1),
        (["greet", "nlu_fallback", "nlu_fallback", "nlu_fallback"], 3),
        ([], 1),
    ],
)
def test_only_messages_in_a_row_count_as_not_understood(intents: list[str], times: int) -> None:
    events = [event for intent in intents for event in (person("?", intent), reply("…", "say_not_understood"))]
    assert not_understood_in_a_row(events[:-1]) == times


def test_the_last_answer_is_repeated_whole_with_its_buttons(at: At) -> None:
    buttons = [{"title": "Kilder", "payload": "/ask_scheme"}]
    events = [
        person("hvad er fleksjob", "ask_scheme"),
        reply("Et fleksjob er …", "say_scheme_card"),
        reply("Mere", "say_more_schemes", buttons),
        person("hvad?", "repeat"),
    ]
    dispatcher = CollectingDispatcher()
    ActionRepeat().run(dispatcher, at("hvad?", "repeat", events=events), {})
    assert [message["text"] for message in dispatcher.messages] == ["Et fleksjob er …", "Mere"]
    assert dispatcher.messages[1]["buttons"] == buttons
    assert dispatcher.messages[1]["utter_action"] == "say_more_schemes"


def test_there_may_be_nothing_to_repeat(at: At) -> None:
    dispatcher = CollectingDispatcher()
    ActionRepeat().run(dispatcher, at("hvad?", "repeat", events=[person("hvad?", "repeat")]), {})
    assert [message["response"] for message in dispatcher.messages] == ["say_nothing_to_repeat"]
    assert said_before([]) == []


def test_askings_are_counted_from_the_beginning_of_the_form(at: At) -> None:
    events = [
        reply("Er du fyldt 18?", "say_ask_adult"),
        {"event": "active_loop", "name": "welcome_form"},
        reply("Er du fyldt 18?", "say_ask_adult"),
        reply("Må jeg gemme?", "say_ask_consent"),
        reply("Er du 18?", "say_ask_adult_again"),
    ]
    assert times_asked("adult", "welcome_form", at(events=events)) == 2
    assert times_asked("consent", "welcome_form", at(events=events)) == 1


@pytest.mark.parametrize(
    ("text", "intent", "slots", "kept"),
    [
        ("ja", "affirm", {"requested_slot": "adult"}, {"adult": True}),
        ("nej 17", "deny", {"requested_slot": "adult"}, {"adult": False, "consent": False, "requested_slot": None}),
        ("helst ikke", "deny", {"requested_slot": "adult"}, {"consent": False, "requested_slot": None}),
        ("ja", "affirm", {"requested_slot": "consent", "adult": True}, {"consent": True}),
        ("spring over", "skip", {"requested_slot": "consent", "adult": True}, {"consent": False}),
        (
            "nej jeg er 17",
            "deny",
            {"requested_slot": "consent", "adult": True},
            {"adult": False, "consent": False, "requested_slot": None},
        ),
        ("jeg er 40 og vil i gang", "begin", {}, {"adult": True}),
        ("ja, lad os komme i gang", "begin", {}, {}),
        ("hvad er fleksjob?", "ask_scheme", {"requested_slot": "adult"}, {}),
        (
            "ja",
            "affirm",
            {"requested_slot": "consent", "audience": "employer"},
            {"consent": True, "requested_slot": None},
        ),
    ],
)
async def test_the_answers_to_the_first_questions(
    at: At, text: str, intent: str, slots: dict[str, Any], kept: dict[str, Any]
) -> None:
    """Worked twice, as after a crash, the same message leaves the same behind."""
    everything = {"adult": None, "consent": None, "requested_slot": None, "audience": None, **slots}
    for _ in range(2):
        tracker = at(text, intent, slots=dict(everything), form="welcome_form")
        events = await ValidateWelcomeForm().run(CollectingDispatcher(), tracker, DOMAIN)
        assert {event["name"]: event["value"] for event in events} == kept


def test_numbers_stand_in_the_line_of_their_language(at: At) -> None:
    danish = contact_lines(("sind",), "say_human_line", at())
    english = contact_lines(("sind",), "say_human_line", at(slots={"language": "en"}))
    assert "70 23 27 50" in danish
    assert "70 23 27 50" in english
    assert danish != english
    assert contact_lines(("nobody",), "say_human_line", at()) == ""


def test_a_phrase_that_is_missing_is_an_error_and_not_a_silence() -> None:
    with pytest.raises(KeyError):
        phrase("say_nothing_of_the_kind", "da")
    with pytest.raises(KeyError):
        phrase("say_scheme_where", "da")
