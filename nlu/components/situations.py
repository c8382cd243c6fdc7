"""Marks in the description of a situation what it may be about: schemes, challenges and who writes, likeliest first."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_CONFIDENCE,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
    INTENT,
    INTENT_NAME_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.schema import read_content
from nlu.facts import read_facts
from nlu.labels import Labeller
from nlu.lines import learn_audiences, learn_challenges, learn_schemes
from nlu.situations import marks

SCHEME = "likely_scheme"
CHALLENGE = "likely_challenge"
AUDIENCE = "likely_audience"
WORDS = "words"
"""Key of an entity of ours that holds the words that speak for it."""
_KINDS = (SCHEME, CHALLENGE, AUDIENCE)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SituationReader(GraphComponent):  # type: ignore[misc]
    """Entity extractor: `likely_scheme` and `likely_challenge` (ids of content files) and `likely_audience`.

    Each has a score (`confidence`; above 0 it rather fits than not), a scheme also the `words` that speak for it.

    Schemes and audience are read only in messages that were understood as one of `intents`, challenges in all: in the
    middle of a talk a description may look like anything. Stands after the intent classifier. It learns
    from files of its own (`nlu/lines.py`), not from Rasa's training data.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults."""
        return {"intents": ["describe_situation"], "kept": {SCHEME: 6, CHALLENGE: 3, AUDIENCE: 1}}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """Build a reader that has learned nothing yet."""
        self._config = config
        self._storage = storage
        self._resource = resource
        self._labellers: dict[str, Labeller] = {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SituationReader:
        """Build a reader that has learned nothing yet."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled lines."""
        content = read_content()
        self._labellers = {
            SCHEME: learn_schemes([scheme.id for scheme in content.schemes]),
            CHALLENGE: learn_challenges(content.challenges),
            AUDIENCE: learn_audiences(),
        }
        with self._storage.write_to(self._resource) as folder:
            for kind, labeller in self._labellers.items():
                lists, numbers = labeller.state
                (folder / f"{kind}.json").write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")
                np.savez_compressed(folder / f"{kind}.npz", **numbers)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SituationReader:
        """Load what was learned."""
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            for kind in _KINDS:
                lists = json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))
                with np.load(folder / f"{kind}.npz", allow_pickle=False) as numbers:
                    arrays = {name: numbers[name] for name in numbers.files}
                component._labellers[kind] = Labeller(**lists, arrays=arrays)
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message that describes a situation."""
        for message in messages:
            text = message.get(TEXT) or ""
            if not text:
                continue
            told_so = (message.get(INTENT) or {}).get(INTENT_NAME_KEY) in self._config["intents"]
            told = marks(read_facts(text))
            found = [
                {
                    ENTITY_ATTRIBUTE_TYPE: kind,
                    ENTITY_ATTRIBUTE_VALUE: fit.label,
                    ENTITY_ATTRIBUTE_CONFIDENCE: fit.score,
                    WORDS: fit.words,
                    EXTRACTOR: type(self).__name__,
                }
                for kind, labeller in self._labellers.items()
                if told_so or kind == CHALLENGE
                for fit in labeller.fits(text, told, quoted=kind == SCHEME)[: self._config["kept"][kind]]
            ]
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *found], add_to_output=True)
        return messages
