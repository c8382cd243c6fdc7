"""What is said to a description: free things first, one to three schemes with reasons, doubt said as doubt."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.situations import UNSURE, ActionDescribeSituation, in_short
from knowledge.models import Price
from knowledge.store import Store
from nlu.situations import MOST, SURE_FROM

SURE, DOUBT = SURE_FROM + 1, SURE_FROM - 0.1


def likely(kind: str, *found: tuple[str, float], words: str = "det er svært") -> list[dict[str, Any]]:
    """Entities as the reader of situations leaves them."""
    return [{"entity": f"likely_{kind}", "value": value, "confidence": score, "words": words} for value, score in found]


def told(
    text: str, entities: list[dict[str, Any]], events: list[dict[str, Any]] | None = None, **slots: Any
) -> Tracker:
    """A tracker at the moment somebody has told how things are."""
    message = {"text": text, "intent": {"name": "describe_situation", "confidence": 1.0}, "entities": entities}
    return Tracker("nobody", slots, message, events or [], False, None, {}, None)


def said(tracker: Tracker) -> tuple[dict[str, dict[str, Any]], list[Any]]:
    """What is said, by the name of the reply, and the events."""
    dispatcher = CollectingDispatcher()
    events = ActionDescribeSituation().run(dispatcher, tracker, {})
    return {message["response"]: message for message in dispatcher.messages}, events


def test_what_is_free_comes_before_the_schemes(content: Store) -> None:
    entities = likely("challenge", ("sanser", 1.0)) + likely("scheme", ("hjaelpemidler", SURE), words="larmen")
    replies, events = said(told("larmen slider på mig", entities))
    assert list(replies) == ["say_situation_free", "say_situation_schemes_citizen"]
    senses = content.challenge("sanser")
    assert senses
    free = {one.text.da for one in senses.accommodations if one.price is Price.FREE}
    shown = {line.removeprefix("• ") for line in replies["say_situation_free"]["lines"].split("\n")}
    assert shown
    assert shown <= free
    assert {"event": "slot", "name": "scheme", "value": "hjaelpemidler", "timestamp": None} in events


def test_a_reason_in_the_persons_own_words_stands_by_each_scheme(content: Store) -> None:
    entities = likely("scheme", ("hjaelpemidler", SURE), words="skærmen flimrer")
    entities += likely("scheme", ("mentorstoette", SURE - 0.1), words="jeg glemmer alt")
    replies, _ = said(told("skærmen flimrer og jeg glemmer alt", entities))
    schemes = replies["say_situation_schemes_citizen"]["schemes"]
    assert schemes.index("skærmen flimrer") < schemes.index("jeg glemmer alt")
    assert schemes.count("Kilde: ") == 2


@pytest.mark.parametrize("closed", ["ressourceforloeb", "revalidering", "rehabiliteringsteam"])
def test_what_is_closed_is_never_suggested(content: Store, closed: str) -> None:
    replies, _ = said(told("hvad kan jeg få", likely("scheme", (closed, SURE + 1), ("fleksjob", SURE))))
    shown = [button["payload"] for button in replies["say_situation_schemes_citizen"]["buttons"]]
    assert not any(closed in payload for payload in shown)
    assert any("fleksjob" in payload for payload in shown)


def test_a_condition_that_does_not_seem_to_fit_is_told(content: Store) -> None:
    text = "jeg er selvstændig og syg i perioder"
    replies, _ = said(told(text, likely("scheme", ("sygefravaerssamtale", SURE + 1))))
    schemes = replies["say_situation_schemes_citizen"]["schemes"]
    assert "En betingelse ser ikke ud til at passe" in schemes


def test_only_one_thing_is_asked_for(content: Store) -> None:
    found = [("loentilskud-ledige", SURE), ("isbryderordningen", SURE), ("paragraf-56-aftale", SURE)]
    replies, _ = said(told("kan jeg få støtte", likely("scheme", *found)))
    assert replies["say_situation_schemes_citizen"]["schemes"].count("Mangler at vide") == 1


def test_three_at_most(content: Store) -> None:
    ids = [scheme.id for scheme in content.content.schemes]
    replies, _ = said(told("jeg vil have hjælp til alt", likely("scheme", *((one, SURE) for one in ids))))
    assert len(replies["say_situation_schemes_citizen"]["buttons"]) == MOST + 2


def test_in_doubt_it_asks_then_asks_otherwise_then_names_a_human(content: Store) -> None:
    events: list[dict[str, Any]] = []
    for number, name in enumerate((*UNSURE, UNSURE[-1])):
        replies, _ = said(told("det er svært", likely("scheme", ("fleksjob", DOUBT)), events))
        assert list(replies) == [name]
        assert bool(replies[name].get("buttons")) == (number == 0)
        events += [{"event": "user"}, {"event": "bot", "metadata": {"utter_action": name}}]
    events.append({"event": "bot", "metadata": {"utter_action": "say_scheme_card"}})
    replies, _ = said(told("det er svært", likely("scheme", ("fleksjob", DOUBT)), events))
    assert list(replies) == [UNSURE[0]]


def test_who_writes_is_heard_said_once_and_kept(content: Store) -> None:
    entities = likely("scheme", ("fleksjob", SURE)) + likely("audience", ("employer", 1.0))
    replies, events = said(told("vi har en medarbejder", entities))
    assert list(replies) == ["say_heard_employer", "say_situation_schemes_employer"]
    assert ("audience", "employer") in [(event["name"], event["value"]) for event in events]
    replies, events = said(told("vi har en medarbejder", entities, audience="employer"))
    assert list(replies) == ["say_situation_schemes_employer"]
    replies, _ = said(told("min mand er syg", entities, audience="citizen"))
    assert list(replies) == ["say_situation_schemes_citizen"]


def test_the_facts_are_kept_for_the_check_and_health_only_with_consent(content: Store) -> None:
    text = "jeg er 34, ansat i en kommune og har en varig hjerneskade"
    for consent in (True, False):
        _, events = said(told(text, likely("scheme", ("fleksjob", SURE)), consent=consent, facts={"timer_pr_uge": 20}))
        kept = next(event["value"] for event in events if event.get("name") == "facts")
        assert kept["alder"] == 34
        assert kept["timer_pr_uge"] == 20
        assert ("varig_funktionsnedsaettelse" in kept) == consent


def test_an_employer_who_tells_of_another_person_begins_anew(content: Store) -> None:
    facts = {"timer_pr_uge": 20}
    _, events = said(told("hun er sygemeldt på 5. uge", likely("scheme"), audience="employer", facts=facts))
    kept = next(event["value"] for event in events if event.get("name") == "facts")
    assert "timer_pr_uge" not in kept


def test_nothing_read_is_doubt_too(content: Store) -> None:
    assert list(said(told("bla bla", []))[0]) == [UNSURE[0]]


@pytest.mark.parametrize("text", ["angst", '{"sender": "x", "message": "y"}', "<b>x</b> 1 2 3", "🙂🙂🙂 ??"])
def test_too_few_words_are_doubt_whatever_was_read(content: Store, text: str) -> None:
    assert list(said(told(text, likely("scheme", ("fleksjob", SURE))))[0]) == [UNSURE[0]]


@given(st.text(max_size=600))
def test_in_short_keeps_whole_sentences_from_the_beginning(text: str) -> None:
    assert text.startswith(in_short(text))
