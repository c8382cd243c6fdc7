"""What the answers of the talk lead to: which question comes next, and what is kept."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.job import FORMS, QUESTIONS, Moment, next_question, question_before, understand
from knowledge.store import Store
from nlu.hearing import Heard, Kind

DIALOGUES = Path(__file__).resolve().parents[2] / "dialogues"
DOMAIN: dict[str, Any] = yaml.safe_load((DIALOGUES / "domain" / "job.yml").read_text(encoding="utf-8"))
SHORT: list[str] = DOMAIN["forms"]["job_short_form"]["required_slots"]
CALM: list[str] = DOMAIN["forms"]["job_calm_form"]["required_slots"]
SAID = Heard(Kind.ANSWER, "noget")


@pytest.fixture
def moment(content: Store) -> Any:
    """`moment(slot=value, …)`: the moment with these answers given."""

    def at(asked_times: int = 1, **slots: Any) -> Moment:
        known = content.content
        return Moment(
            slots, "da", date(2026, 11, 25), {c.id: c for c in known.challenges}, known.diagnoses, asked_times
        )

    return at


def test_every_question_of_every_way_can_be_read() -> None:
    assert set(FORMS) == set(DOMAIN["forms"])
    assert {slot for form in DOMAIN["forms"].values() for slot in form["required_slots"]} == set(QUESTIONS)


@pytest.mark.parametrize(
    ("slots", "following"),
    [
        ({}, "energy"),
        ({"energy": 5}, "hope"),
        ({"energy": 0}, "two_minutes"),
        ({"energy": ""}, "hope"),
        ({"energy": 1, "two_minutes": "yes", "hope": "ro"}, "step"),
        ({"energy": 5, "hope": "ro", "trouble": ""}, "own_help"),
        ({"energy": 5, "hope": "ro", "trouble": "jeg har adhd"}, "name_it"),
        ({"energy": 5, "hope": "ro", "trouble": "larm", "likely_challenges": ["sanser"]}, "challenge"),
        ({"energy": 5, "hope": "", "trouble": "", "own_help": "", "step": ""}, None),
        ({"energy": 5, "hope": "ro", "trouble": "", "own_help": "", "step": ""}, "plan_fits"),
    ],
)
def test_the_next_question_fits_the_answers_so_far(moment: Any, slots: dict[str, Any], following: str | None) -> None:
    assert next_question(SHORT, slots, moment()) == following


@pytest.mark.parametrize("told", ["Ikke noget", "Jeg beslutter det ikke endnu", "Nothing"])
def test_who_tells_nothing_is_not_asked_when_and_to_whom(moment: Any, told: str) -> None:
    answered = dict.fromkeys(CALM, "x") | {"energy": 5, "tell_what": told}
    for slot in ("tell_when", "tell_whom", "tell_sure_after"):
        answered[slot] = None
    assert next_question(CALM, answered, moment()) == "tell_sure_after"
    assert next_question(CALM, {**answered, "tell_what": "Hvad der er svært"}, moment()) == "tell_when"


def test_going_back_passes_by_what_was_never_asked(moment: Any) -> None:
    slots = {"energy": 5, "hope": "ro", "trouble": "", "own_help": "musik"}
    assert question_before(SHORT, "step", slots, moment(**slots)) == "own_help"
    assert question_before(SHORT, "hope", slots, moment(**slots)) == "energy"
    assert question_before(SHORT, "energy", slots, moment(**slots)) is None


@pytest.mark.parametrize("asked", QUESTIONS)
def test_every_question_can_be_skipped_left_open_and_interrupted(moment: Any, asked: str) -> None:
    order = next(form["required_slots"] for form in DOMAIN["forms"].values() if asked in form["required_slots"])
    now = moment(likely_challenges=["sanser"], challenge="sanser", offered_helps=["sa-1"])
    skipped = understand(Heard(Kind.SKIP, ""), asked, order, now)
    assert skipped
    assert skipped.slots[asked] is not None
    assert understand(Heard(Kind.ASIDE, "hvad er fleksjob?"), asked, order, now) is None
    assert understand(Heard(Kind.BACK, "tilbage"), order[0], order, now) is None
    if asked != "tell_limits":  # There, not knowing is an answer.
        unsure = understand(Heard(Kind.UNSURE, "ved ikke"), asked, order, now)
        assert unsure
        assert unsure.slots[asked] is None
        again = understand(Heard(Kind.UNSURE, "ved ikke"), asked, order, moment(2))
        assert again
        assert again.slots[asked] is not None


def test_what_one_is_afraid_of_is_not_kept(moment: Any) -> None:
    read = understand(Heard(Kind.ANSWER, "at de griner"), "tell_fear", CALM, moment())
    assert read
    assert read.slots == {"tell_fear": "yes"}
    assert read.said == [("say_heard_tell_fear", {"words": "at de griner"})]


@pytest.mark.parametrize("slot", ["hope", "strengths", "own_help", "step"])
def test_own_words_are_kept_and_said_back(moment: Any, slot: str) -> None:
    read = understand(SAID, slot, CALM, moment())
    assert read
    assert read.slots[slot] == "noget"
    assert read.said[0][1] == {"words": "noget"}


def test_the_diagnosis_goes_with_the_words_it_stood_in(moment: Any) -> None:
    said = understand(Heard(Kind.ANSWER, "min adhd gør mig træt"), "trouble", SHORT, moment())
    assert said
    assert said.slots["likely_challenges"][0] == "koncentration"
    refused = understand(Heard(Kind.NO, "nej"), "name_it", SHORT, moment(trouble="min adhd gør mig træt"))
    assert refused
    assert refused.slots == {"name_it": "no", "trouble": ""}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("domain", r"behøver ikke (at )?(fortælle|oplyse|sige det)|ingen pligt|skal ikke (fortælle|oplyse)"),
        ("translations/en", r"need not tell|do not (have|need) to (tell|disclose)|no duty"),
    ],
)
def test_nobody_is_told_that_they_need_not_tell(file: str, words: str) -> None:
    """Whether one must is for the rules and the union to say."""
    written = yaml.safe_load((DIALOGUES / file / "job.yml").read_text(encoding="utf-8"))["replies"]
    texts = [variation["text"] for variations in written.values() for variation in variations]
    assert not [text for text in texts if re.search(words, text, re.IGNORECASE)]
