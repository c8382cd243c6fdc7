"""What we measure with is not, and not nearly, among what was learned from."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from nlu.lines import CHALLENGES, KEPT_APART

ROOT = Path(__file__).resolve().parents[2]
MEASURED = (
    *KEPT_APART,
    *(ROOT / "tests/data/blind" / f"{name}.jsonl" for name in ("situations", "cases", "challenges")),
)
LIKE = 0.5
"""Jaccard likeness of runs of five characters from which two lines are nearly the same."""


def runs(text: str) -> frozenset[str]:
    """The runs of five characters of a text."""
    plain = " ".join(text.casefold().split())
    return frozenset(plain[start : start + 5] for start in range(max(1, len(plain) - 4)))


def rows(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def learned() -> list[dict[str, str]]:
    return [row for file in CHALLENGES if file not in KEPT_APART for row in rows(file)]


def test_no_line_we_measure_with_is_nearly_one_we_learn_from(learned: list[dict[str, str]]) -> None:
    known = [runs(row["text"]) for row in learned]
    places = defaultdict(list)
    for place, some in enumerate(known):
        for run in some:
            places[run].append(place)
    near = []
    for file in MEASURED:
        for row in rows(file):
            own = runs(row["text"])
            shared = Counter(place for run in own for place in places.get(run, ()))
            for place, count in shared.most_common(3):
                if count / (len(own) + len(known[place]) - count) > LIKE:
                    near.append((file.name, row["text"][:80], learned[place]["text"][:80]))
    assert not near


def test_no_author_is_on_both_sides(learned: list[dict[str, str]]) -> None:
    authors = {row["author"] for row in learned}
    assert not authors & {row["author"] for file in MEASURED for row in rows(file)}
