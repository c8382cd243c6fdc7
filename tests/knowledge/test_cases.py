"""Every scheme's rules are proven by small people; a case that fails or is missing is told with file, line and mend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.cases import check_cases, possible_answers
from knowledge.eligibility import Answer
from knowledge.models import Coverage
from knowledge.schema import Content, ContentError, read_content

Edit = Callable[[str, str, str], int]
CASES = "cases/fastholdelsesplan.yml"

#: What is broken: file, text, what stands there instead, how far below the fault is (None: anywhere), problem, mend.
BROKEN = {
    "an answer that the rules do not give": (
        CASES,
        'answer: "yes"',
        'answer: "no"',
        0,
        "the rules say yes",
        "mend the case or the rules",
    ),
    "an answer that does not exist": (
        CASES,
        'answer: "yes"',
        "answer: måske",
        0,
        "answer 'måske' is not one of yes, no, unknown",
        "write one of",
    ),
    "a fact that does not exist": (
        CASES,
        "      forventet_sygdom_uger: 13",
        "      forventet_sygdom: 13",
        -2,
        "There is no fact 'forventet_sygdom'",
        "write a fact of facts.yml",
    ),
    "a value that the fact cannot have": (
        CASES,
        "[ordinaert_ansat, sygemeldt_ansat]",
        "[ordinaert_ansat, syg]",
        -1,
        "is no value of the fact 'beskaeftigelse'",
        "write a fact of facts.yml",
    ),
    "a case without an answer": (
        CASES,
        '    answer: "yes"\n',
        "",
        None,
        "the case says no answer",
        "write answer",
    ),
    "an unknown key": (
        CASES,
        "  - who:",
        "  - hvem:",
        0,
        "the key 'hvem' is unknown",
        "keys here: who",
    ),
    "a scheme taken for open that is closed": (
        "cases/revalidering.yml",
        "state: closed",
        "state: open",
        0,
        "the scheme is closed, not open",
        "write state: closed",
    ),
    "a change that does not concern the scheme": (
        CASES,
        "arbejdsgiverens-sygepligter-2026-ingen-aendring-fundet",
        "reform-2026-virksomhedsindgang",
        0,
        "change 'reform-2026-virksomhedsindgang' is none of fastholdelsesplan",
        "arbejdsgiverens-sygepligter",
    ),
    "a change that no case shows": (
        CASES,
        "    changes:\n      - arbejdsgiverens-sygepligter-2026-ingen-aendring-fundet\n",
        "",
        None,
        "no case shows what holds from 2026-07-01",
        "write a person with `changes:",
    ),
    "an answer without a person": (
        "cases/sps.yml",
        'answer: "no"',
        "answer: unknown",
        None,
        "no case is answered no",
        "write a person with answer: no",
    ),
    "rules that were loosened": (
        "schemes/fastholdelsesplan.yml",
        "operator: above",
        "operator: at_least",
        None,
        "the rules say yes",
        "mend the case or the rules",
    ),
}


def test_the_rules_answer_every_person_as_written(content: Content) -> None:
    assert check_cases(content) >= 200


@pytest.mark.parametrize("what", BROKEN)
def test_a_fault_in_the_cases_names_file_line_and_mend(what: str, folder: Path, edit: Edit) -> None:
    name, old, new, below, problem, mend = BROKEN[what]
    line = edit(name, old, new)
    with pytest.raises(ContentError) as told:
        check_cases(read_content(folder), folder)
    faults = [fault for fault in told.value.faults if problem in fault.problem]
    assert faults, str(told.value)
    assert mend in faults[0].mend
    assert faults[0].file.startswith("knowledge/cases/")
    if below is not None:
        assert faults[0].line == line + below, str(told.value)


def test_a_scheme_without_cases_is_a_fault(folder: Path, content: Content) -> None:
    (folder / CASES).unlink()
    with pytest.raises(ContentError, match=r"fastholdelsesplan\.yml, line 1: fastholdelsesplan has no cases; write"):
        check_cases(content, folder)


def test_cases_of_a_scheme_that_does_not_exist_are_a_fault(folder: Path, content: Content) -> None:
    (folder / CASES).rename(folder / "cases/fastholdelsesplann.yml")
    with pytest.raises(ContentError, match=r"did you mean 'fastholdelsesplan'\?"):
        check_cases(content, folder)


def test_only_rules_that_hold_every_condition_can_say_yes(content: Content) -> None:
    for scheme in content.schemes:
        says_yes = Answer.YES in possible_answers(scheme)
        assert says_yes == (scheme.rules_coverage is Coverage.FULL), scheme.id
