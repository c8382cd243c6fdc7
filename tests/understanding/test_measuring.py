"""The measures say what they say they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.names import Entry, SchemeNames
from nlu.evaluate import ABSTAINED, Line, Reading, as_markdown, measure, read_lines

NAMES = SchemeNames([Entry("fleksjob", ("fleksjob",)), Entry("stu", ("STU",))])


def line(intent: str | None, *schemes: str) -> Line:
    """A held-out line of which only the labels matter."""
    return Line("…", intent, frozenset(schemes))


def test_an_abstention_is_wrong_but_is_not_an_answer() -> None:
    lines = [line("greet"), line("greet"), line("bye"), line("bye")]
    readings = [Reading(said, None, 1.0) for said in ("greet", ABSTAINED, "bye", "greet")]
    intents = measure(lines, readings)["intents"]
    assert intents["accuracy"] == 0.5
    assert intents["abstained"] == 0.25
    assert intents["accuracy_when_answered"] == pytest.approx(2 / 3)
    assert intents["by_intent"]["greet"] == {"lines": 2, "recall": 0.5, "precision": 0.5, "f1": 0.5}
    assert {"is": "bye", "said": "greet", "times": 1} in intents["confusions"]


def test_any_of_the_right_schemes_will_do_and_silence_costs_recall_only() -> None:
    lines = [line("ask_scheme", "fleksjob", "stu"), line(None, "stu"), line(None, "stu")]
    readings = [Reading("ask_scheme", said, 1.0) for said in ("stu", "fleksjob", None)]
    schemes = measure(lines, readings)["schemes"]
    assert schemes["recall"] == pytest.approx(1 / 3)
    assert schemes["precision"] == 0.5


def test_a_scheme_in_a_described_situation_is_no_question_by_name() -> None:
    assert "schemes" not in measure([line("describe_situation", "stu")], [Reading("greet", None, 1.0)])


def test_lines_are_read_with_schemes_by_id_or_by_name(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(
        '{"text": "a", "intent": "ask_scheme", "schemes": ["stu"]}\n{"text": "b", "scheme_name": "Fleksjob"}\n'
    )
    assert read_lines(file, NAMES) == [
        Line("a", "ask_scheme", frozenset({"stu"})),
        Line("b", None, frozenset({"fleksjob"})),
    ]


@pytest.mark.parametrize("broken", ["{", '{"intent": "greet"}'])
def test_a_broken_line_is_named(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text('{"text": "a"}\n' + broken + "\n")
    with pytest.raises(ValueError, match=r"lines\.jsonl, line 2"):
        read_lines(file, NAMES)


def test_a_report_is_readable_where_a_file_has_only_schemes_or_only_intents() -> None:
    report = {
        "by_name": measure([line(None, "stu")], [Reading("ask_scheme", "stu", 2.0)]),
        "acts": measure([line("greet")], [Reading("bye", None, 2.0)]),
    }
    text = as_markdown(report)
    assert "| by_name | 1 |  |  |  |  | 1.000 | 1.000 | 2.0 | 2.0 |" in text
    assert "| greet | bye | 1 |" in text
