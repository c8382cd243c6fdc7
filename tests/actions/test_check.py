"""The guided check at single moments: what is read as an answer, what is asked, what is shown and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.check import (
    ActionAskCheckAnswer,
    ActionCheckResult,
    ActionStartCheck,
    ValidateCheckForm,
    as_slot,
    guide_for,
    lines_about,
    may_be_kept,
    told_by,
)
from actions.schemes import Asker
from knowledge.dates import today
from knowledge.eligibility import FactValue
from knowledge.store import Store
from nlu.fact_answers import read_fact_answer

At = Callable[..., Tracker]


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("beskaeftigelse", "almindeligt job", {"ordinaert_ansat"}),
        ("beskaeftigelse", "sygemeldt og uden job", {"sygemeldt_ledig"}),
        ("beskaeftigelse", "jeg er uden job", {"ledig"}),
        ("beskaeftigelse", "an ordinary job", {"ordinaert_ansat"}),
        ("beskaeftigelse", "aner det ikke", None),
        ("ydelse", "løn og sygedagpenge", {"loen", "sygedagpenge"}),
        ("ydelse", "kontanthjælp", {"kontanthjaelp"}),
        ("ydelse", "hvad er kontanthjælp?", None),
        ("arbejdsgiver", "Privat", "privat"),
        ("arbejdsgiver", "stat, region eller kommune", "offentlig"),
        ("uddannelsestype", "nej", "ingen"),
        ("alder", "43", 43),
        ("alder", "jeg er 43 år", 43),
        ("alder", "mellem 40 og 50", None),
        ("alder", "1,5", None),
        ("ledig_maaneder", "2 år", 24),
        ("ledig_maaneder", "slet ikke", 0),
        ("sygemeldt_siden_uger", "3 måneder", 12),
        ("sygemeldt_siden_uger", "14 dage", 2),
        ("fravaer_timer_pr_uge", "10 timer om ugen", 10),
        ("langvarig_lidelse", "ja", True),
        ("langvarig_lidelse", "nej, det tror jeg ikke", False),
        ("langvarig_lidelse", "det vil jeg ikke svare på", None),
        ("langvarig_lidelse", "", None),
    ],
)
def test_an_answer_in_plain_words_is_read(content: Store, fact: str, text: str, value: Any) -> None:
    found = content.fact(fact)
    assert found is not None
    wanted = frozenset(value) if isinstance(value, set) else value
    assert read_fact_answer(found, text, None) == wanted


def test_every_value_is_read_from_the_words_on_its_button(content: Store) -> None:
    for fact in content.content.facts:
        for language in ("da", "en"):
            for value, name in fact.names(language).items():
                read = read_fact_answer(fact, name, None)
                assert read in (value, frozenset({value})), f"{fact.id}: {name}"


def test_sensitive_facts_are_kept_only_with_a_yes_and_treatment_never(content: Store) -> None:
    told: dict[str, FactValue] = {"alder": 40, "langvarig_lidelse": True, "i_psykiatrisk_behandling": True}
    assert may_be_kept(told, content, consent=False) == {"alder": 40}
    assert may_be_kept(told, content, consent=True) == {"alder": 40, "langvarig_lidelse": True}


def test_facts_come_out_of_their_slot_as_they_went_in(at: At) -> None:
    told: dict[str, FactValue] = {"alder": 40, "beskaeftigelse": frozenset({"ledig", "sygemeldt_ledig"})}
    assert told_by(at(slots={"facts": as_slot(told)})) == told


def test_a_check_begins_with_being_18_for_a_citizen_and_with_the_question_for_an_employer(
    content: Store, at: At
) -> None:
    def follows(**slots: Any) -> list[Any]:
        events = ActionStartCheck().run(CollectingDispatcher(), at(slots=slots), {})
        return [event["name"] for event in events if event["event"] == "followup"]

    assert follows() == ["welcome_form"]
    assert follows(adult=False) == []
    assert follows(adult=True) == ["check_form"]
    assert follows(audience="employer") == ["check_form"]


def test_what_was_told_before_is_not_asked(content: Store, at: At) -> None:
    slots = {"adult": True, "facts": {"beskaeftigelse": ["ledig"]}}
    events = ActionStartCheck().run(CollectingDispatcher(), at(slots=slots), {})
    asked = [event["value"] for event in events if event.get("name") == "check_fact" and event["value"]]
    assert asked
    assert asked != ["beskaeftigelse"]


def test_a_question_has_its_values_and_two_ways_out(content: Store, at: At) -> None:
    def titles(fact: str, **slots: Any) -> list[str]:
        said = CollectingDispatcher()
        ActionAskCheckAnswer().run(said, at(slots={"check_fact": fact, **slots}), {})
        return [button["title"] for button in said.messages[0]["buttons"]]

    assert titles("langvarig_lidelse") == ["Ja", "Nej", "Ved ikke", "Stop, vis hvad I har"]
    assert titles("alder") == ["Ved ikke", "Stop, vis hvad I har"]
    first, rest = titles("beskaeftigelse"), titles("beskaeftigelse", check_more=True)
    assert len(first) == 11
    assert first[-3:] == ["Vis flere valg", "Ved ikke", "Stop, vis hvad I har"]
    assert not set(first[:-3]) & set(rest)


def test_two_facts_in_one_answer_are_both_taken(content: Store, at: At) -> None:
    form = ValidateCheckForm()
    said = at("jeg er 52 år og sygemeldt fra mit job", "describe_situation", slots={"check_fact": "beskaeftigelse"})
    said.slots["requested_slot"] = "check_answer"
    found = form.extract_check_answer(CollectingDispatcher(), said, {})["check_answer"]
    assert found["told"]["alder"] == 52
    assert found["answered"]
    after = form.validate_check_answer(found, CollectingDispatcher(), said, {})
    assert after["check_asked"] == ["beskaeftigelse"]
    assert after["check_fact"] not in (None, "beskaeftigelse", "alder")


def test_the_answer_names_three_schemes_with_source_and_forgets_what_may_not_be_kept(content: Store, at: At) -> None:
    facts = {
        "beskaeftigelse": ["ledig"],
        "ydelse": ["dagpenge"],
        "ledig_maaneder": 2,
        "funktionsnedsaettelse_i_job": True,
    }
    said = CollectingDispatcher()
    events = ActionCheckResult().run(said, at(slots={"facts": facts, "check_audience": "citizen"}), {})
    schemes = said.messages[0]["schemes"]
    assert "Mangler at vide: " in schemes
    assert schemes.count("Kilde: ") == 3
    assert schemes.count("Hvem søger: ") == 3
    assert len(said.messages[0]["buttons"]) == 4
    kept = next(event["value"] for event in events if event.get("name") == "facts")
    assert "funktionsnedsaettelse_i_job" not in kept


@pytest.mark.parametrize(
    ("scheme", "facts", "line"),
    [
        ("fleksloentilskud", {"beskaeftigelse": frozenset({"fleksjob"})}, "Kan være relevant."),
        (
            "tilskud-selvstaendig",
            {"beskaeftigelse": frozenset({"selvstaendig"}), "arbejdsevne_varigt_nedsat": False},
            "En betingelse ser ikke ud til at passe: Din arbejdsevne skal være varigt nedsat. Der findes undtagelser.",
        ),
        (
            "paragraf-56-aftale",
            {"beskaeftigelse": frozenset({"ordinaert_ansat"}), "arbejdsevne_varigt_nedsat": False},
            "Mangler at vide: Har du noget langvarigt, der gør, at du oftere er væk fra arbejde?",
        ),
    ],
)
def test_a_scheme_is_shown_with_what_speaks_for_it_or_against_it(
    content: Store, scheme: str, facts: dict[str, FactValue], line: str
) -> None:
    found = next(one for one in guide_for("citizen", content).rank(facts) if one.scheme.scheme.id == scheme)
    assert line in lines_about(1, found, content, Asker("da", "citizen", today())).splitlines()


def test_who_writes_now_is_asked_whoever_was_asked_before(content: Store, at: At) -> None:
    said = CollectingDispatcher()
    ActionStartCheck().run(said, at(slots={"audience": "employer", "check_audience": "citizen"}), {})
    assert said.messages[0]["response"] == "say_check_begins_employer"


def test_asked_for_a_result_before_any_question_the_check_begins(content: Store, at: At) -> None:
    events = ActionCheckResult().run(CollectingDispatcher(), at(), {})
    assert [event["name"] for event in events] == ["action_start_check"]
