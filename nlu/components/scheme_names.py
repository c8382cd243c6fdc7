"""Marks the schemes named in a message, from the same content files that the answers come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_CONFIDENCE,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from knowledge.names import Entry
from knowledge.names import SchemeNames as Finder
from knowledge.schema import read_content

ENTITY = "scheme"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SchemeNames(GraphComponent):  # type: ignore[misc]
    """Entity extractor: entity `scheme`, whose value is the id of a scheme in `knowledge/schemes`.

    The names are read when the model is loaded, not when it is trained: a scheme that is added needs no training.
    `content` names another folder of content files, relative to the project.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults."""
        return {"content": "knowledge"}

    def __init__(self, finder: Finder) -> None:
        """Keep the finder of names."""
        self._finder = finder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SchemeNames:
        """Read the content files. Raises `ContentError` when one of them is broken."""
        folder = Path(__file__).resolve().parents[2] / config["content"]
        schemes = read_content(folder).schemes
        return cls(Finder(Entry(scheme.id, scheme.all_names()) for scheme in schemes))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add an entity for each scheme named in each message."""
        for message in messages:
            found = [
                {
                    ENTITY_ATTRIBUTE_TYPE: ENTITY,
                    ENTITY_ATTRIBUTE_VALUE: mention.scheme_id,
                    ENTITY_ATTRIBUTE_START: mention.start,
                    ENTITY_ATTRIBUTE_END: mention.end,
                    ENTITY_ATTRIBUTE_CONFIDENCE: mention.score,
                    EXTRACTOR: type(self).__name__,
                }
                for mention in self._finder.find(message.get(TEXT) or "")
            ]
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *found], add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class NamedSchemeIsAskedAbout(GraphComponent):  # type: ignore[misc]
    """Lets a scheme named in a short message decide that the message asks about that scheme.

    The classifier is trained on ways of asking, not on names, and a new scheme's name is new to it. When it chose
    an intent that a question about a scheme is easily taken for (`gives_way`), or is not sure of its choice
    (below `unsure_below`), the name decides. In a message of more than `max_words` words a name may stand in
    passing: there the classifier decides. Stands after the classifier and after `SchemeNames`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults."""
        return {
            "intent": "ask_scheme",
            "gives_way": [],
            "unsure_below": 0.3,
            "max_words": 16,
            "confidence": 0.8,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep the configuration."""
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NamedSchemeIsAskedAbout:
        """Build the component from its configuration."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of the messages where the name decides."""
        for message in messages:
            if self._name_decides(message):
                name = self._config["intent"]
                chosen = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: self._config["confidence"]}
                ranking = message.get(INTENT_RANKING_KEY) or []
                message.set(INTENT, chosen, add_to_output=True)
                message.set(
                    INTENT_RANKING_KEY,
                    [chosen, *(other for other in ranking if other[INTENT_NAME_KEY] != name)],
                    add_to_output=True,
                )
        return messages

    def _name_decides(self, message: Message) -> bool:
        entities = message.get(ENTITIES) or []
        intent = message.get(INTENT) or {}
        if not any(entity[ENTITY_ATTRIBUTE_TYPE] == ENTITY for entity in entities):
            return False
        if len((message.get(TEXT) or "").split()) > self._config["max_words"]:
            return False
        name, confidence = intent.get(INTENT_NAME_KEY), intent.get(PREDICTED_CONFIDENCE_KEY, 0.0)
        if name == self._config["intent"]:
            return False
        return name in self._config["gives_way"] or confidence < self._config["unsure_below"]
