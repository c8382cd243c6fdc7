"""How well danger is noticed in what strangers write: authors from whom no sign was written and nothing was learned.

The floors are what is reached, less a margin; they may be raised, never lowered. What a floor leaves over is met by
what follows a wrong guess: the gentle question, the word "hjælp", and the numbers that always stand on the page.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.incoming import LONGEST_MESSAGE
from nlu import vectors
from nlu.crisis import KEPT_APART, LINES, assess
from nlu.crisis.classifier import read_lines
from nlu.crisis.crossvalidation import KEPT_IN, cross_validate, of_strangers, rates

FLOORS = {
    "red met with numbers": 0.84,
    "red met with numbers or a question": 0.94,
    "red and orange met with numbers or a question": 0.85,
}
CEILINGS = {
    "hard harmless lines met with numbers": 0.07,
    "hard harmless lines met with a question": 0.23,
    "ordinary lines met with numbers": 0.009,
    "ordinary lines met with a question": 0.09,
    "ordinary lines met with a gentle line": 0.02,
}


@pytest.fixture(scope="module")
def shares() -> dict[str, float]:
    return {name: number / of for name, (number, of) in rates(of_strangers(KEPT_IN)).items()}


@pytest.mark.parametrize("name", FLOORS)
def test_danger_is_noticed(shares: dict[str, float], name: str) -> None:
    assert shares[name] >= FLOORS[name]


@pytest.mark.parametrize("name", CEILINGS)
def test_harmless_lines_are_seldom_met_with_alarm(shares: dict[str, float], name: str) -> None:
    assert shares[name] <= CEILINGS[name]


def test_a_line_takes_less_than_fifty_milliseconds(kept: Path) -> None:
    lines = [line.text for line in read_lines([KEPT_APART])][:200]
    started = time.perf_counter()
    for line in lines:
        assess(line)
    assert (time.perf_counter() - started) / len(lines) < 0.05


def test_the_longest_message_takes_less_than_two_seconds(kept: Path) -> None:
    lines = " ".join(line.text for line in read_lines([KEPT_APART])[548:])
    assert _seconds(lines[:LONGEST_MESSAGE]) < 2


def test_the_words_of_ten_thousand_characters_take_less_than_a_tenth_of_a_second(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "vector", lambda _: None)
    lines = " ".join(line.text for line in read_lines([KEPT_APART])[548:])
    for text in (
        lines[:10_000],
        "ikke mere " * 1_000,
        "jeg" * 3_333,
        "a" * 10_000,
        "😭" * 10_000,
        "har taget " * 1_000,
    ):
        best = min(_seconds(text) for _ in range(3))
        assert best < 0.1, text[:20]


def _seconds(text: str) -> float:
    started = time.perf_counter()
    assess(text)
    return time.perf_counter() - started


def test_no_author_is_both_learned_from_and_kept_apart() -> None:
    learned = {line.author for line in read_lines([file for file in LINES if file != KEPT_APART])}
    assert not learned & {line.author for line in read_lines([KEPT_APART])}


@pytest.mark.soak
def test_the_thresholds_still_hold_in_cross_validation() -> None:
    found = rates(cross_validate(read_lines(LINES), KEPT_IN))
    for name, most in (("ordinary lines met with numbers", 0.006), ("ordinary lines met with a question", 0.07)):
        number, of = found[name]
        assert number / of <= most, name
