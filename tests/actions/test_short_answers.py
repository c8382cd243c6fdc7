"""How short answers are read: yes, no, rather not, and how old somebody is."""

from __future__ import annotations

import pytest

from nlu.answers import Answer, read_adult, read_answer, read_consent


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("ja", None, Answer.YES),
        ("Ja, det må du gerne", "nlu_fallback", Answer.YES),
        ("jo jo", "nlu_fallback", Answer.YES),
        ("👍", None, Answer.YES),
        ("yes please", "affirm", Answer.YES),
        ("nej", None, Answer.NO),
        ("næ, ellers tak", "nlu_fallback", Answer.NO),
        ("helst ikke", "deny", Answer.SKIP),
        ("det vil jeg ikke svare på", "deny", Answer.SKIP),
        ("nej, det vil jeg ikke sige", "deny", Answer.SKIP),
        ("I would rather not", "deny", Answer.SKIP),
        ("/affirm", "affirm", Answer.YES),
        ("/deny", "deny", Answer.NO),
        ("/skip", "skip", Answer.SKIP),
        ("ja men hvem kan egentlig se det", "privacy", None),
        ("ja, hvad er fleksjob?", "ask_scheme", None),
        ("nej?", "nlu_fallback", None),
        ("hvad er klokken", "out_of_scope", None),
        ("det ved jeg ikke", "unsure", None),
        ("", None, None),
    ],
)
def test_a_short_answer(text: str, intent: str | None, answer: Answer | None) -> None:
    """Plain words count more than what the message was taken for."""
    assert read_answer(text, intent) is answer


@pytest.mark.parametrize(
    ("text", "adult"),
    [
        ("jeg er 34", True),
        ("Jeg er kun 17", False),
        ("nej jeg er 17", False),
        ("jeg er 16 år", False),
        ("18", True),
        ("17", False),
        ("nej 17", False),
        ("ja, 45", True),
        ("45 år", True),
        ("femten", False),
        ("jeg er seksten", False),
        ("jeg fylder 18 i morgen", False),
        ("jeg bliver 19 til sommer", True),
        ("jeg er over 18", True),
        ("fyldt 18 for længst", True),
        ("jeg er under 18", False),
        ("jeg er ikke fyldt 18", False),
        ("jeg er ikke over 18", False),
        ("I'm 52", True),
        ("i am 15 years old", False),
        ("not yet 18", False),
        ("ja", None),
        ("jeg er 3 år på sygedagpenge", None),
        ("jeg har arbejdet i 12 år på lageret og er træt af det", None),
        ("jeg er på arbejde 20 timer om ugen", None),
        ("234", None),
        ("", None),
    ],
)
def test_an_age_where_it_was_asked_for(text: str, adult: bool | None) -> None:
    """Numbers, words, and what only looks like an age."""
    assert read_adult(text, asked=True) is adult


@pytest.mark.parametrize(
    ("text", "adult"),
    [
        ("nej jeg er 17", False),
        ("jeg er 40 år", True),
        ("17", None),
        ("ja, 3 gange", None),
        ("nej tak", None),
    ],
)
def test_an_age_told_out_of_turn_must_be_told_in_so_many_words(text: str, adult: bool | None) -> None:
    """A bare number answers only the question about age."""
    assert read_adult(text, asked=False) is adult


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("gem intet", "nlu_fallback", Answer.NO),
        ("du må ikke gemme noget", "withdraw_consent", Answer.NO),
        ("please don't keep it", "nlu_fallback", Answer.NO),
        ("gem bare", "nlu_fallback", Answer.YES),
        ("du må gerne gemme det", "give_consent", Answer.YES),
        ("keep it", "nlu_fallback", Answer.YES),
        ("gem det", "give_consent", Answer.YES),
        ("ja tak", "affirm", Answer.YES),
        ("hvor længe kan du gemme det?", "privacy", None),
        ("kan du gemme det i en måned?", "nlu_fallback", None),
    ],
)
def test_an_answer_about_keeping(text: str, intent: str, answer: Answer | None) -> None:
    """In the words of the question."""
    assert read_consent(text, intent) is answer


def test_long_messages_are_read_quickly_and_without_error() -> None:
    """Any text is survived."""
    assert read_adult("jeg er " * 2000, asked=True) is None
    assert read_answer("ja " * 3000, None) is Answer.YES
