"""What a message means, beside its words: a kernel machine over vectors of meaning (`nlu/vectors.py`).

Of what strangers wrote it finds a good part that words, letters and signs overlook: the danger told in words that
nobody used before. It answers two questions, crisis and red; the rest is left to the words.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

QUESTIONS = ("crisis", "red")
WIDTH = 1.0
"""Gamma of the kernel; half and double gave the same."""
STRENGTH = 3.0
"""scikit-learn's `C`; a third and three times as much gave the same."""
EASY_LINES = 4000
"""Ordinary lines that it learns from. More cost time and no longer help: the words know those."""

Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Sense:
    """The learned machine: `support` (lines × numbers), `duals` (lines × questions), `offsets`, `centre`."""

    support: Numbers
    duals: Numbers
    offsets: Numbers
    centre: Numbers

    def ask(self, vector: Numbers) -> Numbers:
        """Per question how far on the side of yes the vector lies; 0 is the border, and 1 a clear distance."""
        near = self.support @ _centred(vector[None, :], self.centre)[0]
        return np.exp(-2 * WIDTH * (1 - near)) @ self.duals + self.offsets


def learn(vectors: Numbers, truths: Sequence[Numbers], weight: Numbers) -> Sense:
    """A machine for `QUESTIONS` from vectors (a row each), what is true of them, and how much they count."""
    from sklearn.svm import SVC  # Only here: a service with its file at hand does not need it.

    centre = vectors.mean(axis=0)
    rows = _centred(vectors, centre)
    duals = np.zeros((len(rows), len(QUESTIONS)))
    offsets = []
    for place, truth in enumerate(truths):
        machine = SVC(C=STRENGTH, gamma=WIDTH, class_weight="balanced", cache_size=1000)
        machine.fit(rows, truth, sample_weight=weight)
        duals[machine.support_, place] = machine.dual_coef_[0]
        offsets.append(machine.intercept_[0])
    used = duals.any(axis=1)
    return Sense(
        rows[used].astype(np.float32),
        duals[used].astype(np.float32),
        np.array(offsets, dtype=np.float32),
        centre.astype(np.float32),
    )


def chosen(texts: Sequence[str], easy: Numbers) -> Numbers:
    """Which lines it learns from: all but the easy ones, and of these `EASY_LINES`, the same ones every time."""
    places = sorted(np.flatnonzero(easy), key=lambda place: zlib.crc32(texts[place].encode()))
    taken = ~easy
    taken[places[:EASY_LINES]] = True
    return taken


def _centred(vectors: Numbers, centre: Numbers) -> Numbers:
    moved = vectors - centre
    return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
