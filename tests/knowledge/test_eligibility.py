"""The rules say yes, no or unknown, with a reason for each, and never more than they know."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.eligibility import Answer, FactValue, judge, refuse_unknown
from knowledge.models import Coverage, Fact, FactType, Scheme
from knowledge.schema import Content, read_content

CONTENT = read_content()
FACTS = CONTENT.facts
SCHEMES = {scheme.id: scheme for scheme in CONTENT.schemes}


def values_of(fact: Fact) -> st.SearchStrategy[FactValue]:
    """Everything a person may tell of a fact."""
    if fact.type is FactType.YES_NO:
        return st.booleans()
    if fact.type is FactType.NUMBER:
        return st.integers(0, 80)
    choices = st.sampled_from(sorted(fact.values))
    return st.frozensets(choices, min_size=1, max_size=3) if fact.type is FactType.MANY_CHOICES else choices


people = st.fixed_dictionaries({}, optional={fact.id: values_of(fact) for fact in FACTS})
schemes = st.sampled_from(sorted(SCHEMES)).map(SCHEMES.__getitem__)
newly_educated = {
    "funktionsnedsaettelse_i_job": True,
    "uddannelse_min_18_mdr": True,
    "nyuddannet_under_2_aar": True,
}


@settings(max_examples=400, deadline=None)
@given(schemes, people, st.data())
def test_one_more_fact_never_makes_a_settled_answer_unknown(
    scheme: Scheme, told: dict[str, FactValue], data: st.DataObject
) -> None:
    before = judge(scheme, told).answer
    more = data.draw(
        st.sampled_from(FACTS).filter(lambda fact: fact.id not in told) if len(told) < len(FACTS) else st.none()
    )
    if more is None or before is Answer.UNKNOWN:
        return
    assert judge(scheme, {**told, more.id: data.draw(values_of(more))}).answer is before


@settings(max_examples=200, deadline=None)
@given(schemes, people, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_makes_no_difference(
    scheme: Scheme, told: dict[str, FactValue], chance: random.Random
) -> None:
    shuffled = list(told.items())
    chance.shuffle(shuffled)
    assert judge(scheme, dict(shuffled)) == judge(scheme, told)


@settings(max_examples=400, deadline=None)
@given(schemes, people)
def test_an_answer_says_what_it_rests_on_and_what_is_missing(scheme: Scheme, told: dict[str, FactValue]) -> None:
    verdict = judge(scheme, told)
    assert not set(verdict.missing) & told.keys()
    assert all(one.fact in told for one in (*verdict.met, *verdict.unmet, *verdict.exceptional))
    if verdict.answer is Answer.YES:
        assert scheme.rules_coverage is Coverage.FULL
        assert verdict.met
        assert not verdict.unmet
    if verdict.answer is Answer.NO:
        assert verdict.unmet
        assert not verdict.missing
        assert not verdict.rules_met
    if scheme.rules_coverage is Coverage.NONE:
        assert verdict.answer is Answer.UNKNOWN


@settings(max_examples=200, deadline=None)
@given(schemes, people)
def test_a_fact_that_is_not_missing_cannot_change_the_answer(scheme: Scheme, told: dict[str, FactValue]) -> None:
    verdict = judge(scheme, told)
    asked = {fact: value for fact, value in told.items() if fact in {c.fact for c in scheme.rules.conditions()}}
    assert judge(scheme, asked) == verdict, "facts that no rule asks about play no part"


def test_partial_rules_that_are_met_are_still_not_a_yes() -> None:
    verdict = judge(SCHEMES["isbryderordningen"], newly_educated)
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.rules_met
    assert not verdict.missing
    assert len(verdict.met) == 3


def test_a_required_condition_that_is_not_met_is_a_no_with_its_reason() -> None:
    verdict = judge(SCHEMES["isbryderordningen"], {"nyuddannet_under_2_aar": False})
    assert verdict.answer is Answer.NO
    assert [one.why for one in verdict.unmet] == ["Jobbet skal begynde inden 2 år efter uddannelsen."]


def test_what_is_missing_is_named_in_the_order_of_the_rules() -> None:
    verdict = judge(SCHEMES["isbryderordningen"], {"uddannelse_min_18_mdr": True})
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.missing == ("funktionsnedsaettelse_i_job", "nyuddannet_under_2_aar")


def test_every_condition_can_be_met_and_be_broken(content: Content) -> None:
    for scheme in content.schemes:
        for condition in scheme.rules.conditions():
            fact = next(fact for fact in FACTS if fact.id == condition.fact)
            alone = scheme.copy(update={"rules": type(scheme.rules)(all=(condition,)), "rules_coverage": Coverage.FULL})
            found = {judge(alone, {fact.id: value}).answer for value in _some_values(fact)}
            assert Answer.YES in found, f"{scheme.id}: {condition.fact} can never be met"
            assert len(found) == 2, f"{scheme.id}: {condition.fact} {condition.operator}"


def _some_values(fact: Fact) -> list[FactValue]:
    if fact.type is FactType.YES_NO:
        return [True, False]
    if fact.type is FactType.NUMBER:
        return list(range(-1, 200))
    many = fact.type is FactType.MANY_CHOICES
    return [frozenset({value}) if many else value for value in fact.values]


@pytest.mark.parametrize(
    "told",
    [
        {"findes_ikke": True},
        {"alder": True},
        {"alder": "fyrre"},
        {"arbejdsgiver": "kongehuset"},
        {"ydelse": frozenset()},
    ],
)
def test_what_is_not_in_the_vocabulary_is_refused(told: dict[str, FactValue]) -> None:
    with pytest.raises(ValueError, match="fact"):
        refuse_unknown(told, FACTS)


@settings(max_examples=100, deadline=None)
@given(people)
def test_what_is_in_the_vocabulary_is_taken(told: dict[str, FactValue]) -> None:
    refuse_unknown(told, FACTS)
