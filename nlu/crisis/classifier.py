"""A classifier beside the signs: hashed words, letters and hints, and one logistic regression per question; to which
the meaning of the message is added where there are vectors (`sense.py`).

Trained from `nlu/data/crisis_*.jsonl`, kept as plain numbers with a hash of what they were made from. Reading the
file runs no code from it: a missing, broken or foreign file is simply made anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import secrets
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.crisis import sense
from nlu.crisis.reading import FIGURE, Reader, Reading
from nlu.crisis.sense import Sense

logger = logging.getLogger(__name__)

SIZE = 1 << 17
"""Number of hashed places for what is seen in a text."""
VERSION = 4
"""Raised when the features or the training change, so that older files are made anew."""
KINDS = (
    "suicidal", "selfharm", "violence_victim", "violence_other", "psychosis", "overdose_or_injury",
    "child_at_risk", "other_person",
)  # fmt: skip
QUESTIONS = ("crisis", "red", "yellow", *KINDS)
"""What is asked of a line: is it a crisis (orange or red), is it red, is it yellow, and of which kind if a crisis.
The first two are those of `sense.QUESTIONS`, in that order."""
SENSE_COUNTS = 1.5
"""How much the sense of a message counts beside its words; one and two gave nearly the same."""
_LONGEST_WORD = 24


@dataclass(frozen=True)
class Line:
    """A labelled line to learn from; `collected` ones were written by many people, the others for this purpose."""

    text: str
    author: str
    level: str
    kind: str
    hard: bool
    collected: bool = False


def read_lines(files: Sequence[Path]) -> list[Line]:
    """The labelled lines of JSONL files.

    Raises:
        OSError, ValueError, KeyError: a file cannot be read or is not of the form text/author/level/kind/hard.
        ValueError: there are no lines.
    """
    written = [row for file in files for row in file.read_text(encoding="utf-8").splitlines() if row.strip()]
    if not written:
        raise ValueError("There are no lines to learn from.")
    rows = map(json.loads, written)
    return [
        Line(r["text"], r["author"], r["level"], r["kind"], bool(r["hard"]), r.get("origin") == "collected")
        for r in rows
    ]


def features(reading: Reading) -> Iterator[tuple[str, float]]:
    """What the classifier sees: hints and pairs of them, strong signs, words and letters; with a weight for each."""
    hints = sorted({*reading.hints, *(f"!{found.name}" for found in reading.strong)})
    if reading.figures:
        hints.append("figure")
    for place, hint in enumerate(hints):
        yield f"h {hint}", 0.3
        for other in hints[place + 1 :]:
            yield f"p {hint} {other}", 0.12
    words = [word for word in reading.words if word.isalnum() and word != FIGURE]
    yield f"length {min(len(words) // 8, 6)}", 0.3
    grams: dict[str, int] = {}
    for place, word in enumerate(words):
        grams[f"w {word}"] = grams.get(f"w {word}", 0) + 1
        if place:
            pair = f"w {words[place - 1]} {word}"
            grams[pair] = grams.get(pair, 0) + 1
    letters: dict[str, int] = {}
    for word in words:
        padded = f" {word[:_LONGEST_WORD]} "
        for size in (3, 4, 5):
            for start in range(len(padded) - size + 1):
                gram = padded[start : start + size]
                letters[gram] = letters.get(gram, 0) + 1
    for found, share in ((grams, 1.0), (letters, 0.8)):
        norm = math.sqrt(sum((1 + math.log(count)) ** 2 for count in found.values())) or 1.0
        for gram, count in found.items():
            yield gram, share * (1 + math.log(count)) / norm


def hashed(reading: Reading) -> tuple[list[int], list[float]]:
    """The places and values of `features` in the table of `SIZE`."""
    places: list[int] = []
    values: list[float] = []
    for name, value in features(reading):
        code = zlib.crc32(name.encode())
        places.append(code % SIZE)
        values.append(value if code & 0x80000000 else -value)
    return places, values


class Classifier:
    """Answers `QUESTIONS` with a probability each."""

    def __init__(
        self, weights: np.ndarray[Any, Any], intercepts: np.ndarray[Any, Any], meaning: Sense | None = None
    ) -> None:
        self._weights = weights
        self._intercepts = intercepts
        self._meaning = meaning

    @property
    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The numbers that make this classifier, by name."""
        words = {"weights": self._weights, "intercepts": self._intercepts}
        return words | (vars(self._meaning) if self._meaning else {})

    def ask(self, reading: Reading, vector: np.ndarray[Any, Any] | None = None) -> Mapping[str, float]:
        """Question → probability, of the message as read and, where there is one, its vector."""
        places, values = hashed(reading)
        scores = np.asarray(values, dtype=np.float32) @ self._weights[places] + self._intercepts
        if self._meaning is not None and vector is not None:
            scores[: len(sense.QUESTIONS)] += SENSE_COUNTS * self._meaning.ask(vector)
        odds = 1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30)))
        return dict(zip(QUESTIONS, (float(p) for p in odds), strict=True))


def train(
    lines: Sequence[Line],
    reader: Reader,
    vectors_of: Callable[[Sequence[str]], np.ndarray[Any, Any] | None],
    strength: float = 2.0,
) -> Classifier:
    """A classifier of `lines`, by their words and, where `vectors_of` gives vectors (a row each), by their meaning.

    The same lines give the same numbers. `strength` is the inverse of the regularisation (scikit-learn's `C`).
    """
    from scipy.sparse import csr_matrix, diags  # Only here: a service with its file at hand needs neither.
    from sklearn.linear_model import LogisticRegression

    places: list[int] = []
    values: list[float] = []
    starts = [0]
    for line in lines:
        row_places, row_values = hashed(reader.read(line.text))
        places += row_places
        values += row_values
        starts.append(len(places))
    table = csr_matrix((np.asarray(values, dtype=np.float64), places, starts), shape=(len(lines), SIZE))
    rarity = (np.log((1 + len(lines)) / (1 + np.bincount(table.indices, minlength=SIZE))) + 1) / 4
    table = table @ diags(rarity)
    crisis = np.array([line.level in ("red", "orange") for line in lines])
    weight = np.array([_weight(line) for line in lines])
    columns = []
    for question in QUESTIONS:
        rows = crisis if question in KINDS else np.ones(len(lines), dtype=bool)
        if question == "crisis":
            truth = crisis
        elif question in KINDS:
            truth = np.array([line.kind == question for line in lines])
        else:
            truth = np.array([line.level == question for line in lines])
        model = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", random_state=0)
        model.fit(table[rows], truth[rows], sample_weight=weight[rows])
        columns.append((model.coef_[0], model.intercept_[0]))
    # The rarity of what is seen goes into the weights, so that it need not be known when asking.
    weights = np.stack([column[0] * rarity for column in columns], axis=1).astype(np.float32)
    intercepts = np.array([column[1] for column in columns], dtype=np.float32)
    return Classifier(weights, intercepts, _sense_of(lines, weight, vectors_of))


def _sense_of(
    lines: Sequence[Line],
    weight: np.ndarray[Any, Any],
    vectors_of: Callable[[Sequence[str]], np.ndarray[Any, Any] | None],
) -> Sense | None:
    easy = np.array([line.level == "none" and not line.hard and not line.collected for line in lines])
    rows = np.flatnonzero(sense.chosen([line.text for line in lines], easy))
    vectors = vectors_of([lines[row].text for row in rows])
    if vectors is None:
        return None
    levels = np.array([lines[row].level for row in rows])
    return sense.learn(vectors, [np.isin(levels, ("red", "orange")), levels == "red"], weight[rows])


def _weight(line: Line) -> float:
    """How much a line counts.

    Overlooked red is the worst, ordinary lines are what people write most, and what many wrote is likest to what will
    come. Chosen by cross-validation by author; the figures change little around them.
    """
    kind = 3.0 if line.level == "red" else 4.0 if line.level == "none" and not line.hard else 1.0
    return kind * (2.0 if line.collected else 1.0)


def fingerprint(*files: Path, with_meaning: bool = True) -> str:
    """The hash of what a classifier is made from: the lines, the signs, the version of this code, and vectors or not.

    Raises:
        OSError: a file cannot be read.
    """
    digest = hashlib.sha256(f"crisis {VERSION} {SIZE} {QUESTIONS} {with_meaning}".encode())
    for file in files:
        digest.update(b"\0" + file.read_bytes())
    return digest.hexdigest()


def save(classifier: Classifier, file: Path, made_from: str) -> None:
    """Keep the numbers in `file`, readable by its owner only, with a hash of them and of what they were made from.

    Raises:
        OSError: the file cannot be written.
    """
    arrays = classifier.arrays
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            np.savez_compressed(out, made_from=np.array(made_from), content=np.array(_content(arrays)), **arrays)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def load(file: Path, made_from: str) -> Classifier | None:
    """The classifier kept in `file`; None when it is missing, broken, or made from something else."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files if name not in ("made_from", "content")}
            if str(kept["made_from"]) != made_from or str(kept["content"]) != _content(arrays):
                return None
        weights, intercepts = arrays.pop("weights"), arrays.pop("intercepts")
        if weights.shape != (SIZE, len(QUESTIONS)) or intercepts.shape != (len(QUESTIONS),):
            return None
        return Classifier(weights, intercepts, Sense(**arrays) if arrays else None)
    except Exception as problem:  # A file can be broken in more ways than numpy documents; all mean "make it anew".
        logger.info("No crisis classifier read from its file (%s).", type(problem).__name__)
        return None


def _content(arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + arrays[name].tobytes())
    return digest.hexdigest()
