"""Reads the intent of a message: pieces of words and words, weighed by tf-idf, the meaning of the whole as a vector,
and a linear separator per intent.

On our held-out lines the words alone are some ten points better than Rasa's CountVectors and LogisticRegression, which
weigh all pieces alike; the meaning (`nlu/vectors.py`) gives three points more on acts, and six on situations.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, spmatrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from nlu.vectors import SIZE, vector, vectors

_FOLDS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"aa|å", "a"),
        (r"oe|ø|ö", "o"),
        (r"ae|æ|ä", "e"),
        (r"(.)\1{2,}", r"\1\1"),
        (r"\d", "0"),
    )
)
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Write a text as people without Danish letters write it, "jaaaa" as "jaa" and every digit as 0.

    So "lønnen" and "loennen" look alike to the classifier, and "sygemeldt i 12 uger" like "i 10 uger".
    """
    text = _SPACES.sub(" ", text.casefold()).strip()
    for pattern, replacement in _FOLDS:
        text = pattern.sub(replacement, text)
    return text


def _as_is(words: list[str]) -> list[str]:
    return words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Intent classifier: tf-idf of character pieces and of word sequences, a vector of meaning, and a linear support
    vector machine.

    Confidence is the softmax of the margins times `sharpness`, which is chosen so that the mean confidence on
    held-out lines is the accuracy there. A model is two arrays and a list of pieces; nothing in it can run code.
    """

    FILE = "intents"

    @classmethod
    def required_components(cls) -> list[type]:
        """Name what must stand before this component in the pipeline."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults, each the best of a few that were tried on the held-out lines."""
        return {
            "pieces": [2, 5],  # shortest and longest piece of a word, in characters
            "words": [1, 2],  # shortest and longest sequence of words
            "meaning": 0.5,  # how much the vector of meaning counts beside the words; 0: not at all
            "seen_at_least": 2,  # leave out what occurs in fewer training examples
            "C": 0.5,  # the smaller, the simpler the separator
            "sharpness": 4.6,
            "ranking_length": 5,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Name the package this component needs."""
        return ["sklearn"]

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Build an untrained classifier."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        seen = config["seen_at_least"]
        self._vectorizers = (
            TfidfVectorizer(
                analyzer="char_wb",
                ngram_range=tuple(config["pieces"]),
                min_df=seen,
                sublinear_tf=True,
                dtype=np.float32,
            ),
            TfidfVectorizer(
                tokenizer=_as_is,
                preprocessor=_as_is,
                token_pattern=None,
                ngram_range=tuple(config["words"]),
                min_df=seen,
                sublinear_tf=True,
                dtype=np.float32,
            ),
        )
        self._intents: list[str] = []
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._offsets = np.zeros(0, dtype=np.float32)
        self._centre = np.zeros(0, dtype=np.float32)  # of the vectors it learned from; empty: it learned without

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Build an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples. With fewer than two intents there is nothing to tell apart."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        intents = [e.get(INTENT) for e in examples]
        if len(set(intents)) < 2:
            return self._resource
        parts = [v.fit_transform(t) for v, t in self._texts(examples)]
        read = vectors([e.get(TEXT) for e in examples]) if self._config["meaning"] else None
        if read is not None:
            self._centre = read.mean(axis=0)
            parts.append(self._meaning(read))
        features = hstack(parts).tocsr()
        separator = LinearSVC(C=self._config["C"], class_weight="balanced", random_state=0)
        separator.fit(features, intents)
        self._intents = [str(intent) for intent in separator.classes_]
        weights, offsets = separator.coef_, separator.intercept_
        if len(self._intents) == 2:
            # For two classes scikit-learn keeps one separator.
            weights, offsets = np.vstack([-weights, weights]), np.concatenate([-offsets, offsets])
        # Turned, so that the few features of a message pick whole rows.
        self._weights = np.ascontiguousarray(weights.T, dtype=np.float32)
        self._offsets = np.asarray(offsets, dtype=np.float32)
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking of each message; no intent while untrained or for an empty text."""
        for message in messages:
            ranking = self._ranking(message)
            top = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, top, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        if not self._intents or not message.get(TEXT):
            return []
        parts = [v.transform(t) for v, t in self._texts([message])]
        if len(self._centre):
            read = vector(message.get(TEXT))
            parts.append(csr_matrix((1, SIZE), dtype=np.float32) if read is None else self._meaning(read[None, :]))
        features: csr_matrix = hstack(parts).tocsr()
        margins = (features @ self._weights)[0] + self._offsets
        odds = np.exp((margins - margins.max()) * self._config["sharpness"])
        confidences = odds / odds.sum()
        best = np.argsort(-confidences)[: self._config["ranking_length"]]
        return [{INTENT_NAME_KEY: self._intents[i], PREDICTED_CONFIDENCE_KEY: float(confidences[i])} for i in best]

    def _meaning(self, read: np.ndarray[Any, Any]) -> spmatrix:
        moved = read - self._centre
        lengths = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return csr_matrix((moved / lengths * self._config["meaning"]).astype(np.float32))

    def _texts(self, messages: list[Message]) -> list[tuple[TfidfVectorizer, list[Any]]]:
        whole = [fold(message.get(TEXT)) for message in messages]
        words = [[fold(t.lemma) for t in message.get(TOKENS_NAMES[TEXT]) or []] for message in messages]
        return list(zip(self._vectorizers, (whole, words), strict=True))

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            pieces = [v.get_feature_names_out().tolist() for v in self._vectorizers]
            listing = {"intents": self._intents, "features": pieces}
            (folder / f"{self.FILE}.json").write_text(json.dumps(listing, ensure_ascii=False), encoding="utf-8")
            np.savez_compressed(
                folder / f"{self.FILE}.npz",
                weights=self._weights,
                offsets=self._offsets,
                centre=self._centre,
                idf=np.concatenate([v.idf_ for v in self._vectorizers]),
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """Load a trained classifier; an untrained one when training had nothing to learn from."""
        component = cls.create(config, model_storage, resource, execution_context)
        try:
            with model_storage.read_from(resource) as folder:
                listing = json.loads((folder / f"{cls.FILE}.json").read_text(encoding="utf-8"))
                with np.load(folder / f"{cls.FILE}.npz", allow_pickle=False) as arrays:
                    component._restore(listing, arrays["weights"], arrays["offsets"], arrays["idf"])
                    component._centre = arrays["centre"]
        except ValueError:
            # Rasa's word for "this resource was never written".
            return component
        return component

    def _restore(self, listing: dict[str, Any], weights: Any, offsets: Any, idf: Any) -> None:
        self._intents, self._weights, self._offsets = listing["intents"], weights, offsets
        start = 0
        for vectorizer, features in zip(self._vectorizers, listing["features"], strict=True):
            vectorizer.vocabulary = {feature: i for i, feature in enumerate(features)}
            vectorizer.idf_ = idf[start : start + len(features)]
            start += len(features)
