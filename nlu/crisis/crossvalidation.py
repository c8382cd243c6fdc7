"""How well danger is noticed in what strangers write: the figures that the thresholds rest on.

`python -m nlu.crisis.crossvalidation` prints two tables of rates at the thresholds in force: `cross_validate` over all
collected lines, each judged by a classifier that has never seen its author (the signs were written with two thirds
of these authors at hand, so it is a little too kind), and `of_strangers`, where neither signs nor classifier know
the authors. The thresholds were chosen with the totals of both in view: expect a little less of new authors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from nlu.crisis import KEPT_APART, LINES, SIGN_FILES, Assessor, Level
from nlu.crisis.classifier import Line, read_lines, train
from nlu.crisis.reading import Reader
from nlu.crisis.signs import read_signs
from nlu.vectors import vectors

FOLDS = 5
KEPT_IN = Path(__file__).resolve().parents[2] / "data"
"""Where vectors are kept when this is run by hand, and by the tests."""
NUMBERS = (Level.RED, Level.ORANGE)
ORDINARY = ("employer_lines", "citizen_lines", "citizen_answers")
"""What people write every day: the collections whose lines count as ordinary."""


def cross_validate(lines: Sequence[Line], kept_in: Path, folds: int = FOLDS) -> list[tuple[Line, Level]]:
    """Each line with the level given by a classifier that has never seen its author.

    `kept_in` is the folder in which vectors are kept from one time to the next.
    """
    signs = read_signs(SIGN_FILES)
    reader = Reader(signs)
    found = []
    for fold in range(folds):
        others = [line for line in lines if _fold(line.author, folds) != fold]
        learned = train(others, reader, partial(vectors, kept_in=kept_in))
        assessor = Assessor(signs, learned)
        found += [(line, assessor.assess(line.text).level) for line in lines if _fold(line.author, folds) == fold]
    return found


def of_strangers(kept_in: Path) -> list[tuple[Line, Level]]:
    """The lines kept apart, each with the level given by a classifier and signs that know none of their authors.

    `kept_in` is the folder in which vectors are kept from one time to the next.
    """
    signs = read_signs(SIGN_FILES)
    others = read_lines([file for file in LINES if file != KEPT_APART])
    learned = train(others, Reader(signs), partial(vectors, kept_in=kept_in))
    assessor = Assessor(signs, learned)
    return [(line, assessor.assess(line.text).level) for line in read_lines([KEPT_APART])]


def rates(found: Sequence[tuple[Line, Level]]) -> dict[str, tuple[int, int]]:
    """Named rates as (number, of how many); see the names. Lines of danger are the collected ones alone."""
    collected = [(line, level) for line, level in found if line.collected]
    red = [level for line, level in collected if line.level == "red"]
    danger = [level for line, level in collected if line.level in ("red", "orange")]
    hard = [level for line, level in collected if line.hard and line.level in ("none", "yellow")]
    ordinary = [level for line, level in found if line.author.partition(":")[0] in ORDINARY]
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


def _print(title: str, found: Sequence[tuple[Line, Level]]) -> None:
    print(title)
    for name, (number, of) in rates(found).items():
        print(f"  {name:<48} {number:>5} of {of:<5} {number / max(of, 1):.3f}")


if __name__ == "__main__":
    _print("Lines kept apart, authors unknown to signs and classifier:", of_strangers(KEPT_IN))
    _print("All collected and ordinary lines, cross-validated by author:", cross_validate(read_lines(LINES), KEPT_IN))
