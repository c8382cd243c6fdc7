"""The training examples are whole, in two languages, and apart from the lines we measure on."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HELD_OUT = ("acts_heldout", "scheme_questions_heldout", "situations_heldout")
LEAST = {"da": 60, "en": 30}
FEW = 5
MORE = {"help", "human", "privacy", "delete_all", "out_of_scope", "ask_scheme", "describe_situation"}
FEW_WORDS_FOR_IT = {
    *("start_talk", "give_consent", "withdraw_consent", "confirm_delete_all"),
    *("go_back", "delete_answer", "delete_plan", "stop_check"),
}


@lru_cache
def examples(language: str) -> dict[str, list[str]]:
    """The examples of a language by intent."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOT / "nlu" / language).glob("*.yml")):
        for part in (yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}).get("nlu", []):
            found[part["intent"]] += [line.removeprefix("- ") for line in part["examples"].splitlines()]
    return dict(found)


def said(text: str) -> str:
    """A text without what makes no difference."""
    return " ".join(text.casefold().split())


def intents_of_the_domain() -> set[str]:
    """All intents of the domain but Rasa's own."""
    files = sorted((ROOT / "dialogues" / "domain").glob("*.yml"))
    domains = [yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for file in files]
    return {intent for domain in domains for intent in domain.get("intents") or []} - {"nlu_fallback"}


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_intent_of_the_domain_has_examples_and_the_other_way_round(language: str) -> None:
    assert set(examples(language)) == intents_of_the_domain()


@pytest.mark.parametrize("language", ["da", "en"])
def test_there_are_enough_examples(language: str) -> None:
    for intent, lines in examples(language).items():
        assert len(lines) >= (FEW if intent in FEW_WORDS_FOR_IT else LEAST[language]), intent
    if language == "da":
        assert all(len(examples("da")[intent]) >= 100 for intent in MORE)


def test_no_example_is_given_twice_or_under_two_intents() -> None:
    for language in ("da", "en"):
        seen: dict[str, str] = {}
        for intent, lines in examples(language).items():
            for line in lines:
                assert said(line) not in seen, f"{line!r} under {intent} and {seen[said(line)]}"
                seen[said(line)] = intent
    both = {said(line): intent for intent, lines in examples("da").items() for line in lines}
    for intent, lines in examples("en").items():
        for line in lines:
            assert both.get(said(line), intent) == intent, line


@pytest.mark.parametrize("name", HELD_OUT)
def test_no_held_out_line_and_no_held_out_author_is_trained_on(name: str) -> None:
    trained = {said(line) for lang in ("da", "en") for lines in examples(lang).values() for line in lines}
    held_out = (ROOT / "tests" / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    lines = [json.loads(line) for line in held_out]
    assert len({line["author"] for line in lines}) >= 20
    assert [line["text"] for line in lines if said(line["text"]) in trained] == []


def test_scheme_names_are_not_marked_by_hand() -> None:
    for language in ("da", "en"):
        for lines in examples(language).values():
            assert not any("](" in line or "]{" in line for line in lines)
