"""What is said about a scheme: complete, dated, with its source, and short enough for a phone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import schemes
from actions.schemes import ONE_SCREEN, Asker, answer, card, nearest, short_card, side
from knowledge.dated import DatedScheme, remarks
from knowledge.dates import date_text
from knowledge.schema import read_content
from knowledge.store import Store
from nlu.aspects import ASPECTS
from tests.actions.conftest import At

TODAY = date(2026, 11, 22)
IDS = [scheme.id for scheme in read_content().schemes]
CITIZEN, EMPLOYER = Asker("da", "citizen", TODAY), Asker("da", "employer", TODAY)
IN_ENGLISH = Asker("en", "citizen", TODAY)


def dated(content: Store, scheme_id: str, on: date = TODAY) -> DatedScheme:
    """The scheme as known on that day."""
    found = content.scheme(scheme_id, on)
    assert isinstance(found, DatedScheme)
    return found


def said(tracker: Tracker) -> tuple[list[dict[str, Any]], list[Any]]:
    """What the action says and returns."""
    dispatcher = CollectingDispatcher()
    events = answer(dispatcher, tracker)
    return dispatcher.messages, events


DECISIONS = {
    ("municipality", "da"): "Kommunen afgør.",
    ("municipality", "en"): "The municipality decides (kommunen afgør).",
    ("others", "da"): "Kommunen afgør ikke det her.",
    ("others", "en"): "The municipality does not decide this (kommunen afgør ikke).",
}


def decision(scheme: DatedScheme, language: str) -> str:
    return DECISIONS[scheme.scheme.decided_by, language]


@pytest.mark.parametrize("scheme_id", IDS)
@pytest.mark.parametrize("asker", [CITIZEN, EMPLOYER], ids=["citizen", "employer"])
def test_a_card_fits_on_a_phone_and_carries_date_source_and_who_decides(
    content: Store, scheme_id: str, asker: Asker
) -> None:
    """900 characters, whatever the scheme."""
    scheme = dated(content, scheme_id)
    text = card(scheme, content.rates(scheme_id, TODAY), asker).text
    assert len(text) <= ONE_SCREEN
    assert text.startswith(scheme.scheme.name.da)
    assert scheme.scheme.summary.da in text
    assert decision(scheme, "da") in text
    assert "http" in text
    assert "Senest gennemgået 22. november 2026" in text
    assert "None" not in text
    assert "{" not in text


@pytest.mark.parametrize("scheme_id", IDS)
@pytest.mark.parametrize("aspect", sorted(ASPECTS))
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_side_of_every_scheme_is_answered(content: Store, scheme_id: str, aspect: str, language: str) -> None:
    """With content, or with the honest word that there is none; always dated and sourced."""
    asker = Asker(language, "citizen", TODAY)
    scheme = dated(content, scheme_id)
    told = side(scheme, content.rates(scheme_id, TODAY), aspect, asker)
    assert decision(scheme, language) in told.text
    assert "\n\n\n" not in told.text
    assert len(told.text) + sum(map(len, told.danish)) < 4096


def test_personal_assistance_says_what_it_is_who_gets_it_and_who_applies(content: Store) -> None:
    """The question the product is judged by."""
    text = card(dated(content, "personlig-assistance-erhverv"), (), CITIZEN).text
    for part in (
        "En kollega eller en anden person hjælper dig",
        "varig og betydelig funktionsnedsættelse. Den kan være psykisk",
        "ledig, ansat eller selvstændig",
        "særlig personlig hjælp",
        "selvstændigt indhold",
        "Hvem søger: Du eller din arbejdsgiver.",
        "Kommunen, hvor du bor",
        "STAR",
    ):
        assert part in text


def test_an_expected_change_is_never_told_as_law(content: Store) -> None:
    """Before its day it is expected; after its day nobody has seen whether it came."""
    assert "Ventes ændret 1. januar 2027, ikke vedtaget" in card(dated(content, "fleksjob"), (), CITIZEN).text
    after = date(2027, 1, 2)
    text = card(dated(content, "fleksjob", after), (), Asker("da", "citizen", after)).text
    assert "Vi har ikke set, om det er vedtaget" in text
    assert "Gælder i dag" not in text
    assert "skulle være gennemgået igen senest 31. december 2026" in text


def test_a_closed_scheme_says_so_and_what_came_instead(content: Store) -> None:
    """A date that is inferred is told as such; a procedure is nothing anybody keeps."""
    closed = card(dated(content, "revalidering"), (), CITIZEN).text
    assert "Lukket for nye siden 1. februar 2026. Har du den allerede, kan du beholde den." in closed
    assert "I stedet:" in closed
    assert "så vidt vi ved siden 1. februar 2026" in card(dated(content, "ressourceforloeb"), (), CITIZEN).text
    assert "beholde den" not in card(dated(content, "rehabiliteringsteam"), (), CITIZEN).text


def test_an_unclear_scheme_comes_with_a_caveat_and_without_details(content: Store) -> None:
    """Low confidence is not shown as fact."""
    text = card(dated(content, "fast-track"), (), CITIZEN).text
    assert "ikke sikre på" in text
    assert "Hvem kan få det" not in text


def test_amounts_carry_their_year_and_old_ones_say_that_they_are_the_newest_found(content: Store) -> None:
    """No amount alone."""
    rates = content.rates("fleksloentilskud", TODAY)
    text = side(dated(content, "fleksloentilskud"), rates, "what", CITIZEN).text
    assert "(2024). Det er det nyeste tal, vi har fundet." in text


def test_english_answers_keep_danish_apart(content: Store) -> None:
    """The English part has no Danish conditions; the Danish part says nothing in English."""
    told = card(dated(content, "fleksjob"), (), IN_ENGLISH)
    assert "exists in Danish only" in told.text
    assert "Din arbejdsevne" not in told.text
    assert "1 January 2027" in told.text
    assert any("Din arbejdsevne" in part for part in told.danish)
    assert len(short_card(dated(content, "fleksjob"), IN_ENGLISH).danish) == 0


def test_the_danish_part_of_an_english_answer_is_marked_danish_and_has_the_buttons(content: Store, at: At) -> None:
    """The page reads it aloud in the right language, and the buttons are under the last message."""
    tracker = at("what is a flex job", "ask_scheme", ("fleksjob",), {"language": "en"})
    first, second = said(tracker)[0]
    assert first["response"] == "say_scheme_card"
    assert not first["buttons"]
    assert second["response"] == "say_scheme_details"
    assert second["language"] == "da"
    assert second["buttons"]


def test_two_schemes_get_a_short_card_each_and_more_become_buttons(content: Store, at: At) -> None:
    """In the order in which they were named, each once."""
    named = ("fleksjob", "mentorstoette", "fleksjob", "ips")
    messages, events = said(at("fleksjob, mentor, ips?", "ask_scheme", named))
    assert [m["response"] for m in messages] == ["say_scheme_card", "say_scheme_card", "say_more_schemes"]
    assert messages[0]["card"].startswith("Fleksjob")
    assert messages[1]["card"].startswith("Mentorstøtte")
    assert "ips" in messages[2]["buttons"][0]["payload"]
    assert events == [{"event": "slot", "timestamp": None, "name": "scheme", "value": "mentorstoette"}]


@pytest.mark.parametrize(
    ("text", "slots", "reply"),
    [
        ("/ask_scheme", {}, "say_which_scheme"),
        ("/ask_scheme", {"scheme": "fleksjob"}, "say_which_scheme"),
        ("hvem søger så?", {"scheme": "fleksjob"}, "say_scheme_card"),
        ("hvad med den der?", {"scheme": "fleksjob"}, "say_still_this_scheme"),
        ("hvad er den ordning", {}, "say_which_scheme"),
        ("hvad er isbryderen for en", {}, "say_did_you_mean"),
    ],
)
def test_a_question_without_a_name(content: Store, at: At, text: str, slots: dict[str, Any], reply: str) -> None:
    """The scheme last talked about, a guess, or a narrow question; never a shrug."""
    (message,) = said(at(text, "ask_scheme", (), slots))[0]
    assert message["response"] == reply


@pytest.mark.parametrize("scheme_id", IDS)
@pytest.mark.parametrize("on", [TODAY, date(2027, 2, 1)], ids=str)
def test_a_card_makes_the_remarks_of_the_day_in_their_order(content: Store, scheme_id: str, on: date) -> None:
    """What the preview tells the content's editors is what people are told."""
    scheme = dated(content, scheme_id, on)
    asker = Asker("da", "citizen", on)
    said = [
        asker.words(
            f"say_scheme_{remark.about}" + ("_with" if remark.about == "expected" else ""),
            date=date_text(remark.day) if remark.day else "",
            change=remark.text or "",
        )
        for remark in remarks(scheme)
    ]
    text = short_card(scheme, asker).text
    assert [text.find(sentence) >= 0 for sentence in said] == [True] * len(said)
    assert [text.find(sentence) for sentence in said] == sorted(text.find(sentence) for sentence in said)
    assert scheme.may_be_suggested or said


def test_only_schemes_that_can_be_had_are_guessed_at(content: Store) -> None:
    """A closed scheme is answered when named, never offered."""
    assert nearest("ressourceforløb", content, TODAY) == []


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("kan kommunen betale støjdæmpende hovedtelefoner", "hjaelpemidler"),
        ("hvor lang er klagefristen", "klage"),
        ("en deltidssygemelding", "delvis-raskmelding"),
    ],
)
def test_a_scheme_is_guessed_at_by_what_it_is_for(content: Store, text: str, scheme: str) -> None:
    assert scheme in [near.scheme.id for near in nearest(text, content, TODAY)]


@pytest.mark.parametrize("text", ["hvem betaler", "hvordan søger man", "hvem kan søge om det", "who can apply"])
def test_a_question_about_nothing_in_particular_leads_to_no_guess(content: Store, text: str) -> None:
    assert nearest(text, content, TODAY) == []


def test_an_unknown_scheme_is_admitted(content: Store, at: At) -> None:
    """A button of an older content may name what is gone."""
    (message,) = said(at("/ask_scheme", "ask_scheme", ("skaanejob-1998",)))[0]
    assert message["response"] == "say_scheme_unknown"


def test_a_database_without_content_is_admitted(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    """Better than silence."""
    monkeypatch.setattr(schemes, "current", lambda: Store("sqlite://"))
    (message,) = said(at("hvad er fleksjob", "ask_scheme", ("fleksjob",)))[0]
    assert message["response"] == "say_schemes_unavailable"


def test_answering_twice_gives_the_same(content: Store, at: At) -> None:
    """A turn that is worked again after a crash says the same and leaves the same behind."""
    tracker = at("hvad er fleksjob", "ask_scheme", ("fleksjob",))
    assert said(tracker) == said(tracker)


def test_every_scheme_named_on_a_button_exists_and_is_open(content: Store) -> None:
    """The curated lists stand among the sentences, and must follow the content."""
    import re
    from pathlib import Path

    for file in Path("dialogues").rglob("schemes.yml"):
        for scheme_id in re.findall(r'"scheme": "([a-z0-9-]+)"', file.read_text(encoding="utf-8")):
            assert dated(content, scheme_id).may_be_suggested, scheme_id
