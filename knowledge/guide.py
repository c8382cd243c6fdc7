"""The guided check: which schemes may be relevant to a person, and what is best asked next. Pure.

A scheme's score is how far its rules hold or may still hold (`chance`), times how much it speaks to the person
(`weight`): whether it belongs to their situation, how closely its rules pick somebody out (a scheme for few that fits
says more than one for everybody), and, where free text was read, how like the text it is. Schemes whose rules say no,
that are closed, or that are not known to exist are left out.

A question is worth asking only while its answer can change the first schemes. Among those facts the one is asked that
leaves the least doubt about the schemes in play. Beliefs about what people will answer are as plain as can be: every
answer that makes a difference is as likely as the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2
from types import MappingProxyType

from knowledge.dated import DatedScheme
from knowledge.eligibility import Answer, FactValue, Told, Verdict, holds, judge
from knowledge.models import (
    Audience,
    Condition,
    Coverage,
    Fact,
    FactType,
    Implication,
    Operator,
    Premise,
    RuleGroup,
    Situation,
    Strength,
)

FIRST = 3
"""Schemes that are shown, and that questions are asked for."""
MOST_QUESTIONS = 8
EXCEPTION = 0.25
"""How far a main rule that is not met still may hold: exceptions exist."""
UNTRIED = 1.1
"""What stands for the rules of a scheme that has none for a machine: a little more than nothing known of the others."""
UNRAISED = 0.2
"""How far a condition holds whose fact counts only when the person brings it up."""
MOST_BITS = 4.0
"""Closeness of rules (bits of surprise) beyond which a scheme says no more about a person."""
LIKENESS = 8.0
"""What a likeness of 1 with the person's words weighs beside the bits of the rules."""
ELSEWHERE = 0.15
"""What is left of a scheme's weight where it belongs to another situation than the person's."""
USUAL = 0.7
"""How likely a fact's usual answer is."""
WORTH_ASKING = 0.3
"""The score a scheme must promise (its best, times how likely that is) for questions to be asked for its sake."""
NO_LIKENESS: Mapping[str, float] = MappingProxyType({})
SITUATION_FACT = "beskaeftigelse"
SITUATIONS: Mapping[str, frozenset[Situation]] = MappingProxyType(
    {
        "ordinaert_ansat": frozenset({"keep"}),
        "fleksjob": frozenset({"keep"}),
        "loentilskud": frozenset({"keep", "hire"}),
        "virksomhedspraktik": frozenset({"hire", "training"}),
        "seniorjob": frozenset({"keep"}),
        "opkvalificering": frozenset({"hire", "training"}),
        "selvstaendig": frozenset({"self_employed"}),
        "ledig": frozenset({"hire", "training"}),
        "sygemeldt_ansat": frozenset({"sick_leave", "keep"}),
        "sygemeldt_ledig": frozenset({"sick_leave"}),
        "sygemeldt_selvstaendig": frozenset({"sick_leave", "self_employed"}),
        "studerende": frozenset({"education"}),
        "foertidspension": frozenset({"hire"}),
        "efterloen": frozenset({"hire"}),
        "uden_for_arbejdsmarkedet": frozenset({"hire"}),
    }
)
"""What is at stake for a person, by how they are attached to work."""

Rule = tuple[bool, tuple["Rule", ...]] | Condition
"""A group (whether all must hold, its members) or a condition."""


@dataclass(frozen=True)
class Ranked:
    """A scheme that may be relevant: `score` for the order alone, `verdict` for the reasons.

    `missing` are the facts of `verdict.missing` that are still worth asking about.
    """

    scheme: DatedScheme
    score: float
    verdict: Verdict
    missing: tuple[str, ...]


def complete(told: Told, implications: Iterable[Implication]) -> dict[str, FactValue]:
    """What was told and what follows from it; nothing told is altered, several values of a fact are joined."""
    known, rules, more = dict(told), tuple(implications), True
    while more:
        more = False
        for rule in rules:
            if not all(one.fact in known and holds(one, known[one.fact]) for one in rule.when):
                continue
            for conclusion in rule.then:
                before, follows = known.get(conclusion.fact), conclusion.value
                if isinstance(follows, tuple):
                    added = frozenset(follows) | (before if isinstance(before, frozenset) else frozenset())
                    more, known[conclusion.fact] = more or added != before, added
                elif before is None:
                    more, known[conclusion.fact] = True, follows
    return known


@dataclass(frozen=True)
class Guide:
    """The check over the schemes of one day, for one audience."""

    schemes: tuple[DatedScheme, ...]
    facts: tuple[Fact, ...]
    implications: tuple[Implication, ...]
    audience: Audience = "citizen"

    # --- asking -----------------------------------------------------------------------------------------------------

    def next_question(
        self, told: Told, not_told: Collection[str] = (), asked: int = 0, likeness: Mapping[str, float] = NO_LIKENESS
    ) -> str | None:
        """The fact to ask about next, or None when no answer can change the first schemes, or enough was asked.

        Args:
            told: what is known.
            not_told: facts that were asked about without an answer ("ved ikke", skipped); never asked again.
            asked: how many questions were put before.
            likeness: how like the person's own words each scheme is, 0 to 1, by id.
        """
        if asked >= MOST_QUESTIONS:
            return None
        known = complete(told, self.implications)
        in_play = self._in_play(known, frozenset(not_told), likeness)
        if not in_play:
            return None
        doubt = {scheme: self._doubt(scheme, known, frozenset(not_told)) for scheme in in_play}
        candidates = dict.fromkeys(f for s in in_play for f in self._missing(s, known, frozenset(not_told)))

        def left(fact: str) -> float:
            return sum(
                likely * self._doubt_after(fact, value, known, frozenset(not_told), doubt, in_play)
                for value, likely in self._telling[fact]
            )

        order = {fact.id: place for place, fact in enumerate(self.facts)}
        return min(candidates, key=lambda fact: (round(left(fact), 9), order[fact]))

    def _doubt_after(
        self,
        fact: str,
        value: FactValue,
        known: Told,
        not_told: frozenset[str],
        doubt: Mapping[int, float],
        in_play: Mapping[int, float],
    ) -> float:
        then = complete({**known, fact: value}, self.implications)
        changed = then.keys() - known.keys() | {f for f in known if then[f] != known[f]}
        return sum(
            weight * (self._doubt(scheme, then, not_told) if changed & self._uses[scheme] else doubt[scheme])
            for scheme, weight in in_play.items()
        )

    def _in_play(self, known: Told, not_told: frozenset[str], likeness: Mapping[str, float]) -> dict[int, float]:
        """The schemes that an answer may yet bring among the first or move there, with what that would mean."""
        settled, unsettled = [], []
        for index, dated in enumerate(self._open):
            if self._missing(index, known, not_told):
                unsettled.append(index)
            elif judge(dated.scheme, known).answer is not Answer.NO:
                settled.append(self._weight(index, known, likeness) * self._chance(index, known))
        bar = sorted(settled, reverse=True)[FIRST - 1] if len(settled) >= FIRST else 0.0
        in_play = {}
        for index in unsettled:
            best = self._weight(index, known, likeness) * self._best(index, known, not_told)
            if best > bar and best * self._chance(index, known, self._met) > WORTH_ASKING:
                in_play[index] = (best - bar) * self._chance(index, known)
        return in_play

    def _missing(self, index: int, known: Told, not_told: frozenset[str]) -> tuple[str, ...]:
        missing = judge(self._open[index].scheme, known).missing
        return tuple(f for f in missing if f in self._askable and f not in not_told)

    def _doubt(self, index: int, known: Told, not_told: frozenset[str]) -> float:
        """The entropy of whether the scheme's rules hold, in bits; none once nothing can be asked any more."""
        if not self._missing(index, known, not_told):
            return 0.0
        chance = self._chance(index, known)
        return -sum(p * log2(p) for p in (chance, 1 - chance) if p > 0)

    @cached_property
    def _askable(self) -> frozenset[str]:
        def may_be_asked(fact: Fact) -> bool:
            return fact.asked_in_check and (self.audience == "citizen" or fact.ask_employer is not None)

        return frozenset(fact.id for fact in self.facts if may_be_asked(fact))

    # --- ranking ----------------------------------------------------------------------------------------------------

    def rank(
        self, told: Told, likeness: Mapping[str, float] = NO_LIKENESS, not_told: Collection[str] = ()
    ) -> tuple[Ranked, ...]:
        """The schemes that may be relevant, the likeliest first; the order is the same for the same facts."""
        known = complete(told, self.implications)
        found = []
        for index, dated in enumerate(self._open):
            verdict = judge(dated.scheme, known)
            if verdict.answer is Answer.NO:
                continue
            score = self._weight(index, known, likeness) * self._chance(index, known)
            found.append(Ranked(dated, score, verdict, self._missing(index, known, frozenset(not_told))))
        return tuple(sorted(found, key=_order))

    def _weight(self, index: int, known: Told, likeness: Mapping[str, float]) -> float:
        scheme = self._open[index].scheme
        return (1 + self._bits[index] + LIKENESS * likeness.get(scheme.id, 0.0)) * self._fit(index, known)

    def _fit(self, index: int, known: Told) -> float:
        """1 where the scheme belongs to the person's situation, or while that is not known."""
        values = known.get(SITUATION_FACT)
        if not isinstance(values, frozenset):
            return 1.0
        at_stake = frozenset[Situation]().union(*(SITUATIONS[value] for value in values))
        return 1.0 if at_stake & set(self._open[index].scheme.situations) else ELSEWHERE

    def _chance(self, index: int, known: Told, unknown: Mapping[Condition, float] | None = None) -> float:
        """How far the rules hold, 1 where they do; `unknown` tells of conditions whose fact is not known."""
        guessed = self._shares if unknown is None else unknown

        def of(rule: Rule) -> float:
            if isinstance(rule, Condition):
                if rule.fact not in known:
                    return guessed[rule]
                if holds(rule, known[rule.fact]):
                    return 1.0
                return EXCEPTION if rule.strength is Strength.MAIN_RULE else 0.0
            every, members = rule
            held = 1.0
            for member in members:
                held *= of(member) if every else 1 - of(member)
            return held if every else 1 - held

        untried = self._open[index].scheme.rules_coverage is Coverage.NONE
        return UNTRIED if untried else of(self._rules[index])

    def _best(self, index: int, known: Told, not_told: frozenset[str]) -> float:
        """How far the rules hold if all that can still be asked turns out well."""
        can_be_asked = self._askable - not_told
        hoped = {one: 1.0 if one.fact in can_be_asked else share for one, share in self._shares.items()}
        return self._chance(index, known, hoped)

    # --- what is known before anything is told ----------------------------------------------------------------------

    @cached_property
    def _open(self) -> tuple[DatedScheme, ...]:
        """The schemes that may be offered to this audience."""
        return tuple(one for one in self.schemes if one.may_be_suggested and self.audience in one.scheme.audience)

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        return tuple(_compiled(one.scheme.rules) for one in self._open)

    @cached_property
    def _uses(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(one.fact for one in dated.scheme.rules.conditions()) for dated in self._open)

    @cached_property
    def _telling(self) -> dict[str, tuple[tuple[FactValue, float], ...]]:
        """For each fact the answers that make a difference to some scheme, and how likely they are."""
        conditions = [c for one in self._open for c in one.scheme.rules.conditions()]
        premises = [p for rule in self.implications for p in rule.when]
        return {
            fact.id: _likely(fact, _telling(fact, [one for one in (*conditions, *premises) if one.fact == fact.id]))
            for fact in self.facts
        }

    @cached_property
    def _met(self) -> dict[Condition, float]:
        """How likely each condition is met by somebody of whom nothing is known."""
        met = {}
        for dated in self._open:
            for one in dated.scheme.rules.conditions():
                answers = [(complete({one.fact: v}, self.implications), p) for v, p in self._telling[one.fact]]
                likely = sum(p for known, p in answers if holds(one, known[one.fact]))
                met[one] = likely if one.fact in self._askable else UNRAISED
        return met

    @cached_property
    def _shares(self) -> dict[Condition, float]:
        """The same, with what is left when a main rule is not met."""
        return {
            one: met + EXCEPTION * (1 - met)
            if one.strength is Strength.MAIN_RULE and one.fact in self._askable
            else met
            for one, met in self._met.items()
        }

    @cached_property
    def _bits(self) -> tuple[float, ...]:
        """How closely the rules of each scheme pick somebody out."""
        shares = {one: share if one.fact in self._askable else 1.0 for one, share in self._shares.items()}
        untried = [one.scheme.rules_coverage is Coverage.NONE for one in self._open]
        return tuple(
            0.0 if nothing else min(MOST_BITS, -log2(self._chance(index, {}, shares)))
            for index, nothing in enumerate(untried)
        )


def _order(one: Ranked) -> tuple[float, bool, str]:
    """By score; of two alike, what a person can be given before a right or a meeting."""
    return -round(one.score, 9), one.scheme.scheme.kind in ("right", "meeting"), one.scheme.scheme.id


def _compiled(group: RuleGroup) -> Rule:
    members = tuple(_compiled(one) if isinstance(one, RuleGroup) else one for one in group.members)
    return (group.all is not None, members)


def _telling(fact: Fact, conditions: Sequence[Premise]) -> tuple[FactValue, ...]:
    match fact.type:
        case FactType.YES_NO:
            return (True, False)
        case FactType.ONE_CHOICE:
            return tuple(fact.values)
        case FactType.MANY_CHOICES:
            return tuple(frozenset((value,)) for value in fact.values)
        case FactType.NUMBER:
            return tuple(_between(sorted({_first_over(one) for one in conditions})))


def _likely(fact: Fact, answers: Sequence[FactValue]) -> tuple[tuple[FactValue, float], ...]:
    """The answers with their likelihood: `USUAL` for the usual one where there is one, all others alike."""
    if fact.usual is None:
        return tuple((value, 1 / len(answers)) for value in answers)
    usual = _same_answer(fact, answers)
    rest = (1 - USUAL) / (len(answers) - 1) if len(answers) > 1 else 0.0
    return tuple((value, (USUAL if rest else 1.0) if value == usual else rest) for value in answers)


def _same_answer(fact: Fact, answers: Sequence[FactValue]) -> FactValue:
    """The one of `answers` that stands for the fact's usual value."""
    if fact.type is FactType.MANY_CHOICES:
        return frozenset((str(fact.usual),))
    if fact.type is FactType.NUMBER:
        assert isinstance(fact.usual, int)
        return max(one for one in answers if isinstance(one, int) and (one <= fact.usual or one == answers[0]))
    assert fact.usual is not None
    return fact.usual


def _first_over(condition: Premise) -> int:
    """The number from which on the answer to a comparison is another one than below it."""
    assert isinstance(condition.value, int)
    return condition.value + (condition.operator in (Operator.ABOVE, Operator.AT_MOST))


def _between(borders: Sequence[int]) -> Iterator[int]:
    """A number below all `borders`, and each border."""
    yield (borders[0] if borders else 0) - 1
    yield from borders
