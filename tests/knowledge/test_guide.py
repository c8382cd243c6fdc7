"""The guided check asks little, asks what matters, and ends where asking about everything would end."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Set
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.dated import DatedScheme, scheme_on
from knowledge.eligibility import Answer, FactValue, judge, refuse_unknown
from knowledge.guide import FIRST, MOST_QUESTIONS, SITUATION_FACT, SITUATIONS, Guide, complete
from knowledge.models import FactType
from knowledge.schema import read_content
from tests.knowledge.people import Person, draw
from tests.knowledge.test_eligibility import people as anything_told

CONTENT = read_content()
TODAY = date(2026, 11, 25)
SOURCES = {source.id: source for source in CONTENT.sources}
SCHEMES = tuple(
    scheme
    for one in CONTENT.schemes
    if isinstance(scheme := scheme_on(one, TODAY, CONTENT.changes, SOURCES), DatedScheme)
)
GUIDE = Guide(SCHEMES, CONTENT.facts, CONTENT.implications)
FOR_EMPLOYERS = Guide(SCHEMES, CONTENT.facts, CONTENT.implications, "employer")
FACTS = {fact.id: fact for fact in CONTENT.facts}
NEVER_ASKED = {fact.id for fact in CONTENT.facts if not fact.asked_in_check}

Choose = Callable[[dict[str, FactValue], Set[str], int], str | None]
consistent = st.integers(0, 10**6).map(lambda seed: draw(random.Random(seed)))


@cache
def _guided(told: frozenset[tuple[str, FactValue]], not_told: frozenset[str], asked: int) -> str | None:
    return GUIDE.next_question(dict(told), not_told, asked)


def guided(told: dict[str, FactValue], not_told: Set[str], asked: int) -> str | None:
    """The question that the guide chooses."""
    return _guided(frozenset(told.items()), frozenset(not_told), asked)


def in_the_order(order: list[str]) -> Choose:
    """Questions in an order of their own, leaving out what follows from the answers."""

    def choose(told: dict[str, FactValue], not_told: Set[str], asked: int) -> str | None:
        if asked == MOST_QUESTIONS:
            return None
        known = complete(told, CONTENT.implications)
        return next((fact for fact in order if fact not in known and fact not in not_told), None)

    return choose


def interview(person: Person, choose: Choose) -> tuple[dict[str, FactValue], list[str]]:
    """What is told when `choose` asks; what makes no sense for the person is answered "ved ikke"."""
    told: dict[str, FactValue] = {}
    asked: list[str] = []
    while (fact := choose(told, frozenset(asked) - told.keys(), len(asked))) is not None:
        asked.append(fact)
        if fact in person.facts:
            told[fact] = person.facts[fact]
    return told, asked


def first(told: dict[str, FactValue], guide: Guide = GUIDE) -> list[str]:
    """The first schemes."""
    return [one.scheme.scheme.id for one in guide.rank(told)[:FIRST]]


def measure(several: list[Person], choose: Callable[[], Choose]) -> tuple[float, float]:
    """How many end with the same first schemes as when everything is known, and the median of questions."""
    same, questions = 0, []
    for person in several:
        told, asked = interview(person, choose())
        everything = {name: value for name, value in person.facts.items() if name not in NEVER_ASKED}
        same += first(told) == first(everything)
        questions.append(len(asked))
    return same / len(several), statistics.median(questions)


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.soak)])
def test_few_questions_lead_where_all_facts_would(count: int) -> None:
    """Measured beside a constant order and a random one, which may always use all eight questions."""
    chance = random.Random(2026)
    several = [draw(chance) for _ in range(count)]
    constant = [fact.id for fact in CONTENT.facts if fact.asked_in_check]
    shuffle = random.Random(1)
    same, median = measure(several, lambda: guided)
    same_constant, _ = measure(several, lambda: in_the_order(constant))
    same_random, _ = measure(several, lambda: in_the_order(shuffle.sample(constant, len(constant))))
    print(
        f"{count} people: guided {same:.3f} (median {median}), constant {same_constant:.3f}, random {same_random:.3f}"
    )
    assert same >= 0.9
    assert median <= 5
    assert same_constant < same - 0.1
    assert same_random < same - 0.1


@settings(max_examples=100, deadline=None)
@given(anything_told, st.randoms(use_true_random=False))
def test_no_question_comes_twice_and_there_are_eight_at_most(told: dict[str, FactValue], chance: random.Random) -> None:
    """Whatever is answered, consistent or not, and whatever is skipped."""
    known: dict[str, FactValue] = {}
    asked: list[str] = []
    while (fact := GUIDE.next_question(known, frozenset(asked) - known.keys(), len(asked))) is not None:
        assert fact not in asked
        assert fact not in NEVER_ASKED
        assert fact not in complete(known, CONTENT.implications), "what follows is not asked"
        asked.append(fact)
        if fact in told and chance.random() < 0.8:
            known[fact] = told[fact]
    assert len(asked) <= MOST_QUESTIONS


@settings(max_examples=50, deadline=None)
@given(anything_told)
def test_nothing_closed_doubtful_or_refused_is_ranked(told: dict[str, FactValue]) -> None:
    known = complete(told, CONTENT.implications)
    for guide in (GUIDE, FOR_EMPLOYERS):
        for one in guide.rank(told):
            assert one.scheme.may_be_suggested
            assert one.verdict == judge(one.scheme.scheme, known)
            assert one.verdict.answer is not Answer.NO
            assert guide.audience in one.scheme.scheme.audience


@settings(max_examples=50, deadline=None)
@given(consistent, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_were_told_makes_no_difference(person: Person, chance: random.Random) -> None:
    names = list(person.facts)
    some = chance.sample(names, chance.randint(0, len(names)))
    told = {name: person.facts[name] for name in some}
    turned = {name: person.facts[name] for name in sorted(some)}
    assert GUIDE.rank(told) == GUIDE.rank(turned)
    assert GUIDE.next_question(told) == GUIDE.next_question(turned)


@settings(max_examples=200, deadline=None)
@given(consistent, st.randoms(use_true_random=False))
def test_what_follows_from_some_facts_agrees_with_all_of_them(person: Person, chance: random.Random) -> None:
    """No yes and no no that rests on a conclusion is another one when the fact itself is told."""
    everything = complete(person.facts, CONTENT.implications)
    some = {name: value for name, value in person.facts.items() if chance.random() < 0.5}
    for scheme in SCHEMES:
        settled = judge(scheme.scheme, complete(some, CONTENT.implications)).answer
        if settled is not Answer.UNKNOWN:
            assert judge(scheme.scheme, everything).answer is settled, scheme.scheme.id


@settings(max_examples=100, deadline=None)
@given(anything_told)
def test_what_follows_is_possible_and_alters_nothing_told(told: dict[str, FactValue]) -> None:
    known = complete(told, CONTENT.implications)
    refuse_unknown(known, CONTENT.facts)
    for name, value in told.items():
        kept = known[name]
        if FACTS[name].type is FactType.MANY_CHOICES:
            assert isinstance(kept, frozenset)
            assert isinstance(value, frozenset)
            assert kept >= value
        else:
            assert kept == value
    assert complete(known, CONTENT.implications) == known


def test_the_first_question_is_about_how_somebody_is_attached_to_work() -> None:
    assert GUIDE.next_question({}) == SITUATION_FACT
    assert SITUATIONS.keys() == FACTS[SITUATION_FACT].values.keys()


def test_somebody_on_disability_pension_is_not_asked_about_school_or_unemployment() -> None:
    pensioner: dict[str, FactValue] = {"beskaeftigelse": frozenset({"foertidspension"}), "alder": 52}
    asked: list[str] = []
    while (fact := GUIDE.next_question(pensioner, asked, len(asked))) is not None:
        asked.append(fact)
    assert not {"uddannelsestype", "nyuddannet_under_2_aar", "ydelse", "sygemeldt_siden_uger"} & set(asked)


def test_an_employer_is_never_asked_what_may_not_be_asked_of_employers() -> None:
    chance = random.Random(3)
    for person in (draw(chance) for _ in range(20)):
        known: dict[str, FactValue] = {}
        asked: list[str] = []
        while (fact := FOR_EMPLOYERS.next_question(known, asked, len(asked))) is not None:
            assert FACTS[fact].ask_employer is not None
            asked.append(fact)
            known[fact] = person.facts[fact]


def test_nothing_is_asked_once_no_answer_can_matter() -> None:
    chance = random.Random(5)
    for person in (draw(chance) for _ in range(20)):
        everything = {name: value for name, value in person.facts.items() if name not in NEVER_ASKED}
        assert GUIDE.next_question(everything) is None


def test_an_answer_can_be_had_before_anything_is_told() -> None:
    found = GUIDE.rank({})
    assert len(found) >= FIRST
    assert any(SITUATION_FACT in one.missing for one in found)


def test_what_was_not_answered_is_not_said_to_be_missing_to_ask() -> None:
    told: dict[str, FactValue] = {"beskaeftigelse": frozenset({"ordinaert_ansat"})}
    before = {one.scheme.scheme.id: one for one in GUIDE.rank(told)}
    after = {one.scheme.scheme.id: one for one in GUIDE.rank(told, not_told={"langvarig_lidelse"})}
    assert "langvarig_lidelse" in before["paragraf-56-aftale"].missing
    assert "langvarig_lidelse" not in after["paragraf-56-aftale"].missing
    assert "langvarig_lidelse" in after["paragraf-56-aftale"].verdict.missing


def test_a_likeness_with_what_somebody_wrote_lifts_a_scheme_but_never_against_a_no() -> None:
    told: dict[str, FactValue] = {"beskaeftigelse": frozenset({"ledig"}), "ydelse": frozenset({"dagpenge"})}
    plain = [one.scheme.scheme.id for one in GUIDE.rank(told)]
    lifted = [one.scheme.scheme.id for one in GUIDE.rank(told, {"mentorstoette": 0.9, "fleksloentilskud": 1.0})]
    assert lifted.index("mentorstoette") < plain.index("mentorstoette")
    assert "fleksloentilskud" not in lifted
    assert set(plain) == set(lifted)
