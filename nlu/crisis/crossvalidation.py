"""What the thresholds rest on: cross-validation by author within the training lines.

`python -m nlu.crisis.crossvalidation` prints the rates at the thresholds in force. The signs were written with these
lines at hand, so the rates on crisis lines are too kind; those on ordinary lines are not. The held-out lines
(`tests/data`) give the honest ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from nlu.crisis import LINES, SIGN_FILES, Assessor, Level
from nlu.crisis.classifier import Line, read_lines, train
from nlu.crisis.reading import Reader
from nlu.crisis.signs import read_signs

FOLDS = 5
NUMBERS = (Level.RED, Level.ORANGE)


def cross_validate(lines: Sequence[Line], folds: int = FOLDS) -> list[tuple[Line, Level]]:
    """Each line with the level given by a classifier that has never seen its author."""
    signs = read_signs(SIGN_FILES)
    reader = Reader(signs)
    found = []
    for fold in range(folds):
        learned = train([line for line in lines if _fold(line.author, folds) != fold], reader)
        assessor = Assessor(signs, learned)
        found += [(line, assessor.assess(line.text).level) for line in lines if _fold(line.author, folds) == fold]
    return found


def rates(found: Sequence[tuple[Line, Level]]) -> dict[str, tuple[int, int]]:
    """Named rates as (number, of how many); see the names."""
    red = [level for line, level in found if line.level == "red"]
    danger = [level for line, level in found if line.level in ("red", "orange")]
    hard = [level for line, level in found if line.hard and line.level in ("none", "yellow")]
    ordinary = [level for line, level in found if not line.hard and line.level == "none"]
    return {
        "red met with numbers": _count(red, NUMBERS),
        "red met with numbers or a question": _count(red, (*NUMBERS, Level.CHECK_IN)),
        "red and orange met with numbers or a question": _count(danger, (*NUMBERS, Level.CHECK_IN)),
        "hard harmless lines met with numbers": _count(hard, NUMBERS),
        "hard harmless lines met with a question": _count(hard, (Level.CHECK_IN,)),
        "ordinary lines met with numbers": _count(ordinary, NUMBERS),
        "ordinary lines met with a question": _count(ordinary, (Level.CHECK_IN,)),
        "ordinary lines met with a gentle line": _count(ordinary, (Level.YELLOW,)),
    }


def _count(levels: Sequence[Level], which: Sequence[Level]) -> tuple[int, int]:
    return sum(level in which for level in levels), len(levels)


def _fold(author: str, folds: int) -> int:
    return int(hashlib.sha256(author.encode()).hexdigest(), 16) % folds


if __name__ == "__main__":
    for name, (number, of) in rates(cross_validate(read_lines(LINES))).items():
        print(f"{name:<50} {number:>5} of {of:<5} {number / max(of, 1):.3f}")
