"""From what fits a description to what is shown: thresholds, rules, and facts as marks. Pure and light.

What fits is learned in `nlu/lines.py`. It is only likely: here it is held against the rules and what the person told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.dated import DatedScheme
from knowledge.eligibility import Answer, FactValue, Told, Verdict, judge

SURE_FROM = -0.15
"""Score from which a scheme is shown without asking first."""
BESIDE_FROM = -0.6
"""Score from which a second or third scheme is shown beside the best …"""
NEAR = 0.4
"""… when it is no further below the best than this."""
RULED_OUT = 0.3
"""What a scheme loses whose rules say no: what was read from the text may be wrong, so that it is not left out."""
CHALLENGE_FROM = 0.05
"""Score from which a challenge is taken as told …"""
CHALLENGE_NEAR = 0.5
"""… when it is no further below the one told most than this."""
MOST = 3
"""Schemes shown at most: an answer that lists everything is no answer."""

AUDIENCE_FROM = 0.4
"""Score from which who writes is taken as told."""
STEPS = {
    "alder": (18, 25, 30, 50, 60),
    "timer_pr_uge": (8, 20, 30),
    "sygemeldt_siden_uger": (2, 5, 8, 22, 27),
    "forventet_sygdom_uger": (8, 26),
    "ledig_maaneder": (3, 6, 12),
    "saerlige_vilkaar_maaneder": (12,),
    "forventet_fravaer_dage_pr_aar": (10,),
    "aar_til_folkepension": (2, 6),
}
"""Steps of the facts that are numbers, in their own units: those that the rules of the schemes turn on."""


@dataclass(frozen=True)
class Fit:
    """A label that fits, by how much (above 0 it rather fits than not), and the words that say so most."""

    label: str
    score: float
    words: str


def marks(told: Told) -> frozenset[str]:
    """What was told, as marks of a text: numbers by the steps that the rules turn on, months and weeks roughly."""
    return frozenset(mark for fact, value in told.items() for mark in _marks(fact, value))


def _marks(fact: str, value: FactValue) -> list[str]:
    if isinstance(value, frozenset):
        return [f"{fact}={one}" for one in value]
    if isinstance(value, (bool, str)):
        return [f"{fact}={value}"]
    step = max((step for step in STEPS.get(fact, ()) if value >= step), default=0)
    return [f"{fact}>={step}"]


@dataclass(frozen=True)
class Suggestion:
    """A scheme that may be relevant: how likely, the words that speak for it, and what its rules say of the facts."""

    scheme: DatedScheme
    score: float
    words: str
    verdict: Verdict


def shortlist(found: Iterable[Fit], schemes: Mapping[str, DatedScheme], told: Told) -> list[Suggestion]:
    """The best one to `MOST` of `found`, best first: the best in any case, others only where they stand near.

    Left out are schemes that cannot be granted to newcomers or may not exist. One whose rules say no to what was
    `told` needs more to be shown, and is then shown with the condition that does not seem to fit.
    """
    judged = []
    for fit in found:
        scheme = schemes.get(fit.label)
        if scheme and scheme.may_be_suggested:
            verdict = judge(scheme.scheme, told)
            score = fit.score - RULED_OUT * (verdict.answer is Answer.NO)
            judged.append(Suggestion(scheme, score, fit.words, verdict))
    judged.sort(key=lambda one: -one.score)
    return [one for one in judged[:MOST] if one.score >= max(BESIDE_FROM, judged[0].score - NEAR) or one is judged[0]]


def told_challenges(found: Sequence[Fit]) -> list[Fit]:
    """The challenges of `found` (best first) that the text tells, at most `MOST`."""
    return [fit for fit in found[:MOST] if fit.score >= max(CHALLENGE_FROM, found[0].score - CHALLENGE_NEAR)]
