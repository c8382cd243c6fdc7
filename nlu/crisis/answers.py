"""Short answers to the questions of the crisis path, and plain calls for help; rows in `answers_*.yml`."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.crisis.signs import Finder, parse
from nlu.crisis.words import QUOTE, STOP, words

logger = logging.getLogger(__name__)

_HERE = Path(__file__).resolve().parent
FILES = (_HERE / "answers_da.yml", _HERE / "answers_en.yml")
_BARE = {"help": {"hjaelp", "help", "112"}, "yes": {"ja", "yes"}, "no": {"nej", "no"}}
"""What is understood when the content files cannot be read."""


@dataclass(frozen=True)
class Answer:
    """What a message says in short: `whole` names what it says as a whole, `begins` how it begins."""

    whole: frozenset[str]
    begins: str | None
    under_18: bool


class Answers:
    """Reads short answers."""

    def __init__(self, whole: Finder, begins: Finder, under_18: Finder) -> None:
        self._whole = whole
        self._begins = begins
        self._under_18 = under_18

    def read(self, text: str) -> Answer:
        """The answer in `text`."""
        said = [word for word in words(text, {}) if word not in (STOP, QUOTE)]
        whole = {found.name for found in self._whole.find(said) if found.start == 0 and found.end == len(said)}
        begins = [found for found in self._begins.find(said[:4]) if found.start == 0]
        longest = max(begins, key=lambda found: found.end, default=None)
        return Answer(frozenset(whole), longest.name if longest else None, bool(self._under_18.find(said)))


@lru_cache(maxsize=1)
def _answers() -> Answers:
    contents = [yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for file in FILES]
    return Answers(
        _finder([content["whole"] for content in contents]),
        _finder([content["begins"] for content in contents]),
        _finder([{"under_18": content["under_18"]} for content in contents]),
    )


def _finder(tables: Sequence[Mapping[str, Sequence[str]]]) -> Finder:
    return Finder([parse(name, row, {}) for table in tables for name, rows in table.items() for row in rows])


def read_answer(text: str) -> Answer:
    """The answer in `text`. Never raises: without the content files only the barest words are understood."""
    try:
        return _answers().read(text)
    except Exception as problem:
        logger.error("The short answers of the crisis path cannot be read (%s).", type(problem).__name__)
        bare = text.strip().strip(".!?").casefold().replace("æ", "ae")
        return Answer(frozenset(name for name, forms in _BARE.items() if bare in forms), None, False)
