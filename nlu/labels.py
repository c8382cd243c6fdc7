"""Which labels fit a text: pieces of words, words, meaning and marks, and one linear separator per label.

Unlike an intent, any number of labels may fit. Learned with scikit-learn, kept as plain numbers: reading them runs no
code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from nlu.components.intents import fold
from nlu.situations import Fit
from nlu.vectors import SIZE, vector, vectors

Numbers = np.ndarray[Any, Any]
STRENGTH = 0.2
"""scikit-learn's `C`."""
A_MARK = 0.5
"""What a mark counts for beside the whole of the words, which count for 1."""
MOST_PIECES = 60_000
_CLAUSE = re.compile(r"(?<=[.!?;\n])\s+|,\s+|\s+(?=(?:men|fordi|så|og nu|because|but|so)\s)", re.IGNORECASE)
_SHORTEST_CLAUSE = 12
_QUOTED_WORDS = 9


@dataclass(frozen=True)
class Example:
    """A text to learn from.

    `fits` are its labels, `counts` how much a label counts there where it is not 1, `marks` what else is known of it
    (the facts that were read from it).
    """

    text: str
    fits: frozenset[str]
    counts: Mapping[str, float] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()


class Labeller:
    """Scores the labels of a text."""

    def __init__(
        self,
        labels: Sequence[str],
        marks: Sequence[str],
        pieces: Sequence[Sequence[str]],
        arrays: Mapping[str, Numbers],
    ) -> None:
        """What `learn` gave, or what was kept of it (`state`)."""
        self._labels, self._marks = list(labels), list(marks)
        self._weights, self._offsets, self._centre = arrays["weights"], arrays["offsets"], arrays["centre"]
        self._vectorizers = _vectorizers()
        start = 0
        for vectorizer, names in zip(self._vectorizers, pieces, strict=True):
            vectorizer.vocabulary = {name: place for place, name in enumerate(names)}
            vectorizer.idf_ = arrays["idf"][start : start + len(names)]
            start += len(names)
        self._pieces = [list(names) for names in pieces]
        self._first_mark = len(self._weights) - len(self._marks)

    @property
    def state(self) -> tuple[dict[str, Any], dict[str, Numbers]]:
        """Everything it is made of, as the arguments it is built with: the lists, and `arrays`."""
        idf = np.concatenate([vectorizer.idf_ for vectorizer in self._vectorizers])
        numbers = {"weights": self._weights, "offsets": self._offsets, "centre": self._centre, "idf": idf}
        return {"labels": self._labels, "marks": self._marks, "pieces": self._pieces}, numbers

    def fits(self, text: str, marks: Collection[str] = (), quoted: bool = True) -> list[Fit]:
        """All labels with their scores, the best first; if `quoted`, with the words of `text` that speak for each."""
        scores = self._by_words([text])[0] + self._offsets
        places = [place for place, mark in enumerate(self._marks) if mark in marks]
        scores = scores + A_MARK * self._weights[self._first_mark :][places].sum(axis=0)
        read = vector(text) if len(self._centre) else None
        if read is not None:
            start = self._first_mark - SIZE
            scores = scores + _centred(read[None, :], self._centre)[0] @ self._weights[start : self._first_mark]
        order = np.argsort(-scores)
        if not quoted:
            return [Fit(self._labels[place], float(scores[place]), "") for place in order]
        clauses = _clauses(text)
        # A long clause says as much as its words together, not as their mean.
        length = np.sqrt([len(clause.split()) for clause in clauses])
        speaks = self._by_words(clauses) * length[:, None]
        best = speaks.argmax(axis=0)
        return [Fit(self._labels[place], float(scores[place]), clauses[best[place]]) for place in order]

    def _by_words(self, texts: Sequence[str]) -> Numbers:
        folded = [fold(text) for text in texts]
        found: csr_matrix = hstack([v.transform(folded) for v in self._vectorizers]).tocsr()
        return np.asarray(found @ self._weights[: found.shape[1]])


def learn(examples: Sequence[Example], labels: Sequence[str]) -> Labeller:
    """A labeller for `labels` from `examples`; a label that no example has gets a score below every other."""
    vectorizers = _vectorizers()
    texts = [fold(example.text) for example in examples]
    parts = [vectorizer.fit_transform(texts) for vectorizer in vectorizers]
    read = vectors([example.text for example in examples])
    centre = np.zeros(0, dtype=np.float32)
    if read is not None:
        centre = read.mean(axis=0)
        parts.append(csr_matrix(_centred(read, centre)))
    marks = sorted({mark for example in examples for mark in example.marks})
    has = np.array([[A_MARK * (mark in example.marks) for mark in marks] for example in examples], dtype=np.float32)
    parts.append(csr_matrix(has.reshape(len(examples), len(marks))))
    features = hstack(parts).tocsr()
    weights = np.zeros((features.shape[1], len(labels)), dtype=np.float32)
    offsets = np.full(len(labels), -9.0, dtype=np.float32)
    for place, label in enumerate(labels):
        truth = np.array([label in example.fits for example in examples])
        if not truth.any() or truth.all():
            continue
        counts = np.array([example.counts.get(label, 1.0) for example in examples])
        separator = LinearSVC(C=STRENGTH, class_weight="balanced", random_state=0)
        separator.fit(features, truth, sample_weight=counts)
        weights[:, place], offsets[place] = separator.coef_[0], separator.intercept_[0]
    idf = np.concatenate([vectorizer.idf_ for vectorizer in vectorizers]).astype(np.float32)
    numbers = {"weights": weights, "offsets": offsets, "centre": centre, "idf": idf}
    return Labeller(labels, marks, [v.get_feature_names_out().tolist() for v in vectorizers], numbers)


def _vectorizers() -> tuple[TfidfVectorizer, TfidfVectorizer]:
    shared = {"min_df": 2, "sublinear_tf": True, "dtype": np.float32, "lowercase": False}
    return (
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), max_features=MOST_PIECES, **shared),
        TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", **shared),
    )


def _centred(read: Numbers, centre: Numbers) -> Numbers:
    moved = read - centre
    return (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def _clauses(text: str) -> list[str]:
    """`text` in pieces that can be quoted: clauses, short ones with what comes before; long ones in windows."""
    clauses: list[str] = []
    for piece in _CLAUSE.split(text):
        if clauses and (len(piece) < _SHORTEST_CLAUSE or len(clauses[-1]) < _SHORTEST_CLAUSE):
            clauses[-1] += f", {piece}"
        elif piece.strip():
            clauses.append(piece.strip())
    return [window for clause in clauses for window in _windows(clause)] or [text]


def _windows(clause: str) -> list[str]:
    words = clause.split()
    if len(words) <= _QUOTED_WORDS:
        return [clause]
    last = len(words) - _QUOTED_WORDS
    return [
        ("… " if start else "") + " ".join(words[start : start + _QUOTED_WORDS]) + (" …" if start < last else "")
        for start in range(0, last + 1, 3)
    ]
