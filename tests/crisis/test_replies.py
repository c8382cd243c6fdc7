"""What the crisis path says: safe messaging, numbers, and the same in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import crisis

ROOT = Path(__file__).parents[2]
DANISH: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (ROOT / "dialogues/domain/crisis.yml").read_text(encoding="utf-8")
)["replies"]
ENGLISH: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (ROOT / "dialogues/translations/en/crisis.yml").read_text(encoding="utf-8")
)["replies"]


def _texts() -> Iterator[tuple[str, str]]:
    for replies in (DANISH, ENGLISH):
        for name, variations in replies.items():
            for variation in variations:
                yield name, variation["text"]


FORBIDDEN = [
    # methods, places, doses (safe messaging: Livslinien, WHO)
    r"\bbroer?n?\b", r"\btoget?\b", r"\bskinne", r"\breb\b", r"\bpille", r"\btablet", r"\bmedicin", r"\bdosis",
    r"\bkniv", r"\bbridge", r"\btrain\b", r"\brope\b", r"\bpills?\b", r"\bdose", r"\bmedic", r"\bknife", r"\bgun\b",
    r"\boverdos",
    # promises, secrecy, guilt, playing down
    r"bliver godt", r"lover", r"\bpromise", r"ikke rigtigt? i fare", r"not really in danger",
    r"siger det ikke til nogen", r"tænk på dine", r"think of your",
    r"hemmelig", r"\bsecret", r"det går over", r"be fine",
    # the wrong words
    r"begå", r"begik", r"commit", r"mislyk", r"vellyk", r"failed attempt", r"forstår præcis", r"understand exactly",
    r"selvmordstruet", r"psykotisk", r"psychotic", r"diagnos",
    # contracts
    r"lov mig", r"promise me", r"\baftale med mig",
    # pretending to be a person or a professional
    r"jeg er et menneske", r"i am a human", r"som psykolog", r"as a psychologist",
]  # fmt: skip


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_reply_says_what_safe_messaging_forbids(pattern: str) -> None:
    assert [name for name, text in _texts() if re.search(pattern, text, re.IGNORECASE)] == []


def test_no_reply_suggests_confronting_the_one_who_is_violent() -> None:
    for name, text in _texts():
        assert not re.search(r"konfronter|confront|tal med ham|talk to him", text, re.IGNORECASE), name


def test_replies_are_plain_text() -> None:
    for name, text in _texts():
        assert "**" not in text, name
        assert "](" not in text, name


def test_wherever_a_number_stands_there_is_another_and_what_to_do_when_nobody_answers() -> None:
    fixed = {"say_crisis_orange"}  # Approved wording; its next step says it.
    for name, text in _texts():
        numbers = set(re.findall(r"\b(?:112|114|1888|116 111|70 201 201)\b", text)) | set(
            re.findall(r"{numbers}", text)
        )
        if numbers and name not in fixed:
            assert re.search(r"Svarer .*ikke|do(?:es)? not answer", text), name
        if numbers:
            assert "112" in text, name
            assert len(numbers) > 1, name


def test_112_comes_first() -> None:
    for name, text in _texts():
        found = re.search(r"\b(?:112|114|1888|116 111|70 201 201)\b", text)
        if found and name not in ("say_crisis_under_18", "say_crisis_no_wound", "say_crisis_alone_yes",
                                  "say_crisis_contact_yes", "say_crisis_danger_no"):  # fmt: skip
            assert found.group() == "112" or "{numbers}" in text, name


def test_no_reply_says_when_someone_is_open() -> None:
    for name, text in _texts():
        assert not re.search(r"åbent nu|open now|døgnet rundt|24/7|24 timer|kl\. ?\d", text, re.IGNORECASE), name


def test_the_approved_wordings_are_kept_word_for_word() -> None:
    for name, text in {
        "say_crisis_orange": "Tak, fordi du skriver det. Jeg stopper med job lige nu. Må jeg spørge helt direkte: "
        "Tænker du på at tage dit liv?\nEr du i fare, så ring 112. Du kan også ringe til Livslinien på 70 201 201.",
        "say_crisis_no": "Tak for svaret. Det lyder stadig tungt. Vil du have numre til en, du kan tale med, eller "
        "holde pause?",
        "say_crisis_safe": "Godt. Jeg går ikke videre med job i dag, medmindre du vil. Numrene står fast øverst.",
        "say_crisis_return": "Godt at se dig. Hvordan er det i dag?",
    }.items():
        assert [one["text"] for one in DANISH[name]] == [text]
    for name, beginning in {
        "say_crisis_red": "Det er godt, at du sagde det. Du skal have et menneske nu. Jeg er en maskine og kan ikke "
        'passe på dig.\n1. Er du i fare nu: Ring 112.\n2. Gå hen til, eller ring til, en du stoler på. Sig: "Jeg har '
        'tanker om at dø. Bliv hos mig."\n3. ',
        "say_crisis_psychosis": "Det lyder skræmmende. Jeg kan ikke vide, om det sker. Har du en læge eller "
        "kontaktperson, du kan ringe til nu?",
        "say_crisis_other": "Er der fare nu? Ring 112. Ellers: spørg direkte og roligt, bliv hos personen, hjælp til "
        "læge.",
        "say_crisis_check_in": "Det lyder tungt. Har du brug for hjælp lige nu?",
    }.items():
        assert DANISH[name][0]["text"].startswith(beginning), name
    assert [button["title"] for button in DANISH["say_crisis_orange"][0]["buttons"]] == [
        "Ja", "Nej", "Ved ikke", "Jeg vil ikke svare",
    ]  # fmt: skip
    assert [button["title"] for button in DANISH["say_crisis_red"][0]["buttons"]] == [
        "Ring 112", "Vis numre i min region", "Jeg er i sikkerhed", "Skriv til en ven for mig",
    ]  # fmt: skip


def test_the_gentle_question_and_the_gentle_line_show_no_numbers() -> None:
    for replies in (DANISH, ENGLISH):
        for name in ("say_crisis_check_in", "say_crisis_gentle"):
            assert not [one for one in replies[name] if re.search(r"\d", one["text"])]


def test_both_languages_have_the_same_replies_buttons_and_placeholders() -> None:
    assert list(DANISH) == list(ENGLISH)
    for name, variations in DANISH.items():
        assert len(variations) == len(ENGLISH[name]), name
        for danish, english in zip(variations, ENGLISH[name], strict=True):
            assert [b["payload"] for b in danish.get("buttons", [])] == [
                b["payload"] for b in english.get("buttons", [])
            ]
            assert set(re.findall(r"{\w+}", danish["text"])) == set(re.findall(r"{\w+}", english["text"])), name
            assert danish.get("metadata") == english.get("metadata"), name


def test_no_reply_is_a_dead_end() -> None:
    ending = {"say_crisis_continue", "say_crisis_gentle", "say_crisis_work", "say_crisis_under_18"}
    for name, variations in DANISH.items():
        for variation in variations:
            assert variation.get("buttons") or name in ending, name


def test_sentences_to_people_in_a_crisis_are_easy_to_read() -> None:
    for name, variations in DANISH.items():
        for variation in variations:
            assert _lix(variation["text"]) <= 30, name


def _lix(text: str) -> float:
    found = re.findall(r"[^\W\d_]+", text)
    sentences = max(1, len(re.findall(r"[.!?:\n]+", text)))
    return len(found) / sentences + 100 * sum(len(word) > 6 for word in found) / max(1, len(found))


FIRST_ANSWERS = {reply for table in (crisis._RED, crisis._ORANGE, crisis._ABOUT_OTHERS) for reply, _ in table.values()}


@pytest.mark.parametrize(
    "name", sorted(FIRST_ANSWERS | {"say_crisis_red", "say_crisis_red_region", "say_crisis_orange"})
)
@pytest.mark.parametrize("language", [DANISH, ENGLISH], ids=["da", "en"])
def test_every_first_answer_to_danger_names_112_and_livslinien(
    language: dict[str, list[dict[str, Any]]], name: str
) -> None:
    for variation in language[name]:
        assert "112" in variation["text"]
        assert "70 201 201" in variation["text"]
