"""How well danger is noticed, on lines of authors that nothing was written or trained from.

The floors are what is reached, less a margin; they may be raised, never lowered. What a floor leaves over is met by
what follows a wrong guess: the gentle question, the word "hjælp", and the numbers that always stand on the page.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from nlu.crisis import Level, assess

DATA = Path(__file__).parents[1] / "data"
RED_FLOOR = 0.72
RED_NOTICED_FLOOR = 0.82
NOTICED_FLOOR = 0.72
NUMBERS = (Level.RED, Level.ORANGE)
NOTICED = (*NUMBERS, Level.CHECK_IN)


def _lines(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def levels(kept: Path) -> list[tuple[dict[str, object], Level]]:
    return [(line, assess(str(line["text"])).level) for line in _lines("crisis_heldout.jsonl")]


def _share(found: list[tuple[dict[str, object], Level]], which: tuple[Level, ...]) -> float:
    return sum(level in which for _, level in found) / len(found)


def test_red_is_answered_with_numbers(levels: list[tuple[dict[str, object], Level]]) -> None:
    assert _share([one for one in levels if one[0]["level"] == "red"], NUMBERS) >= RED_FLOOR


def test_red_is_noticed(levels: list[tuple[dict[str, object], Level]]) -> None:
    assert _share([one for one in levels if one[0]["level"] == "red"], NOTICED) >= RED_NOTICED_FLOOR


def test_red_and_orange_are_noticed(levels: list[tuple[dict[str, object], Level]]) -> None:
    assert _share([one for one in levels if one[0]["level"] in ("red", "orange")], NOTICED) >= NOTICED_FLOOR


def test_hard_harmless_lines_are_rarely_met_with_numbers_or_a_question(
    levels: list[tuple[dict[str, object], Level]],
) -> None:
    hard = [one for one in levels if one[0]["hard"] and one[0]["level"] in ("none", "yellow")]
    assert _share(hard, NUMBERS) <= 0.08
    assert _share(hard, (Level.CHECK_IN,)) <= 0.25


def test_ordinary_lines_are_hardly_ever_met_with_numbers_or_a_question(kept: Path) -> None:
    found = [(line, assess(str(line["text"])).level) for line in _lines("crisis_ordinary_heldout.jsonl")]
    assert _share(found, NUMBERS) <= 0.015
    assert _share(found, (Level.CHECK_IN,)) <= 0.055
    assert _share(found, (Level.YELLOW,)) <= 0.02


def test_a_line_takes_less_than_five_milliseconds(kept: Path) -> None:
    lines = [str(line["text"]) for line in _lines("crisis_heldout.jsonl")][:200]
    started = time.perf_counter()
    for line in lines:
        assess(line)
    assert (time.perf_counter() - started) / len(lines) < 0.005


def test_ten_thousand_characters_take_less_than_a_tenth_of_a_second(kept: Path) -> None:
    lines = " ".join(str(line["text"]) for line in _lines("crisis_ordinary_heldout.jsonl"))
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


def test_no_author_is_both_trained_on_and_held_out() -> None:
    from nlu.crisis import LINES

    written = [line for file in LINES for line in file.read_text(encoding="utf-8").splitlines()]
    trained = {json.loads(line)["author"] for line in written}
    assert not trained & {f"line-{line['author']}" for line in _lines("crisis_heldout.jsonl")}
    assert not trained & {str(line["author"]) for line in _lines("crisis_ordinary_heldout.jsonl")}


@pytest.mark.soak
def test_the_thresholds_still_hold_in_cross_validation() -> None:
    from nlu.crisis import LINES
    from nlu.crisis.classifier import read_lines
    from nlu.crisis.crossvalidation import cross_validate, rates

    found = rates(cross_validate(read_lines(LINES)))
    for name, most in (("ordinary lines met with numbers", 0.015), ("ordinary lines met with a question", 0.055)):
        number, of = found[name]
        assert number / of <= most, name
