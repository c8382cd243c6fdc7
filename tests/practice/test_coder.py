"""A line is coded by what it does, however it is typed; where it is unsure, it says less."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import vectors
from nlu.practice import learned
from nlu.practice.coder import HURTFUL, LINES, UNCLEAR, Code, Coder, by_rule, decide
from nlu.practice.learned import CODES, GROUP_OF, with_typos, without_marks
from nlu.practice.stigma import read_wordings

EXAMPLES = [
    ("Jeg er i praktik to dage om ugen.", "Hvordan går det med at være der?", "open_question"),
    ("Jeg begynder igen i næste uge.", "Er det mandag eller tirsdag?", "closed_question"),
    ("Jeg orker ikke flere møder", "Du orker ikke flere møder.", "simple_reflection"),
    ("Jeg siger ja, og så bliver jeg hjemme", "Noget i dig vil gerne, og noget andet er bange for at skuffe igen.",
     "complex_reflection"),
    ("Jeg ringede selv til lægen", "Du ringede selv, selv om det er svært for dig. Det kræver mod.", "affirm"),
    ("Der er så meget at tage fat i", "Hvor vil du helst begynde, så finder vi ud af det sammen?",
     "seek_collaboration"),
    ("Skal jeg fortælle det til min chef?", "Det er helt dit eget valg, om du siger det.", "emphasise_autonomy"),
    ("Jeg sover til klokken elleve", "Du skal bare stå op klokken syv hver dag.", "persuade"),
    ("Jeg nåede det ikke", "Det er jo bare undskyldninger, du vil jo ikke.", "confront"),
    ("Hvad er en mentor?", "En mentor er en kollega, der får timer til at hjælpe dig, og kommunen betaler.",
     "give_information"),
    ("Hvad ville du gøre i mit sted?", "Siden du spørger, ville jeg tage to formiddage. Men det er dig, der ved det.",
     "persuade_with_permission"),
    ("Tak for i dag", "Selv tak, god weekend.", "other"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "line", "code"), EXAMPLES, ids=[code for *_, code in EXAMPLES])
def test_each_kind_of_line_is_known_by_what_it_does(coder: Coder, before: str, line: str, code: str) -> None:
    main = coder.code(line, before).main

    assert main is not None
    assert main.name in (code, GROUP_OF[code])


@pytest.mark.parametrize(("before", "line", "code"), EXAMPLES, ids=[code for *_, code in EXAMPLES])
def test_a_line_typed_in_haste_is_of_the_same_group(coder: Coder, before: str, line: str, code: str) -> None:
    main = coder.code(without_marks(line), before).main

    assert main is not None
    assert main.group == GROUP_OF[code]


def test_small_letters_no_marks_or_a_typo_change_the_group_of_few_lines(coder: Coder) -> None:
    lines = learned.read_lines(LINES)[::24]
    chance = random.Random(5)
    changed = 0
    for line in lines:
        first, typed = coder.code(line.text, line.previous), with_typos(without_marks(line.text), chance)
        again = coder.code(typed, line.previous)
        changed += (first.main and first.main.group) != (again.main and again.main.group)

    assert changed / len(lines) < 0.10


@pytest.mark.parametrize("line", ["", "   ", "😀😀", "qwrtz plmk", "?!", "12345"])
def test_what_holds_no_word_has_no_code(coder: Coder, line: str) -> None:
    assert coder.code(line, "Jeg ved det ikke").codes == ()


def test_a_line_with_two_parts_has_two_codes(coder: Coder) -> None:
    line = "Du savner at have nogen at grine med. Hvad skulle der til, for at du kunne komme forbi en dag?"

    groups = [code.group for code in coder.code(line, "Jeg savner kollegerne").codes]

    assert {"reflection", "question"} <= set(groups)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=100)))
def test_any_text_can_be_coded(coder: Coder, line: str, before: str | None) -> None:
    coding = coder.code(line, before)

    assert len(coding.codes) <= 8
    assert len({code.name for code in coding.codes}) == len(coding.codes)
    assert sum(code.group == "question" for code in coding.codes) <= 1
    assert sum(code.group == "reflection" for code in coding.codes) <= 1
    assert all(0 <= code.probability <= 1.0001 for code in coding.codes)


def _odds(**shares: float) -> dict[str, float]:
    rest = (1 - sum(shares.values())) / (len(CODES) - len(shares))
    return {code: shares.get(code, rest) for code in CODES}


def test_an_unsure_code_is_told_as_its_group() -> None:
    code = decide(_odds(simple_reflection=0.4, complex_reflection=0.38), "x")

    assert code is not None
    assert (code.group, code.code) == ("reflection", None)


def test_when_in_doubt_nothing_is_credited() -> None:
    assert decide(_odds(affirm=0.45, simple_reflection=0.2, complex_reflection=0.1), "x") is None


def test_what_may_be_pressure_in_the_form_of_a_reflection_is_neutral() -> None:
    code = decide(_odds(complex_reflection=0.6, confront=0.22), "x")

    assert code is not None
    assert (code.group, code.code) == (UNCLEAR, None)


def test_when_in_doubt_a_confrontation_is_the_milder_persuasion() -> None:
    code = decide(_odds(confront=0.4, persuade=0.38), "x")

    assert code is not None
    assert code.code == "persuade"


def test_a_confrontation_trumps_a_question_and_a_line_has_each_code_once() -> None:
    confront, question, again = (
        Code("non_adherent", "confront", 0.9, "a"),
        Code("question", "closed_question", 0.9, "b"),
        Code("non_adherent", "confront", 0.8, "c"),
    )

    assert by_rule(confront, [question, again]) == (confront,)


def test_the_coder_goes_on_without_vectors(coder: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "vector", lambda text: None)

    right = [coder.code(line, before).main for before, line, _ in EXAMPLES]
    hits = sum(
        code is not None and code.group == GROUP_OF[wanted] for code, (*_, wanted) in zip(right, EXAMPLES, strict=True)
    )

    assert hits >= 9


def test_a_broken_file_of_the_coder_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "practice.npz"
    file.write_bytes(b"not numbers")

    assert learned.load(file, "any") is None


def test_what_was_kept_is_only_used_for_what_it_was_made_from(coder: Coder, tmp_path: Path) -> None:
    learned.save(coder._separators, tmp_path / "practice.npz", "these lines")

    assert learned.load(tmp_path / "practice.npz", "other lines") is None
    again = learned.load(tmp_path / "practice.npz", "these lines")
    assert again is not None
    assert again.ask("Hvad tænker du?", None) == coder._separators.ask("Hvad tænker du?", None)


def test_the_coder_itself_takes_a_few_milliseconds(coder: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the vector of the line, which the rest of the product has read already (`nlu.vectors` remembers it)."""
    monkeypatch.setattr(vectors, "vector", lambda text: None)
    times = []
    for before, line, _ in EXAMPLES * 4:
        start = time.process_time()
        coder.code(line, before)
        times.append(time.process_time() - start)

    assert statistics.median(times) < 0.020


@pytest.mark.parametrize(
    ("line", "span"),
    [
        ("Vi har to skizofrene på holdet", "skizofrene"),
        ("Han er jo en tung borger, så vi venter.", "en tung borger"),
        ("Du skal bare tage dig sammen nu", "tage dig sammen"),
        ("ja det er synd for hende", "synd for"),
        ("Hun er saa skroebelig", "skroebelig"),
    ],
)
def test_a_word_that_hurts_is_found_with_its_place_and_a_better_one(line: str, span: str) -> None:
    found = read_wordings().find(line)

    assert any(line[one.start : one.end] == one.span and span in one.span for one in found)
    assert all(one.instead for one in found)


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("Ordet 'tung borger' bruger vi ikke mere.", None),
        ("Han siger selv, at han er skizofren.", None),
        ("Du sagde: 'jeg er doven'. Hvad mener du med det?", "Jeg er doven"),
        ("Du er doven, siger du.", "Jeg er bare doven"),
        ("Det er en tung kasse at løfte.", None),
        ("Har du en normal arbejdstid?", None),
    ],
)
def test_a_word_that_is_quoted_or_means_something_else_is_left_alone(line: str, before: str | None) -> None:
    assert read_wordings().find(line, before) == ()


def test_nobody_whose_lines_are_kept_apart_is_learned_from() -> None:
    for file in (*LINES, *HURTFUL):
        apart = file.with_name(file.name.replace("collected", "kept_apart"))
        if apart != file:
            theirs = {line.author for line in learned.read_lines(LINES)} if "practice" in file.name else set()
            assert not theirs & {row.split('"author": "')[1].split('"')[0] for row in apart.read_text().splitlines()}
