"""Does a message tell of danger? Signs and a light classifier together; the strictest wins.

`assess` never raises and never falls silent: without classifier the signs speak alone, and a message that cannot be
read at all is answered with a gentle question.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from nlu import vectors
from nlu.crisis import classifier as learned
from nlu.crisis.reading import Reader, Reading
from nlu.crisis.signs import Signs, read_signs

logger = logging.getLogger(__name__)

_HERE = Path(__file__).resolve().parent
SIGN_FILES = (_HERE / "signs_da.yml", _HERE / "signs_en.yml")
LINES = tuple(sorted((_HERE.parent / "data").glob("crisis_*.jsonl")))
KEPT_APART = _HERE.parent / "data" / "crisis_kept_apart.jsonl"
"""Lines of authors that no sign was written from. The service learns from them too; whoever measures leaves them out
of the learning (`crossvalidation.of_strangers`)."""

NUMBERS_FROM = 0.965
"""Probability of crisis from which numbers are shown.

This and the next six were chosen by cross-validation by author (`crossvalidation.py`), with the totals of the lines
kept apart in view as well: about 1 ordinary line in 200 is met with numbers, and 6 in 100 of those that only look
dangerous. Where it is unsure the gentle question comes instead, rather too often than too seldom. Without vectors of
meaning (`nlu/vectors.py`) the same thresholds overlook one red line in twenty more.
"""
RED_FROM = 0.60
"""Probability of red from which numbers are shown and the message is met as red."""
RED_NEEDS = 0.40
"""Probability of crisis below which red is not believed: the two questions are asked apart, and must agree."""
CHECK_IN_FROM = 0.26
"""Probability of crisis from which we ask gently."""
YELLOW_FROM = 0.20
"""Probability of yellow from which a gentle line is put before the answer."""
BELIEVED_FROM = 0.30
"""Probability of crisis below which a strong sign is only asked about: the whole message speaks against it."""
BELIEVED_WHEN_SHORT = 0.15
"""The same for a message of at most `SHORT_MESSAGE` words: there is little around the sign to speak against it."""
SHORT_MESSAGE = 8
LONG_MESSAGE = 600
"""Characters above which the classifier also reads a message piece by piece."""


class Level(StrEnum):
    """How a message is met, the strictest first."""

    RED = "red"
    ORANGE = "orange"
    CHECK_IN = "check_in"
    YELLOW = "yellow"
    NONE = "none"


@dataclass(frozen=True)
class Signal:
    """What a message tells: how to meet it, what it is about, and whether about the writer (`self`) or `other`."""

    level: Level
    kind: str
    about: str


QUIET = Signal(Level.NONE, "none", "self")
_STRICTEST = {level: place for place, level in enumerate(Level)}
DOUBTED_BELOW = {Level.RED: 0.30, Level.ORANGE: 0.50}
"""Probability of crisis below which a sign told from the past, a story or in fun is only asked about."""

_DOUBTS = frozenset({"past", "fiction", "fine_now", "joke"})
"""Hints that a sign may be told from a story, a course, the past or in fun."""


class Assessor:
    """Assesses messages with the signs, and with a classifier where there is one."""

    def __init__(self, signs: Signs, classifier: learned.Classifier | None) -> None:
        self._signs = signs
        self._reader = Reader(signs)
        self._classifier = classifier

    def assess(self, text: str) -> Signal:
        """The signal of `text`; the strictest of its pieces when it is long."""
        whole = self._reader.read(text)
        if len(text) <= LONG_MESSAGE:
            return self.judge(whole, self._odds(text, whole))
        signals = [self.judge(whole, None)]
        for piece in _pieces(text):
            reading = self._reader.read(piece)
            signals.append(self.judge(reading, self._odds(piece, reading)))
        return min(signals, key=lambda signal: _strictness(signal.level))

    def _odds(self, text: str, reading: Reading) -> Mapping[str, float] | None:
        return self._classifier.ask(reading, vectors.vector(text)) if self._classifier else None

    def judge(self, reading: Reading, odds: Mapping[str, float] | None) -> Signal:
        """Signs and probabilities to one signal. `odds` is None when there is no classifier."""
        by_signs = self._by_signs(reading, odds)
        if odds is None:
            heavy = by_signs is Level.NONE and "heavy" in reading.hints
            return self._signal(Level.YELLOW if heavy else by_signs, reading, odds)
        level = min((by_signs, _by_odds(odds)), key=_strictness)
        return self._signal(level, reading, odds)

    def _by_signs(self, reading: Reading, odds: Mapping[str, float] | None) -> Level:
        doubtful = bool(reading.hints & _DOUBTS) and "really_me" not in reading.hints
        together = [Level(one.strong.level) for one in self._signs.together if one.hints <= reading.hints]
        if together and "fiction" not in reading.hints:
            return min(together, key=_strictness)
        levels = [Level(self._signs.strong[found.name].level) for found in reading.strong]
        if not levels:
            return Level.NONE
        level = min(levels, key=_strictness)
        if level is Level.CHECK_IN:
            return Level.NONE if doubtful else level
        if odds is None:
            return Level.CHECK_IN if doubtful and level is Level.ORANGE else level
        if doubtful and odds["crisis"] < DOUBTED_BELOW[level]:
            return Level.CHECK_IN
        believed_from = BELIEVED_WHEN_SHORT if len(reading.words) <= SHORT_MESSAGE else BELIEVED_FROM
        return level if odds["crisis"] >= believed_from else Level.CHECK_IN

    def _signal(self, level: Level, reading: Reading, odds: Mapping[str, float] | None) -> Signal:
        if level is Level.NONE:
            return QUIET
        odds = odds or dict.fromkeys(learned.KINDS, 0.0)
        kinds = self._kinds(reading) or list(learned.KINDS if any(odds.values()) else ["suicidal"])
        kind = max(kinds, key=lambda one: odds[one])
        if level is Level.YELLOW:
            kind = "none"
        other = kind == "other_person" or ("professional" in reading.hints and odds["other_person"] > 0.5)
        return Signal(level, kind, "other" if other and "really_me" not in reading.hints else "self")

    def _kinds(self, reading: Reading) -> list[str]:
        """The kinds of the strictest signs found."""
        found = [self._signs.strong[one.name] for one in reading.strong]
        found += [one.strong for one in self._signs.together if one.hints <= reading.hints]
        strictest = min((_strictness(Level(one.level)) for one in found), default=None)
        return [one.kind for one in found if _strictness(Level(one.level)) == strictest]


def _strictness(level: Level) -> int:
    return _STRICTEST[level]


def _by_odds(odds: Mapping[str, float]) -> Level:
    red = odds["red"] >= RED_FROM and odds["crisis"] >= RED_NEEDS
    if red or odds["crisis"] >= NUMBERS_FROM:
        return Level.RED if red else Level.ORANGE
    if odds["crisis"] >= CHECK_IN_FROM:
        return Level.CHECK_IN
    return Level.YELLOW if odds["yellow"] >= YELLOW_FROM else Level.NONE


def _pieces(text: str) -> list[str]:
    """`text` cut at sentence ends (else at words) into pieces of at most about `LONG_MESSAGE` characters."""
    pieces = [""]
    for sentence in re.split(r"(?<=[.!?\n])\s+", text):
        for start in range(0, len(sentence), LONG_MESSAGE):
            part = sentence[start : start + LONG_MESSAGE]
            if len(pieces[-1]) + len(part) > LONG_MESSAGE:
                pieces.append("")
            pieces[-1] += f"{part} "
    return [piece for piece in pieces if piece.strip()]


_assessor: Assessor | None = None


def load_classifier(cache: Path | None = None) -> bool:
    """Make `assess` ready, with the classifier kept in the folder `cache`; True when there is a classifier.

    A missing, broken or foreign file is made anew from the lines (a few seconds) and kept, where that is possible.
    Never raises.
    """
    global _assessor
    try:
        signs = read_signs(SIGN_FILES)
    except Exception as problem:
        logger.error("The signs of crisis cannot be read (%s).", type(problem).__name__)
        return False
    classifier = None
    try:
        classifier = _kept_or_trained(signs, cache)
    except Exception as problem:
        logger.error("The crisis classifier is missing (%s); the signs work alone.", type(problem).__name__)
    _assessor = Assessor(signs, classifier)
    return classifier is not None


def _kept_or_trained(signs: Signs, cache: Path | None) -> learned.Classifier:
    made_from = learned.fingerprint(*LINES, *SIGN_FILES, with_meaning=vectors.available())
    file = cache / "crisis.npz" if cache else None
    kept = learned.load(file, made_from) if file else None
    if kept:
        return kept
    classifier = learned.train(learned.read_lines(LINES), Reader(signs), partial(vectors.vectors, kept_in=cache))
    if file:
        try:
            learned.save(classifier, file, made_from)
        except OSError as problem:
            logger.warning("The crisis classifier could not be kept (%s).", type(problem).__name__)
    return classifier


def assess(text: str) -> Signal:
    """What `text` tells (see `Signal`). Never raises; what cannot be assessed is met with a gentle question.

    `load_classifier` is called first by the service; without it the classifier is trained at the first message.
    """
    try:
        if _assessor is None:
            load_classifier(None)
        if _assessor is not None:
            return _assessor.assess(text)
    except Exception as problem:
        logger.error("A message could not be assessed (%s).", type(problem).__name__)
    return Signal(Level.CHECK_IN, "none", "self")
