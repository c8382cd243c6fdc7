"""A plan holds what was said and not deleted, whatever part of it that is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.phrases import phrase
from actions.plan import BELONGING, CHANGEABLE, lines_of, plan_of, without
from knowledge.models import Challenge
from knowledge.schema import read_content
from knowledge.store import CONTENT_FOLDER

CHALLENGES: dict[str, Challenge] = {challenge.id: challenge for challenge in read_content(CONTENT_FOLDER).challenges}
TODAY = date(2026, 11, 25)
FULL: dict[str, Any] = {
    "hope": "noget at stå op til",
    "trouble": "jeg mister tråden",
    "challenge": "koncentration",
    "helps": ["ko-2", "min egen kaffepause"],
    "own_help": "en gåtur",
    "step": "skrive én mail",
    "step_day": "2026-11-27",
}


def text_of(answers: dict[str, Any], language: str = "da") -> str:
    """The plan of these answers, as it is read."""
    plan = plan_of(answers, CHALLENGES, TODAY, language)
    return plan.text(lambda name: phrase(name, language))


def test_a_whole_plan_reads_in_the_persons_own_words() -> None:
    assert text_of(FULL) == "\n".join(
        [
            "Det jeg gerne vil",
            "• noget at stå op til",
            "",
            "Det der kan drille",
            "• jeg mister tråden",
            "• Koncentration og opmærksomhed",
            "",
            "Det der hjælper",
            "• To aftalte 'fred-timer' om dagen uden telefon og henvendelser",
            "• min egen kaffepause",
            "• en gåtur",
            "",
            "Mit næste skridt",
            "• skrive én mail (fredag den 27. november)",
        ]
    )


def test_an_english_plan_names_things_in_english_and_leaves_own_words_alone() -> None:
    text = text_of(FULL, "en")
    assert "Two protected focus hours" in text
    assert "Friday 27 November" in text
    assert "noget at stå op til" in text


def test_nothing_said_is_no_plan() -> None:
    assert not plan_of({}, CHALLENGES, TODAY, "da")
    assert not plan_of({"hope": "", "helps": [], "step_day": "2026-11-27", "challenge": None}, CHALLENGES, TODAY, "da")


@pytest.mark.parametrize("day", ["snart", "når jeg har sovet"])
def test_a_time_without_a_date_stands_as_it_was_said(day: str) -> None:
    assert f"skrive én mail ({day})" in text_of({**FULL, "step_day": day})


def test_a_day_long_gone_has_its_year() -> None:
    assert "27. november 2025" in text_of({**FULL, "step_day": "2025-11-27"})


def test_a_challenge_that_is_gone_from_the_content_leaves_no_trace() -> None:
    assert "gone" not in text_of({**FULL, "challenge": "gone"})


words = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=60)
answers = st.fixed_dictionaries(
    {},
    optional={
        "hope": words | st.just(""),
        "trouble": words | st.none(),
        "challenge": st.sampled_from(sorted(CHALLENGES)) | st.just(""),
        "helps": st.lists(words | st.sampled_from([a.id for a in CHALLENGES["energi"].accommodations]), max_size=4),
        "own_help": words | st.just(""),
        "step": words | st.just(""),
        "step_day": st.dates().map(date.isoformat) | words,
    },
)


@given(answers, st.sampled_from(["da", "en"]))
def test_any_subset_of_answers_gives_a_plan_that_holds_each_of_them(said: dict[str, Any], language: str) -> None:
    text = text_of(said, language)
    for slot in CHANGEABLE:
        if slot == "step_day" and not said.get("step"):
            continue  # A day is nothing without its step.
        for line in lines_of(slot, said, CHALLENGES, TODAY, language):
            assert line in text
    assert bool(text) == any(said.get(slot) for slot in CHANGEABLE if slot != "step_day")


@given(answers, st.sampled_from(CHANGEABLE))
def test_what_is_deleted_leaves_no_line_behind(said: dict[str, Any], slot: str) -> None:
    """The plan after deleting an answer is the plan of the other answers alone."""
    others = {key: value for key, value in said.items() if key not in (slot, *BELONGING.get(slot, ()))}
    assert text_of({**said, **without(slot)}) == text_of(others)
