"""What a scheme's rules say of the facts a person has told: yes, no or unknown, and why.

Pure functions over `knowledge/facts.yml` and the `rules` of the schemes; the rules of reading stand in
`rule_language` there. The answers are for the assistant alone. People are told "kan være relevant", "en betingelse
ser ikke ud til at passe" or "mangler at vide": the municipality decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from knowledge.models import Condition, Coverage, Fact, FactType, Operator, Premise, RuleGroup, Scheme, Strength

FactValue = bool | int | str | frozenset[str]
"""What is known of one fact: yes or no, a whole number, one of its values, or several of them."""
Told = Mapping[str, FactValue]
"""Fact id → what is known. What a person does not know or will not say is left out."""


class Answer(StrEnum):
    """What the rules say. `YES` is never said of a scheme whose rules do not hold all of its conditions."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """The answer for one scheme, with what it rests on.

    `rules_met`: every rule holds, which is not yet a yes where the rules are partial.
    `met`, `unmet`: the conditions that decide, in the order of the rules; each has its `why` and `source`.
    `exceptional`: main rules that are not met; exceptions exist, so somebody must look at it.
    `missing`: ids of the facts that can still change the answer, each once.
    """

    answer: Answer
    rules_met: bool
    met: tuple[Condition, ...]
    unmet: tuple[Condition, ...]
    exceptional: tuple[Condition, ...]
    missing: tuple[str, ...]


def judge(scheme: Scheme, told: Told) -> Verdict:
    """What the rules of `scheme` say of `told`. Whether it is open or closed is another question (`dated.py`).

    Raises:
        ValueError: a value does not fit its condition (say a word where a number is compared).
    """
    if scheme.rules_coverage is Coverage.NONE:
        return Verdict(Answer.UNKNOWN, False, (), (), (), ())
    found = _group(scheme.rules, told)
    rules_met = found.answer is Answer.YES and bool(scheme.rules.members)
    says_yes = rules_met and scheme.rules_coverage is Coverage.FULL
    answer = Answer.NO if found.answer is Answer.NO else Answer.YES if says_yes else Answer.UNKNOWN
    return Verdict(answer, rules_met, found.met, found.unmet, found.exceptional, tuple(dict.fromkeys(found.missing)))


def refuse_unknown(told: Told, facts: Iterable[Fact]) -> None:
    """Hold what was told against the fact vocabulary.

    Raises:
        ValueError: a fact is not in the vocabulary, or its value is none that it can have.
    """
    known = {fact.id: fact for fact in facts}
    for name, value in told.items():
        if name not in known:
            raise ValueError(f"There is no fact '{name}'.")
        if not _fits(known[name], value):
            raise ValueError(f"'{value}' is no value of the fact '{name}'.")


@dataclass(frozen=True)
class _Part:
    answer: Answer
    met: tuple[Condition, ...] = ()
    unmet: tuple[Condition, ...] = ()
    exceptional: tuple[Condition, ...] = ()
    missing: tuple[str, ...] = ()


def _group(group: RuleGroup, told: Told) -> _Part:
    """`all`: no beats unknown beats yes. `any`: yes beats unknown beats no."""
    parts = [_group(m, told) if isinstance(m, RuleGroup) else _condition(m, told) for m in group.members]
    order = (
        (Answer.NO, Answer.UNKNOWN, Answer.YES) if group.all is not None else (Answer.YES, Answer.UNKNOWN, Answer.NO)
    )
    empty = Answer.YES if group.all is not None else Answer.NO
    answer = min((part.answer for part in parts), key=order.index, default=empty)
    # Only the parts that decide are told: in a settled group the others can change nothing any more.
    deciding = parts if answer is order[-1] else [part for part in parts if part.answer is answer]
    met = [part for part in parts if part.answer is Answer.YES] if answer is Answer.UNKNOWN else []
    return _Part(
        answer,
        met=tuple(one for part in (*met, *deciding) for one in part.met),
        unmet=tuple(one for part in deciding for one in part.unmet),
        exceptional=tuple(one for part in deciding for one in part.exceptional),
        missing=tuple(one for part in deciding for one in part.missing),
    )


def _condition(condition: Condition, told: Told) -> _Part:
    if condition.fact not in told:
        return _Part(Answer.UNKNOWN, missing=(condition.fact,))
    if holds(condition, told[condition.fact]):
        return _Part(Answer.YES, met=(condition,))
    if condition.strength is Strength.MAIN_RULE:
        return _Part(Answer.UNKNOWN, exceptional=(condition,))
    return _Part(Answer.NO, unmet=(condition,))


def holds(condition: Condition | Premise, value: FactValue) -> bool:
    """Whether `value`, told of the condition's fact, meets it.

    Raises:
        ValueError: the value does not fit the condition (say a word where a number is compared).
    """
    wanted = condition.value
    match condition.operator:
        case Operator.EQUALS:
            return wanted in value if isinstance(value, frozenset) else type(value) is type(wanted) and value == wanted
        case Operator.ANY_OF:
            return bool(_words(value) & _words(wanted))
        case Operator.NONE_OF:
            return not _words(value) & _words(wanted)
        case Operator.AT_LEAST:
            return _number(value) >= _number(wanted)
        case Operator.AT_MOST:
            return _number(value) <= _number(wanted)
        case Operator.ABOVE:
            return _number(value) > _number(wanted)
        case Operator.BELOW:
            return _number(value) < _number(wanted)


def _words(value: FactValue | tuple[str, ...]) -> frozenset[str]:
    if isinstance(value, (frozenset, tuple)):
        return frozenset(value)
    if isinstance(value, str):
        return frozenset((value,))
    raise ValueError(f"'{value}' is compared with words.")


def _number(value: FactValue | tuple[str, ...]) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError(f"'{value}' is compared with a number.")


def _fits(fact: Fact, value: FactValue) -> bool:
    match fact.type:
        case FactType.MANY_CHOICES:
            return isinstance(value, frozenset) and bool(value) and value <= fact.values.keys()
        case FactType.ONE_CHOICE:
            return isinstance(value, str) and value in fact.values
        case FactType.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool)
        case FactType.YES_NO:
            return isinstance(value, bool)
