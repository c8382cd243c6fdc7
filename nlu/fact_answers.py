"""Reads a short answer to the question about one fact: a number, yes or no, or the name of a value. Pure."""

from __future__ import annotations

import re

from knowledge.eligibility import FactValue
from knowledge.models import Fact, FactType
from nlu.answers import Answer, read_answer

_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?![\d]|[.,]\d)")
_FEW_WORDS = 8
"""Words up to which the only number of a message is the answer."""
_NONE = re.compile(r"\b(?:slet ikke|ingen|intet|nul|aldrig|none|zero|never)\b")
_TIMES = (
    (re.compile(r"\bår\b|\byears?\b"), {"uger": 52, "maaneder": 12}),
    (re.compile(r"\bmåned(?:er)?\b|\bmdr?\b|\bmonths?\b"), {"uger": 4, "maaneder": 1}),
    (re.compile(r"\buger?\b|\bweeks?\b"), {"uger": 1, "maaneder": 0.25}),
    (re.compile(r"\bdage?\b|\bdays?\b"), {"uger": 1 / 7, "maaneder": 1 / 30}),
)
"""What one unit of time is in the unit that a fact is counted in."""


def read_fact_answer(fact: Fact, text: str, intent: str | None) -> FactValue | None:
    """What the answer says of `fact`; None when it says nothing that can be read, or is something else.

    Args:
        fact: what was asked about.
        text: the answer, in Danish or English; the name of a value is read in both.
        intent: what the message was understood as.
    """
    plain = " ".join(text.casefold().split())
    if "?" in plain or not plain:
        return None
    match fact.type:
        case FactType.YES_NO:
            answer = read_answer(text, intent)
            return None if answer in (None, Answer.SKIP) else answer is Answer.YES
        case FactType.NUMBER:
            return _number(fact.id, plain)
        case FactType.ONE_CHOICE:
            named = _named(fact, plain)
            return next(iter(named)) if len(named) == 1 else None
        case FactType.MANY_CHOICES:
            return _named(fact, plain) or None


def _number(fact_id: str, plain: str) -> int | None:
    found = _NUMBER.findall(plain)
    if not found and _NONE.search(plain):
        return 0
    if len(found) != 1 or len(plain.split()) > _FEW_WORDS:
        return None
    unit = next((unit for unit in ("uger", "maaneder") if unit in fact_id.split("_")), None)
    times = next((by[unit] for pattern, by in _TIMES if pattern.search(plain)), 1) if unit else 1
    return int(int(found[0]) * times)


def _named(fact: Fact, plain: str) -> frozenset[str]:
    """The values whose names stand in the answer; a name inside another that stands there too does not count."""
    names = [(name.casefold(), value) for lang in ("da", "en") for value, name in fact.names(lang).items()]
    exact = frozenset(value for name, value in names if name == plain)
    if exact:
        return exact
    # The bracket of a name explains it; nobody writes it.
    heard = [(name.split(" (")[0], value) for name, value in names]
    heard = [(name, value) for name, value in heard if re.search(rf"\b{re.escape(name)}\b", plain)]
    return frozenset(value for name, value in heard if not any(name != other and name in other for other, _ in heard))
