"""Splits messages into words with spaCy's Danish rules."""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

BLANK = "blank:"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class DanishTokenizer(Tokenizer):  # type: ignore[misc]
    """Tokenizer on a spaCy pipeline: `model: blank:da`, or the name or path of an installed spaCy model.

    A model that knows base forms gives its words a lemma, which the intent classifier then reads in place of the
    word. Raises `OSError` when the model is not installed.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults, those of Rasa's tokenizers and the name of the model."""
        return {
            "model": f"{BLANK}da",
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Name the package this component needs."""
        return ["spacy"]

    def __init__(self, config: dict[str, Any]) -> None:
        """Load the spaCy pipeline."""
        super().__init__(config)
        model = str(config["model"])
        self._nlp = spacy.blank(model.removeprefix(BLANK)) if model.startswith(BLANK) else spacy.load(model)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words of one attribute of the message, whitespace left out."""
        words = [word for word in self._nlp(message.get(attribute)) if not word.is_space]
        tokens = [Token(word.text, word.idx, lemma=word.lemma_ or word.text) for word in words]
        return list(self._apply_token_pattern(tokens))
