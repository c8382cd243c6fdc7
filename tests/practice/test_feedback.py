"""The feedback quotes the learner's own lines, counts right, says how sure it is, and gives no grade."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings

from knowledge.personas import Cast
from nlu.practice.feedback import ENOUGH, Quote, feedback
from nlu.practice.session import State
from tests.practice.conftest import Play
from tests.practice.test_talks import EXCELLENT, MIXED, PERSONAS, POOR, talks

every_person = pytest.mark.parametrize("persona", PERSONAS)


def quotes(value: object) -> list[Quote]:
    """All quotes in a feedback, wherever they are."""
    if isinstance(value, Quote):
        return [value]
    if dataclasses.is_dataclass(value):
        return [found for field in dataclasses.fields(value) for found in quotes(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [found for item in value for found in quotes(item)]
    return []


@every_person
@settings(max_examples=25, deadline=None)
@given(talks)
def test_every_quoted_line_is_the_learners_own_word_for_word(
    cast: Cast, play: Play, persona: str, talk: list[str]
) -> None:
    state = play(persona, talk)

    for quote in quotes(feedback(state, cast)):
        assert state.turns[quote.turn].line == quote.line


@every_person
@settings(max_examples=25, deadline=None)
@given(talks)
def test_the_counts_are_those_of_the_log(cast: Cast, play: Play, persona: str, talk: list[str]) -> None:
    state = play(persona, talk)
    numbers = feedback(state, cast).numbers
    names = [code.name for turn in state.turns for code in turn.coding.codes]

    assert numbers.open_questions == names.count("open_question")
    assert numbers.complex_reflections == names.count("complex_reflection")
    assert len(numbers.confrontations) == names.count("confront")
    assert numbers.coded + numbers.group_only + numbers.unread == len(state.turns)


def test_a_short_talk_gives_counts_and_no_ratio(cast: Cast, play: Play) -> None:
    numbers = feedback(play("mette", EXCELLENT[: ENOUGH - 1]), cast).numbers

    assert numbers.questions > 0
    assert numbers.reflections_to_questions is None
    assert numbers.open_share is None
    assert numbers.complex_share is None


def test_ratios_come_with_an_interval_and_the_weak_ones_say_so(cast: Cast, play: Play) -> None:
    numbers = feedback(play("mette", EXCELLENT), cast).numbers

    for measure in (numbers.open_share, numbers.reflections_to_questions, numbers.complex_share):
        assert measure is not None
        assert measure.low <= measure.value <= measure.high
        assert measure.low < measure.high
    assert numbers.complex_share is not None
    assert numbers.complex_share.uncertain


@every_person
def test_a_good_talk_opens_more_and_is_seen_more_kindly(cast: Cast, play: Play, persona: str) -> None:
    good, poor = (feedback(play(persona, talk), cast) for talk in (EXCELLENT, POOR))

    assert sum(fact.reached for fact in good.hidden) > sum(fact.reached for fact in poor.hidden)
    assert good.view != poor.view
    assert len(good.numbers.unasked_advice) < len(poor.numbers.unasked_advice)


@every_person
def test_a_costly_line_may_be_written_anew_and_compared(cast: Cast, play: Play, persona: str) -> None:
    rewrite = feedback(play(persona, MIXED), cast).rewrite

    assert rewrite is not None
    assert rewrite.before
    assert len(set(rewrite.examples)) == 2


def test_the_fact_that_was_told_names_the_line_that_opened_it(cast: Cast, play: Play) -> None:
    state = play("mette", EXCELLENT)
    reached = [fact for fact in feedback(state, cast).hidden if fact.reached]

    assert reached
    for fact in reached:
        assert fact.opened_by is not None
        assert state.turns[fact.opened_by.turn].reply.told is not None


@pytest.mark.parametrize("lines", [[], ["zzz"], ["other: hej"]])
def test_a_talk_that_hardly_began_has_feedback_too(cast: Cast, play: Play, lines: list[str]) -> None:
    told = feedback(play("mette", lines), cast)

    assert told.view
    assert told.goal
    assert told.rewrite is None


def test_hurtful_words_stand_apart_from_the_codes(cast: Cast, play: Play) -> None:
    without, with_it = (feedback(play("mette", [line]), cast).numbers for line in ("other: hej", "other+stigma: hej"))

    assert len(with_it.hurtful_words) == 1
    assert with_it.affirmations == without.affirmations
    assert with_it.confrontations == without.confrontations


def test_nothing_in_the_feedback_is_a_grade(cast: Cast, play: Play) -> None:
    state: State = play("mette", MIXED)
    names = {field.name for field in dataclasses.fields(feedback(state, cast))}
    names |= {field.name for field in dataclasses.fields(feedback(state, cast).numbers)}

    assert not names & {"score", "grade", "rank", "level", "points", "passed"}
