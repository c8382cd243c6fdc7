"""From a person's own words to challenges, and from a challenge to what can be tried. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz, process, utils

from knowledge.models import Challenge, Diagnosis
from nlu.vectors import Vectors, vector, vectors

SHOWN = 3
"""How many challenges, or things to try, are shown at a time."""
LIKE = 85
"""Likeness (0-100) from which a short text names a challenge."""
_NOT_SAID = "ukendt"
"""The entry among the diagnoses for those who do not know or do not say."""
_BEFORE_NAME = re.compile(r"\b(?:fx|tidl\.?|formerly|e\.g\.)\s*")
_PRICES = ("free", "low", "scheme")
_SHARED = 0.1
"""What a shared word counts beside nearness in meaning (0 to 1)."""
_SHARED_NAME = 0.2
"""What it counts besides when it stands in the name."""
_WORD = re.compile(r"\w+")
# fmt: off
_SMALL_WORDS = frozenset((
    "alle", "altid", "andre", "anden", "andet", "bare", "blev", "blive", "bliver", "denne", "deres", "dette",
    "efter", "eller", "faar", "hele", "hvad", "hver", "hvor", "hvordan", "hvorfor", "ikke", "igen", "ingen",
    "intet", "jeres", "have", "havde", "være", "været", "kunne", "lige", "mange", "meget", "mellem", "mere",
    "mest", "mine", "mens", "måske", "nogen", "noget", "nogle", "også", "over", "selv", "sige", "siger", "sine",
    "skal", "skulle", "sådan", "uden", "under", "ville", "vores", "about", "after", "again", "always", "been",
    "being", "could", "does", "from", "just", "like", "more", "much", "only", "other", "really", "should",
    "some", "such", "than", "that", "them", "then", "there", "these", "they", "this", "those", "very", "want",
    "were", "what", "when", "where", "which", "while", "will", "with", "would", "your",
))
# fmt: on
"""Words as long as a root that tell nothing about what is hard."""
_SHORTEST_ROOT = 4
"""Letters that two words must begin with alike to be the same word here ("glemmer", "glemt")."""


def likely_challenges(text: str, challenges: Mapping[str, Challenge], diagnoses: tuple[Diagnosis, ...]) -> list[str]:
    """The ids of all challenges, the likeliest for `text` first.

    A diagnosis that is named points to challenges; otherwise the meaning and the words of the text are compared with
    the names and the signs at work.
    """
    named = diagnosis_in(text, diagnoses, challenges)
    first = [key for key in (*named.often, *named.sometimes) if key in challenges] if named else []
    keys = tuple(challenges)
    lines = tuple(_lines(challenges[key]) for key in keys)
    nearness = _nearness(text, lines)
    scores = {
        key: near + _SHARED * _shared(text, own) + _SHARED_NAME * _shared(text, own[:1])
        for key, near, own in zip(keys, nearness, lines, strict=True)
    }
    return list(dict.fromkeys([*first, *sorted(keys, key=lambda key: -scores[key])]))


def _lines(challenge: Challenge) -> tuple[str, ...]:
    names = [name for name in (challenge.name.da, challenge.name.en) if name]
    return (*names, *challenge.signs_at_work)


def _nearness(text: str, lines: tuple[tuple[str, ...], ...]) -> list[float]:
    """How near in meaning `text` is to each group of lines: the mean of the two nearest; 0 without vectors."""
    known, asked = _vectors(lines), vector(text)
    if known is None or asked is None:
        return [0.0] * len(lines)
    centre = np.concatenate(known).mean(axis=0)
    return [float(np.sort(_turned(group, centre) @ _turned(asked, centre))[-2:].mean()) for group in known]


def _turned(vectors_: Vectors, centre: Vectors) -> Vectors:
    moved = vectors_ - centre
    return moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)


@lru_cache(maxsize=4)
def _vectors(lines: tuple[tuple[str, ...], ...]) -> list[Vectors] | None:
    found = [vectors(group) for group in lines]
    return None if any(group is None for group in found) else [group for group in found if group is not None]


def _shared(text: str, lines: tuple[str, ...]) -> int:
    """How many words of `text` stand in `lines`, in some form ("træt" in "udtrætning")."""
    known = set(_WORD.findall(" ".join(lines).casefold()))
    words = set(_WORD.findall(text.casefold())) - _SMALL_WORDS
    said = [word for word in words if len(word) >= _SHORTEST_ROOT]
    return sum(any(_alike(word, other) for other in known) for word in said)


def _alike(word: str, other: str) -> bool:
    if len(other) < _SHORTEST_ROOT:
        return False
    root = max(_SHORTEST_ROOT, min(len(word), len(other)) - 2)
    return word[:root] == other[:root] or word in other


def named_challenge(text: str, challenges: Mapping[str, Challenge], language: str) -> str | None:
    """The challenge that a short text calls by (nearly) its name, or by a word of it; None for anything else."""
    if len(text.split()) > 5:
        return None
    names = {key: challenge.name.get(language) for key, challenge in challenges.items()}
    found = process.extractOne(
        text, names, scorer=fuzz.partial_ratio, processor=utils.default_process, score_cutoff=LIKE
    )
    return str(found[2]) if found and len(text) >= _SHORTEST_ROOT else None


def diagnosis_in(text: str, diagnoses: tuple[Diagnosis, ...], challenges: Mapping[str, Challenge]) -> Diagnosis | None:
    """The diagnosis that `text` names. A word that also stands in a challenge ("stress", "søvn") is none here."""
    ordinary = " ".join(f"{c.name.da} {c.name.en}" for c in challenges.values()).casefold()
    plain = text.casefold()
    for diagnosis in diagnoses:
        for name in _names(diagnosis):
            ends = r"\b" if len(name) <= _SHORTEST_ROOT else ""
            if name[:_SHORTEST_ROOT] not in ordinary and re.search(rf"\b{re.escape(name)}{ends}", plain):
                return diagnosis
    return None


def _names(diagnosis: Diagnosis) -> list[str]:
    """What a diagnosis is called: "ADHD/ADD" and "Personlighedsforstyrrelse (fx borderline)" are two names each."""
    if diagnosis.id == _NOT_SAID:
        return []
    both = f"{diagnosis.name.da}/{diagnosis.name.en or ''}/{diagnosis.id}".casefold()
    return [name for part in re.split(r"[/()]", both) if (name := _BEFORE_NAME.sub("", part).strip())]


def things_to_try(challenge: Challenge) -> list[str]:
    """The ids of what can be tried, free things first."""
    return [a.id for price in _PRICES for a in challenge.accommodations if a.price == price]
