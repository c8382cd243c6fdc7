"""The trained model understands what it has not seen, as well as we say it does.

The bars lie a little under what was measured, so that they fail when understanding gets worse, not when a line
changes sides. The lines of `acts_heldout` are long and wilful on purpose; ordinary messages do better.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from nlu.evaluate import ABSTAINED, evaluate

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = ("acts_heldout", "scheme_questions_heldout", "situations_heldout")


@pytest.fixture(scope="module")
def report(agent: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The measures on all held-out files."""
    return evaluate(agent, [DATA / f"{name}.jsonl" for name in FILES], tmp_path_factory.mktemp("report"))


def test_acts_of_strangers_are_understood(report: dict[str, Any]) -> None:
    intents = report["acts_heldout"]["intents"]
    assert intents["accuracy"] >= 0.69
    assert intents["macro_f1"] >= 0.73
    assert intents["accuracy_when_answered"] >= 0.75


def test_questions_about_schemes_and_situations_are_told_apart(report: dict[str, Any]) -> None:
    intents = report["scheme_questions_heldout"]["intents"]
    assert intents["accuracy"] >= 0.87
    assert intents["by_intent"]["ask_scheme"]["recall"] >= 0.84


def test_a_named_scheme_is_found_and_seldom_a_wrong_one(report: dict[str, Any]) -> None:
    schemes = report["scheme_questions_heldout"]["schemes"]
    assert schemes["recall"] >= 0.82
    assert schemes["precision"] >= 0.96


def test_what_is_hard_at_work_is_heard_as_a_situation(report: dict[str, Any]) -> None:
    assert report["situations_heldout"]["intents"]["accuracy"] >= 0.80


def test_it_asks_rather_than_guesses_but_not_too_often(report: dict[str, Any]) -> None:
    for name in FILES:
        intents = report[name]["intents"]
        assert intents["abstained"] <= 0.12
        assert intents["accuracy_when_answered"] > intents["accuracy"]


def test_a_message_is_read_in_a_blink(report: dict[str, Any]) -> None:
    """Reading what a text means takes longer the longer it is; the longest of these lines have 500 characters."""
    assert all(report[name]["milliseconds"]["p50"] < 60 for name in FILES)
    assert all(report[name]["milliseconds"]["p95"] < 200 for name in FILES)


def read(agent: Any, loop: asyncio.AbstractEventLoop, text: str) -> tuple[str, list[str]]:
    """The intent of a text and the schemes it names."""
    parsed = loop.run_until_complete(agent.parse_message(text))
    return parsed["intent"]["name"], [e["value"] for e in parsed["entities"] if e["entity"] == "scheme"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hej", "greet"),
        ("Godmorgen!", "greet"),
        ("farvel og tak", "bye"),
        ("tusind tak for hjælpen", "thanks"),
        ("ja tak", "affirm"),
        ("nej", "deny"),
        ("det ved jeg ikke", "unsure"),
        ("hjælp", "help"),
        ("HJÆLP!!!", "help"),
        ("hjaelp mig", "help"),
        ("jeg har det rigtig dårligt lige nu", "help"),
        ("hvordan bruger jeg den her?", "help"),
        ("må jeg tale med et menneske", "human"),
        ("kan jeg ringe til nogen", "human"),
        ("start forfra", "restart"),
        ("gentag lige spørgsmålet", "repeat"),
        ("det går for stærkt", "slower"),
        ("er du en robot?", "bot_challenge"),
        ("hvad kan du hjælpe med?", "capabilities"),
        ("hvordan bliver vejret i morgen", "out_of_scope"),
        ("din idiot", "insult"),
        ("du forstår jo ingenting, det er håbløst", "frustration"),
        ("du er god til det her", "compliment"),
        ("fortæl en vittighed", "joke"),
        ("spring over", "skip"),
        ("det vil jeg helst ikke svare på", "skip"),
        ("hvorfor spørger du om det?", "why_ask"),
        ("kan vi holde en pause", "pause"),
        ("lad os fortsætte", "resume"),
        ("jeg er arbejdssøgende", "i_am_citizen"),
        ("jeg er leder i en lille virksomhed", "i_am_employer"),
        ("jeg er sagsbehandler", "i_am_caseworker"),
        ("kan vi tage det på engelsk", "language_en"),
        ("English please", "language_en"),
        ("skriv dansk tak", "language_da"),
        ("hvem kan se det jeg skriver?", "privacy"),
        ("slet alt hvad jeg har skrevet", "delete_all"),
        ("Please delete everything", "delete_all"),
        ("kan jeg få en kopi af mine data", "export_data"),
        ("kom i gang", "begin"),
        ("hvilke ordninger findes der?", "ask_overview"),
        ("jeg er sygemeldt med stress og kan ikke overskue mit arbejde", "describe_situation"),
        ("vi har en medarbejder med angst der ikke kan klare fuld tid", "describe_situation"),
        ("I have anxiety and I can't answer the phone at work", "describe_situation"),
    ],
)
def test_what_everybody_says_is_understood(agent: Any, loop: asyncio.AbstractEventLoop, text: str, intent: str) -> None:
    assert read(agent, loop, text)[0] == intent


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("hvad er fleksjob?", "fleksjob"),
        ("fleksjob", "fleksjob"),
        ("hva er lontilskud", "loentilskud-ledige"),
        ("Hvordan søger man personlig assistance?", "personlig-assistance-erhverv"),
        ("mentor?", "mentorstoette"),
        ("isbryderordningen", "isbryderordningen"),
        ("Hvornår kan man få en § 56-aftale?", "paragraf-56-aftale"),
        ("hvem betaler mulighedserklæringen", "mulighedserklaering"),
        ("Can I get a flex job?", "fleksjob"),
    ],
)
def test_a_question_about_a_scheme_names_it(
    agent: Any, loop: asyncio.AbstractEventLoop, text: str, scheme: str
) -> None:
    assert read(agent, loop, text) == ("ask_scheme", [scheme])


@pytest.mark.parametrize("text", ["qwzx pfft", "🦑🦑"])
def test_what_cannot_be_understood_is_not_guessed(agent: Any, loop: asyncio.AbstractEventLoop, text: str) -> None:
    assert read(agent, loop, text)[0] in {ABSTAINED, "out_of_scope"}
