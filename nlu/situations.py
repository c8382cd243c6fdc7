"""From a description of a situation to the schemes and the challenges that it may be about.

Learned from `nlu/data/situations_*.jsonl` and `challenges_*.jsonl` (how they are written: `nlu/data/README.md`). What
is found is only likely: `actions/situations.py` holds it against the rules and against what the person told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.dated import DatedScheme
from knowledge.eligibility import Answer, FactValue, Told, Verdict, judge
from knowledge.models import Challenge
from nlu.facts import read_facts
from nlu.labels import Example, Fit, Labeller, learn

DATA = Path(__file__).resolve().parent / "data"
SCHEMES = tuple(sorted(DATA.glob("situations_*.jsonl")))
CHALLENGES = (*sorted(DATA.glob("challenges_*.jsonl")), *SCHEMES)
SITUATIONS_KEPT_APART = DATA / "situations_kept_apart.jsonl"
CHALLENGES_KEPT_APART = DATA / "challenges_kept_apart.jsonl"
KEPT_APART = (SITUATIONS_KEPT_APART, CHALLENGES_KEPT_APART)
"""Lines of authors that nothing is learned from: we measure with them."""

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

AUDIENCES = ("citizen", "employer", "caseworker")
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

_TEMPTING = 4.0
"""How much a label counts where somebody wrote down that it would be clearly wrong."""
_ALSO = 0.05
"""How much a label counts as wrong where it would be acceptable too."""
_UNSAID = 0.1
"""How much a challenge counts as absent where nobody looked for all of them."""


def learn_schemes(labels: list[str]) -> Labeller:
    """A labeller for scheme ids, from all lines but those kept apart.

    Raises:
        OSError, ValueError, KeyError: a file cannot be read, or is not of the form that the README tells.
    """
    return learn([_example(row, "schemes", row["not"], row["also"]) for row in _rows(SCHEMES)], labels)


def learn_challenges(challenges: Iterable[Challenge]) -> Labeller:
    """A labeller for challenge ids, likewise, and from their signs at work in the content.

    The lines about schemes name a challenge here and there, so that its absence there says little.
    """
    examples = [Example(sign, frozenset((one.id,))) for one in challenges for sign in (one.name.da, *one.signs_at_work)]
    ids = [one.id for one in challenges]
    for row in _rows(CHALLENGES):
        if "tempting" in row:
            examples.append(_example(row, "challenges", row["tempting"], ()))
        elif row["challenges"]:
            fits = frozenset(row["challenges"])
            examples.append(Example(row["text"], fits, dict.fromkeys({*ids} - fits, _UNSAID)))
    return learn(examples, ids)


def learn_audiences() -> Labeller:
    """A labeller for who writes, likewise."""
    return learn([Example(row["text"], frozenset((row["audience"],))) for row in _rows(CHALLENGES)], AUDIENCES)


def _rows(files: Iterable[Path]) -> list[dict[str, Any]]:
    return [row for file in files if file not in KEPT_APART for row in read_rows(file)]


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


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The labelled lines of a file.

    Raises:
        OSError, ValueError: the file cannot be read, or a line is not JSON.
    """
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _example(row: Mapping[str, Any], key: str, wrong: Any, also: Any) -> Example:
    fits = frozenset(row[key])
    counts = {label: _ALSO for label in also if label not in fits} | dict.fromkeys(wrong, _TEMPTING)
    counts = {label: count for label, count in counts.items() if label not in fits}
    return Example(row["text"], fits, counts, marks(read_facts(row["text"])) if key == "schemes" else frozenset())


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
