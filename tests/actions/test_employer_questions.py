"""An employer who asks something that we know an answer to gets it, short, dated and with its source."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import asking
from actions.common import ActionNotUnderstood
from actions.questions import SHORT, answer_question
from actions.schemes import ONE_SCREEN, answer
from actions.situations import ActionDescribeSituation
from knowledge.dates import date_text
from knowledge.schema import read_content
from knowledge.store import Store
from tests.actions.conftest import At

CONTENT = read_content()
IDS = [question.id for question in CONTENT.questions]
LOW = {scheme.id for scheme in CONTENT.schemes if scheme.confidence == "low"}
EMPLOYER = {"audience": "employer"}
LONGEST = 1000
"""Characters of a whole answer: a little more than a screen, for somebody who asked for all of it."""
FIRE = "må vi fyre en medarbejder med psykisk sygdom?"


def said(tracker: Tracker) -> list[dict[str, Any]]:
    dispatcher = CollectingDispatcher()
    assert answer_question(dispatcher, tracker) is bool(dispatcher.messages)
    return dispatcher.messages


def pressed(at: At, question: str, **slots: str) -> Tracker:
    """The button to a question's whole answer."""
    tracker = at(f'/ask_scheme{{"question": "{question}"}}', "ask_scheme", slots=EMPLOYER | slots)
    tracker.latest_message["entities"] = [{"entity": "question", "value": question}]
    return tracker


def test_a_question_is_answered_shortly_with_what_was_understood_source_and_day(content: Store, at: At) -> None:
    (message,) = said(at(FIRE, "describe_situation", slots=EMPLOYER))
    question = content.question("ag-37")
    assert question is not None
    assert question.question.da in message["card"]
    assert [line in message["card"] for line in question.answer_must_contain] == [True, True, False]
    assert "Kilde: " in message["card"]
    assert "https://" in message["card"]
    assert f"Senest gennemgået {date_text(date(2026, 11, 22))}." in message["card"]
    assert [button["title"] for button in message["buttons"]] == [
        "Hele svaret",
        "Arbejdsgiverens pligt til…",
        "Helbredsoplysninger",
        "Nej, noget andet",
    ]


@pytest.mark.parametrize("question_id", IDS)
def test_the_whole_answer_holds_every_line_and_fits_on_a_phone(content: Store, at: At, question_id: str) -> None:
    question = content.question(question_id)
    assert question is not None
    messages = said(pressed(at, question_id))
    if LOW & set(question.scheme_ids):
        assert messages == []
        return
    (message,) = messages
    assert all(line in message["card"] for line in question.answer_must_contain)
    assert "Hele svaret" not in [button["title"] for button in message["buttons"]]
    # The question about the whole reform names seven schemes and five changes.
    assert len(message["card"]) <= LONGEST or question_id == "ag-45"


@pytest.mark.parametrize("question_id", IDS)
def test_the_short_answer_fits_on_one_screen(content: Store, at: At, question_id: str) -> None:
    question = content.question(question_id)
    assert question is not None
    messages = said(at(question.question.da, "ask_scheme", slots=EMPLOYER))
    assert all(question.question.da in message["card"] for message in messages)
    assert all(len(message["card"]) <= ONE_SCREEN for message in messages) or question_id == "ag-45"


@pytest.mark.parametrize("question_id", IDS)
def test_in_english_what_is_danish_stands_apart_and_is_marked(content: Store, at: At, question_id: str) -> None:
    question = content.question(question_id)
    assert question is not None
    messages = said(pressed(at, question_id, language="en"))
    if LOW & set(question.scheme_ids):
        assert messages == []
        return
    english, danish = messages
    assert question.question.en in english["card"]
    assert not any(line in english["card"] for line in question.answer_must_contain)
    assert all(line in danish["details"] for line in question.answer_must_contain)
    assert danish["language"] == "da"
    assert danish["buttons"]


def test_a_short_answer_that_is_whole_has_no_button_to_more(content: Store, at: At) -> None:
    (message,) = said(at("gælder fortrinsadgang for private?", "ask_scheme", slots=EMPLOYER))
    assert len(content.question("ag-05").answer_must_contain) <= SHORT  # type: ignore[union-attr]
    assert "Hele svaret" not in [button["title"] for button in message["buttons"]]


@pytest.mark.parametrize("audience", [None, "citizen", "caseworker"])
def test_answers_written_to_employers_are_given_to_employers_only(content: Store, at: At, audience: str | None) -> None:
    """ "Kan jeg blive fyret, når jeg er syg?" is another question."""
    assert said(at(FIRE, "describe_situation", slots={"audience": audience})) == []


def test_a_named_scheme_is_answered_as_that_scheme(content: Store, at: At) -> None:
    asked = "hvem betaler for mulighedserklæringen?"
    assert said(at(asked, "ask_scheme", ("mulighedserklaering",), slots=EMPLOYER)) == []


def test_a_question_that_leans_on_what_was_said_before_is_left_in_doubt(content: Store, at: At) -> None:
    """ "How many hours": of what?"""
    assert said(at("hvor mange timer kan vi få?", "ask_scheme", slots=EMPLOYER)) == []


def test_what_is_about_to_change_is_called_not_adopted(content: Store, at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    """And once the day has come, that nobody has seen it adopted."""
    asked = pressed(at, "ag-14")
    assert "ikke vedtaget: Mentorstøtte" in said(asked)[0]["card"]
    monkeypatch.setattr(asking, "today", lambda: date(2027, 2, 1))
    card = said(asked)[0]["card"]
    assert "Vi har ikke set, om det er vedtaget" in card
    assert "Skulle være gennemgået igen senest" in card


def test_a_closed_scheme_is_called_closed(content: Store, at: At) -> None:
    assert "Lukket for nye: " in said(pressed(at, "ag-45"))[0]["card"]


def test_every_way_in_answers_the_question(content: Store, at: At) -> None:
    """Whatever the message was taken for: a question, a situation, or nothing."""
    tracker = at(FIRE, "nlu_fallback", slots=EMPLOYER)
    for run in (answer, ActionDescribeSituation().run, ActionNotUnderstood().run):
        dispatcher = CollectingDispatcher()
        arguments = (dispatcher, tracker) if run is answer else (dispatcher, tracker, {})
        assert run(*arguments) == []
        assert [message["response"] for message in dispatcher.messages] == ["say_question_card"]


def test_the_button_of_a_question_that_is_gone_says_nothing_wrong(content: Store, at: At) -> None:
    assert said(pressed(at, "ag-99")) == []


def test_without_content_nothing_is_said(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.questions.current", lambda: Store("sqlite://"))
    assert said(at(FIRE, "describe_situation", slots=EMPLOYER)) == []
