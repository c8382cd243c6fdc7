"""The measures of situations, challenges and answers say what they say, and the model is as good as we say it is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.measuring import QUANTITIES, WRITTEN, measure_situations
from knowledge.names import Entry, SchemeNames
from nlu.labels import Example, learn
from nlu.measures import measure_challenges, measure_quantities, without_names

DATA = Path(__file__).resolve().parents[1] / "data"


def answer(text: str, question: str, **expect: Any) -> dict[str, Any]:
    return {"text": text, "question": question, "expect": expect}


def test_an_answer_counts_only_when_it_is_read_exactly() -> None:
    rows = [
        answer("en syver", "form_of_day", scale=7),
        answer("ved ikke", "form_of_day", scale=None),
        answer("en syver", "form_of_day", scale=6),
        answer("15-20 timer", "hours", hours=[15, 20]),
        answer("højst 10", "hours", hours=[None, 10]),
        answer("i morgen", "next_step_date", date="2026-11-24"),
        answer("i morgen", "next_step_date", date=None),
    ]
    measured = measure_quantities(rows, date(2026, 11, 23))
    assert measured["scales"] == {"lines": 3, "exact": pytest.approx(2 / 3)}
    assert measured["hours"] == {"lines": 2, "exact": 1.0}
    assert measured["dates"] == {"lines": 2, "exact": 0.5}


def test_challenges_missed_and_made_up_both_cost() -> None:
    loud = [Example(f"larmen er slem {number}", frozenset({"sanser"})) for number in range(8)]
    tired = [Example(f"jeg er så træt {number}", frozenset({"energi"})) for number in range(8)]
    labeller = learn([*loud, *tired], ["sanser", "energi"])
    rows = [{"text": "larmen er slem", "challenges": ["sanser"]}, {"text": "jeg er så træt", "challenges": ["energi"]}]
    assert measure_challenges(labeller, rows) == {"lines": 2, "micro_f1": 1.0, "among_three": 1.0}
    wrong = [{"text": "larmen er slem", "challenges": ["energi"]}]
    assert measure_challenges(labeller, wrong)["micro_f1"] == 0.0


def test_lines_that_name_a_scheme_are_left_out() -> None:
    names = SchemeNames([Entry("fleksjob", ("fleksjob",))])
    rows = [{"text": "hvad er fleksjob", "schemes": ["fleksjob"]}, {"text": "få timer", "schemes": ["fleksjob"]}]
    assert without_names(rows, names) == rows[1:]


def test_answers_of_strangers_are_read() -> None:
    """The bars lie a little under what was measured."""
    for name in QUANTITIES:
        lines = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        measured = measure_quantities(lines, WRITTEN)
        exact = sum(figures["exact"] * figures["lines"] for figures in measured.values())
        assert exact / sum(figures["lines"] for figures in measured.values()) >= 0.93


def test_situations_of_strangers_find_a_right_scheme_and_seldom_a_wrong_one(agent: Any) -> None:
    """The bars lie a little under what was measured."""
    measured = measure_situations(agent)
    assert measured["blind/situations"]["right"] >= 0.86
    assert measured["blind/cases"]["right"] >= 0.8
    for figures in measured.values():
        assert figures["shown"] <= 3
        assert figures["wrong"] <= 0.12
