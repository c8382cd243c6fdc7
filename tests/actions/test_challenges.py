"""From a person's words to challenges and to things to try."""

from __future__ import annotations

import pytest

from actions.challenges import diagnosis_in, likely_challenges, named_challenge, things_to_try
from knowledge.schema import read_content
from knowledge.store import CONTENT_FOLDER

CONTENT = read_content(CONTENT_FOLDER)
CHALLENGES = {challenge.id: challenge for challenge in CONTENT.challenges}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jeg mister tråden når folk afbryder mig", "koncentration"),
        ("jeg glemmer hvad de siger til mig", "hukommelse"),
        ("jeg mister overblikket, der er for mange ting", "overblik"),
        ("larm og mange mennesker", "sanser"),
        ("jeg kommer for sent hver morgen", "tid"),
        ("jeg bliver stresset når der er travlt", "stress"),
        ("I get tired quickly", "energi"),
    ],
)
def test_what_is_meant_is_among_the_first_three(text: str, expected: str) -> None:
    assert expected in likely_challenges(text, CHALLENGES, CONTENT.diagnoses)[:3]


def test_every_challenge_is_ranked_once() -> None:
    ranked = likely_challenges("qwertz", CHALLENGES, CONTENT.diagnoses)
    assert sorted(ranked) == sorted(CHALLENGES)


def test_a_diagnosis_points_to_its_challenges_first() -> None:
    assert likely_challenges("jeg har adhd", CHALLENGES, CONTENT.diagnoses)[:2] == ["koncentration", "overblik"]


@pytest.mark.parametrize(
    ("text", "diagnosis"),
    [
        ("jeg har angst", "angst"),
        ("min ADHD driller", "adhd"),
        ("jeg er bipolar", "bipolar"),
        ("I have depression", "depression"),
        ("jeg er stresset", None),
        ("jeg sover dårligt", None),
        ("jeg ved det ikke", None),
        ("der er mange additive ting", None),
    ],
)
def test_a_diagnosis_is_a_diagnosis_and_an_everyday_word_is_not(text: str, diagnosis: str | None) -> None:
    found = diagnosis_in(text, CONTENT.diagnoses, CHALLENGES)
    assert (found.id if found else None) == diagnosis


@pytest.mark.parametrize(
    ("text", "challenge"),
    [
        ("hukomelse", "hukommelse"),
        ("Koncentration og opmærksomhed", "koncentration"),
        ("overblik", "overblik"),
        ("nej", None),
        ("jeg ved ikke hvad det skal være for noget", None),
    ],
)
def test_a_challenge_is_known_by_its_name(text: str, challenge: str | None) -> None:
    assert named_challenge(text, CHALLENGES, "da") == challenge


@pytest.mark.parametrize("challenge", CHALLENGES.values(), ids=CHALLENGES.keys())
def test_free_things_come_first_and_none_is_lost(challenge: object) -> None:
    prices = {a.id: a.price for a in challenge.accommodations}  # type: ignore[attr-defined]
    order = [("free", "low", "scheme").index(prices[key]) for key in things_to_try(challenge)]  # type: ignore[arg-type]
    assert order == sorted(order)
    assert len(order) == len(prices)
