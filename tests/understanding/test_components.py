"""Our Rasa components do their part: words, names of schemes, intents. Nothing here starts or trains Rasa."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.intents import LinearIntentClassifier, fold
from nlu.components.scheme_names import NamedSchemeIsAskedAbout, SchemeNames
from nlu.components.tokens import DanishTokenizer

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = ExecutionContext(GraphSchema({}), model_id="test")
RESOURCE = Resource("test")


def pipeline() -> dict[str, dict[str, Any]]:
    """The pipeline of config.yml by the last part of each component's name."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    return {part["name"].rpartition(".")[2]: part for part in config["pipeline"]}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> SchemeNames:
    """The component that marks scheme names, with the content files."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("storage"))
    return SchemeNames.create(SchemeNames.get_default_config(), storage, RESOURCE, CONTEXT)


def tokenized(*texts_and_intents: tuple[str, str | None]) -> list[Message]:
    """Messages as the classifier gets them."""
    messages = [Message.build(text=text, intent=intent) for text, intent in texts_and_intents]
    return DanishTokenizer(DanishTokenizer.get_default_config()).process(messages)


def test_words_keep_their_place_in_the_message() -> None:
    text = "Hvad er § 56-aftalen,  f.eks. for mig?"
    (message,) = tokenized((text, None))
    words = message.get("text_tokens")
    assert [w.text for w in words] == ["Hvad", "er", "§", "56-aftalen", ",", "f.eks.", "for", "mig", "?"]
    assert all(text[w.start : w.end] == w.text for w in words)


def test_another_spacy_model_is_one_line_of_configuration(tmp_path: Path) -> None:
    import spacy

    spacy.blank("da").to_disk(tmp_path / "model")
    config = {**DanishTokenizer.get_default_config(), "model": str(tmp_path / "model")}
    (message,) = DanishTokenizer(config).process([Message.build(text="jeg er her")])
    assert [w.text for w in message.get("text_tokens")] == ["jeg", "er", "her"]


def test_a_named_scheme_becomes_an_entity_with_the_schemes_id(names: SchemeNames) -> None:
    (message,) = names.process([Message.build(text="hvad er løntilskudsjob")])
    (entity,) = message.get("entities")
    assert entity["entity"] == "scheme"
    assert entity["value"] == "loentilskud-ledige"
    assert (entity["start"], entity["end"]) == (8, 22)


def test_entities_of_other_extractors_stay(names: SchemeNames) -> None:
    other = {"entity": "audience", "value": "citizen", "start": 0, "end": 3}
    (message,) = names.process([Message.build(text="hej om fleksjob", entities=[other])])
    assert [e["entity"] for e in message.get("entities")] == ["audience", "scheme"]


def decided(names: SchemeNames, text: str, intent: str, confidence: float) -> str:
    """The intent after the name has had its say."""
    config = {**NamedSchemeIsAskedAbout.get_default_config(), **pipeline()["NamedSchemeIsAskedAbout"]}
    ranking = [{"name": intent, "confidence": confidence}, {"name": "ask_scheme", "confidence": 0.01}]
    message = Message(data={"text": text, "intent": ranking[0], "intent_ranking": ranking})
    (read,) = NamedSchemeIsAskedAbout(config).process(names.process([message]))
    assert read.get("intent_ranking")[0] == read.get("intent")
    assert [r["name"] for r in read.get("intent_ranking")].count("ask_scheme") == 1
    return str(read.get("intent")["name"])


def test_a_scheme_named_in_a_short_question_decides_the_intent(names: SchemeNames) -> None:
    assert decided(names, "Kan han få STU efter niende klasse?", "describe_situation", 0.9) == "ask_scheme"
    assert decided(names, "noget med isbryderordningen", "joke", 0.2) == "ask_scheme"


def test_a_scheme_named_in_passing_does_not_decide_the_intent(names: SchemeNames) -> None:
    assert decided(names, "nej, jeg har allerede fleksjob", "deny", 0.9) == "deny"
    assert decided(names, "slet alt om mit fleksjob", "delete_all", 0.9) == "delete_all"
    story = "jeg har haft fleksjob i en børnehave i fire år, men nu er larmen blevet for meget og jeg græder tit"
    assert decided(names, story, "describe_situation", 0.9) == "describe_situation"


def test_without_a_name_the_intent_stays(names: SchemeNames) -> None:
    assert decided(names, "hvad kan du", "capabilities", 0.2) == "capabilities"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Lønnen på Ærø", "lonnen pa ero"),
        ("loennen paa aeroe", "lonnen pa ero"),
        ("jaaaaa!!!!", "jaa!!"),
        ("i 12  uger", "i 00 uger"),
    ],
)
def test_a_text_is_folded_to_what_a_keyboard_without_danish_letters_writes(written: str, folded: str) -> None:
    assert fold(written) == folded


EXAMPLES = [
    *((text, "greet") for text in ("hej", "hej med dig", "goddag", "hej hej", "goddag du")),
    *((text, "bye") for text in ("farvel", "vi ses", "farvel og tak", "vi ses igen", "farvel du")),
    *((text, "skip") for text in ("spring over", "spring den over", "næste", "over med den", "næste tak")),
]


def classifier(storage: LocalModelStorage) -> LinearIntentClassifier:
    """An untrained classifier as config.yml has it."""
    config = {**LinearIntentClassifier.get_default_config(), **pipeline()["LinearIntentClassifier"]}
    return LinearIntentClassifier.create(config, storage, RESOURCE, CONTEXT)


def test_a_classifier_learns_and_reads_the_same_after_it_was_stored(tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path)
    trained = classifier(storage)
    trained.train(TrainingData(tokenized(*EXAMPLES)))
    config = {**LinearIntentClassifier.get_default_config()}
    loaded = LinearIntentClassifier.load(config, storage, RESOURCE, CONTEXT)
    for text, intent in (("hej du", "greet"), ("farvel igen", "bye"), ("spring", "skip"), ("naeste", "skip")):
        (before,), (after,) = (c.process(tokenized((text, None))) for c in (trained, loaded))
        ranking = after.get("intent_ranking")
        assert ranking[0]["name"] == intent
        for was, is_ in zip(before.get("intent_ranking"), ranking, strict=True):
            assert was["name"] == is_["name"]
            assert was["confidence"] == pytest.approx(is_["confidence"], rel=1e-3)
        assert sum(reading["confidence"] for reading in ranking) == pytest.approx(1.0)


def test_two_intents_can_be_told_apart(tmp_path: Path) -> None:
    trained = classifier(LocalModelStorage(tmp_path))
    trained.train(TrainingData(tokenized(*EXAMPLES[:10])))
    first, second = trained.process(tokenized(("hej", None), ("farvel", None)))
    assert (first.get("intent")["name"], second.get("intent")["name"]) == ("greet", "bye")


def test_a_classifier_without_anything_to_tell_apart_reads_no_intent(tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path)
    classifier(storage).train(TrainingData(tokenized(("hej", "greet"))))
    loaded = LinearIntentClassifier.load(LinearIntentClassifier.get_default_config(), storage, RESOURCE, CONTEXT)
    (message,) = loaded.process(tokenized(("hej", None)))
    assert message.get("intent")["name"] is None
    assert message.get("intent_ranking") == []
