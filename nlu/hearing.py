"""Tells an answer in one's own words from everything else that people write while a question stands. Pure.

What a message was understood as is not enough: intents are learnt from requests, and "at hjælpe andre mennesker" as an
answer to "what should work do for you?" looks like a request for help. So an aside must also show itself in its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from nlu.answers import bare_answer

_T: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "manners.yml").read_text(encoding="utf-8"))


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_ASIDES = {intent: (_pattern(row["words"]), int(row["most"])) for intent, row in _T["asides"].items()}
_QUESTIONS = frozenset(_T["questions"])
_NOTHING = frozenset(_T["nothing"])
_ASKED_BY = _pattern(*_T["asked_by"])
_WENT = {went: _pattern(words) for went, words in _T["went"].items()}
_CORRECTION = _pattern(*_T["correction"])
SURE = 0.5
"""Confidence below which a message is taken as an answer rather than as an aside."""
LONGEST = 400
"""Characters of an answer that are kept."""


class Kind(StrEnum):
    """What a message is to the question that stands."""

    ANSWER = "answer"
    CORRECTION = "correction"  # of the answer before
    SKIP = "skip"
    BACK = "back"
    UNSURE = "unsure"
    YES = "yes"  # and nothing else
    NO = "no"
    ASIDE = "aside"  # about something else: whoever answers that, the question stays


_BY_INTENT = {"skip": Kind.SKIP, "go_back": Kind.BACK, "unsure": Kind.UNSURE}
_BY_BUTTON = {**_BY_INTENT, "affirm": Kind.YES, "deny": Kind.NO}


@dataclass(frozen=True)
class Heard:
    """What a message is, and its words (of a correction: what it shall be)."""

    kind: Kind
    text: str


def hear(text: str, intent: str | None, confidence: float) -> Heard:
    """What `text` is while a question stands; `intent` (with its confidence, 0 to 1) is what it was understood as."""
    words = own_words(text)
    if text.startswith("/"):  # A button that names an intent.
        return Heard(_BY_BUTTON.get(intent or "", Kind.ASIDE), "")
    corrected = _CORRECTION.match(words)
    if corrected and corrected.end() < len(words):
        return Heard(Kind.CORRECTION, words[corrected.end() :])
    if words.casefold().strip(" .!") in _NOTHING:
        return Heard(Kind.NO, words)
    bare = bare_answer(words)
    if bare is not None:
        return Heard(Kind.YES if bare else Kind.NO, words)
    if _is_aside(words, intent or "", confidence):
        return Heard(_BY_INTENT.get(intent or "", Kind.ASIDE), words)
    return Heard(Kind.ANSWER, words)


def _is_aside(words: str, intent: str, confidence: float) -> bool:
    if intent in _QUESTIONS and _ASKED_BY.search(words):
        return True
    if intent not in _ASIDES or confidence < SURE:
        return False
    pattern, most = _ASIDES[intent]
    return len(words.split()) <= most and pattern.search(words) is not None


def own_words(text: str) -> str:
    """`text` on one line and not longer than `LONGEST`, otherwise as it was written."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    return line[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


_ORDINALS = {word: place for place, words in _T["ordinals"].items() for word in words}
_ALL = frozenset(_T["all"])
_AROUND = frozenset(word for words in _T["around"] for word in words)


def chosen(text: str, options: list[str]) -> list[int]:
    """Which of `options` (at most nine, shown with numbers) the text names, by number or by title; from 0.

    Several may be named ("1 og 3", "alle"); none is an empty list. A text that says more is no choice, whatever
    figures it holds.
    """
    plain = text.casefold().strip(" .!,")
    for place, option in enumerate(options):
        if plain == option.casefold():
            return [place]
    places: list[int] = []
    for word in re.findall(r"[\w']+", plain):
        if word in _ALL:
            places += range(len(options))
        elif word in _ORDINALS:
            places.append(_ORDINALS[word] - 1 if _ORDINALS[word] > 0 else len(options) - 1)
        elif word.isdecimal():
            places.append(int(word) - 1)
        elif word not in _AROUND:
            return []
    return [place for place in dict.fromkeys(places) if 0 <= place < len(options)]


def how_it_went(heard: Heard) -> str | None:
    """Whether something that was planned came about: "yes", "partly" or "no"; None when that is not said."""
    if heard.kind in (Kind.YES, Kind.NO):
        return heard.kind.value
    return next((went for went, pattern in _WENT.items() if pattern.search(heard.text)), None)
