"""What an exercise showed, in the order that helps: the other side's view, three of the learner's own lines, write one
anew and compare, what was hidden, one goal, and only then numbers.

Nothing here is a grade. Numbers are counts; shares and ratios come with an interval and only from `ENOUGH` lines on.
They stand in the order in which they can be trusted: unasked advice and confrontation, questions, reflections, the
ratio of reflections to questions, complex reflections (uncertain). Pure; texts are the content files'.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.personas import Cast, Persona
from nlu.practice.coder import UNCLEAR
from nlu.practice.learned import CODES
from nlu.practice.session import State, Turn

ENOUGH = 12
"""Lines that were coded, below which nothing but counts is given."""
DRAWS = 1000
"""Times the codes are drawn anew from the coder's own probabilities, for the intervals."""
SHARE = 0.9
"""The share of the draws an interval holds."""
_HELPS = frozenset(
    {"open_question", "simple_reflection", "complex_reflection", "affirm", "emphasise_autonomy", "seek_collaboration"}
)
_TAKES_UP = frozenset({"reflection", "adherent", UNCLEAR})


@dataclass(frozen=True)
class Quote:
    """One of the learner's lines: which (0-based turn), word for word, its codes, and why it counted."""

    turn: int
    line: str
    codes: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Rewrite:
    """A line to write anew, and two authored ways to compare with afterwards. `before` is what it answered."""

    quote: Quote
    before: str
    examples: tuple[str, str]


@dataclass(frozen=True)
class Hidden:
    """A hidden fact: whether it was reached, and the line that opened it, or that it was asked too early."""

    text: str
    reached: bool
    opened_by: Quote | None
    shut_by: Quote | None


@dataclass(frozen=True)
class Measure:
    """A figure with an interval; `uncertain` where it must be read with much care."""

    value: float
    low: float
    high: float
    uncertain: bool


@dataclass(frozen=True)
class Numbers:
    """Counts, with the lines behind the first three and, for hurtful words, the words and better ones.

    Ratios are None below `ENOUGH` coded lines.

    `words_share` is the learner's share of all words, `longest` the words of their longest line. Of `coded` lines the
    code is known, of `group_only` just the group; `unread` lines were not coded.
    """

    coded: int
    group_only: int
    unread: int
    unasked_advice: tuple[Quote, ...]
    confrontations: tuple[Quote, ...]
    hurtful_words: tuple[tuple[Quote, str, str], ...]
    perhaps_hurtful: tuple[tuple[Quote, str, str], ...]
    open_questions: int
    closed_questions: int
    questions: int
    reflections: int
    simple_reflections: int
    complex_reflections: int
    affirmations: int
    collaborations: int
    autonomy: int
    information: int
    advice_with_leave: int
    open_share: Measure | None
    reflections_to_questions: Measure | None
    complex_share: Measure | None
    words_share: float
    longest: int


@dataclass(frozen=True)
class Feedback:
    """All of it, in the order it is shown."""

    view: str
    best: Quote | None
    most_costly: Quote | None
    missed: Quote | None
    rewrite: Rewrite | None
    hidden: tuple[Hidden, ...]
    focus: str
    focus_lines: tuple[Quote, ...]
    goal: str
    numbers: Numbers


def feedback(state: State, cast: Cast) -> Feedback:
    """The feedback on an exercise, also on one that was stopped early or never begun."""
    persona = cast.personas[state.persona]
    turns = [(place, turn) for place, turn in enumerate(state.turns) if turn.counts]
    steps = {place: _step(state, place) for place, _ in turns}
    best = max((p for p, _ in turns if steps[p] > 0), key=lambda p: steps[p], default=None)
    costly = min((p for p, _ in turns if steps[p] < 0), key=lambda p: steps[p], default=None)
    missed = _missed(state, [place for place, _ in turns if place not in (best, costly)])
    skill = next(skill for skill in cast.feedback.skills if skill.id == state.focus)
    shown = [_quote(state, p) for p, turn in turns if _shows(turn, skill.codes)]
    band = cast.rules.trust_bands.of(state.mind.trust)
    return Feedback(
        view=str(getattr(persona.views, band)),
        best=None if best is None else _quote(state, best),
        most_costly=None if costly is None else _quote(state, costly),
        missed=None if missed is None else _quote(state, missed),
        rewrite=_rewrite(state, persona, costly, missed),
        hidden=tuple(_hidden(state, persona)),
        focus=skill.name,
        focus_lines=tuple(shown),
        goal=skill.next_goal,
        numbers=_numbers(state),
    )


def _shows(turn: Turn, codes: Sequence[str]) -> bool:
    if "repair" in codes and turn.mended:
        return True
    return any(code.code in codes for code in turn.coding.codes)


def _step(state: State, place: int) -> float:
    """What a line did to trust, less half of what it did to discord: the scales as the other side feels them."""
    before = state.turns[place - 1].mind if place else state.start
    after = state.turns[place].mind
    return (after.trust - before.trust) - 0.5 * max(0.0, after.discord - before.discord)


def _missed(state: State, places: Sequence[int]) -> int | None:
    """A line just after a wish or after both sides that took up nothing of it: the one at the highest readiness.

    What was said with leave is no missed chance.
    """
    chances = [
        place
        for place in places
        if _talk_before(state, place) in ("change", "both")
        and not (state.turns[place - 1].mind.leave if place else False)
        and not any(code.code in _HELPS or code.group in _TAKES_UP for code in state.turns[place].coding.codes)
    ]
    return max(chances, key=lambda p: (_talk_before(state, p) == "change", state.turns[p].mind.readiness), default=None)


def _talk_before(state: State, place: int) -> str | None:
    return (state.turns[place - 1].reply if place else state.opening).talk


def _before(state: State, place: int) -> str:
    return (state.turns[place - 1].reply if place else state.opening).text


def _quote(state: State, place: int) -> Quote:
    turn = state.turns[place]
    return Quote(place, turn.line, tuple(code.name for code in turn.coding.codes), turn.reasons)


def _rewrite(state: State, persona: Persona, costly: int | None, missed: int | None) -> Rewrite | None:
    place = costly if costly is not None else missed
    if place is None:
        return None
    turn = state.turns[place]
    if place == costly:
        wanted = [code.name for code in turn.coding.codes] + [
            "confront" if any(f.sure for f in turn.stigma) else "persuade"
        ]
    else:
        wanted = ["missed_change" if _talk_before(state, place) == "change" else "missed_doubt"]
    for name in (*wanted, "missed_doubt"):
        fits = [w for w in persona.wordings if w.instead_of == name]
        on_topic = [w for w in fits if w.topic in turn.topics] or [w for w in fits if w.topic is None]
        if on_topic:
            return Rewrite(_quote(state, place), _before(state, place), on_topic[0].say)
    return None


def _hidden(state: State, persona: Persona) -> list[Hidden]:
    opened = {turn.reply.told: place for place, turn in enumerate(state.turns) if turn.reply.told}
    shut = {turn.reply.dodged: place for place, turn in enumerate(state.turns) if turn.reply.dodged}
    return [
        Hidden(
            fact.text,
            fact.id in opened,
            _quote(state, opened[fact.id]) if fact.id in opened else None,
            _quote(state, shut[fact.id]) if fact.id in shut and fact.id not in opened else None,
        )
        for fact in persona.facts
    ]


def _numbers(state: State) -> Numbers:
    turns = [(place, turn) for place, turn in enumerate(state.turns) if turn.counts]
    codes = [code for _, turn in turns for code in turn.coding.codes]

    def count(name: str) -> int:
        return sum(code.code == name for code in codes)

    def lines(name: str) -> tuple[Quote, ...]:
        return tuple(_quote(state, p) for p, turn in turns if any(code.name == name for code in turn.coding.codes))

    coded = sum(any(code.code for code in turn.coding.codes) for _, turn in turns)
    own = sum(len(turn.line.split()) for _, turn in turns)
    theirs = sum(len(said.split()) for said in state.said)
    enough = coded >= ENOUGH
    odds = [turn.coding.odds for _, turn in turns if turn.coding.odds]
    draws = _draws(odds, state.seed) if enough else []
    return Numbers(
        coded=coded,
        group_only=sum(bool(turn.coding.codes) for _, turn in turns) - coded,
        unread=len(state.turns) - sum(bool(turn.coding.codes) for turn in state.turns),
        unasked_advice=lines("persuade") + lines("non_adherent"),
        confrontations=lines("confront"),
        hurtful_words=tuple((_quote(state, p), f.span, f.instead) for p, turn in turns for f in turn.stigma if f.sure),
        perhaps_hurtful=tuple(
            (_quote(state, p), f.span, f.instead) for p, turn in turns for f in turn.stigma if not f.sure
        ),
        open_questions=count("open_question"),
        closed_questions=count("closed_question"),
        questions=sum(code.group == "question" for code in codes),
        reflections=sum(code.group == "reflection" for code in codes),
        simple_reflections=count("simple_reflection"),
        complex_reflections=count("complex_reflection"),
        affirmations=count("affirm"),
        collaborations=count("seek_collaboration"),
        autonomy=count("emphasise_autonomy"),
        information=count("give_information"),
        advice_with_leave=count("persuade_with_permission"),
        open_share=_measure(draws, lambda n: _share(n["open_question"], n["closed_question"]), uncertain=False),
        reflections_to_questions=_measure(draws, _ratio, uncertain=True),
        complex_share=_measure(
            draws, lambda n: _share(n["complex_reflection"], n["simple_reflection"]), uncertain=True
        ),
        words_share=own / (own + theirs) if own + theirs else 0.0,
        longest=max((len(turn.line.split()) for _, turn in turns), default=0),
    )


Drawn = dict[str, int]


def _draws(odds: Sequence[object], seed: int) -> list[Drawn]:
    """How many lines of each code there may have been: each line's code drawn from its probabilities, many times."""
    chance = random.Random(seed)
    drawn: list[Drawn] = [dict.fromkeys(CODES, 0) for _ in range(DRAWS)]
    for its in odds:
        names, weights = zip(*its.items(), strict=True)  # type: ignore[attr-defined]
        for counts, name in zip(drawn, chance.choices(names, weights, k=DRAWS), strict=True):
            counts[name] += 1
    return drawn


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None


def _ratio(counts: Drawn) -> float | None:
    questions = counts["open_question"] + counts["closed_question"]
    reflections = counts["simple_reflection"] + counts["complex_reflection"]
    return reflections / questions if questions else None


def _measure(draws: Sequence[Drawn], of: Callable[[Drawn], float | None], uncertain: bool) -> Measure | None:
    values = sorted(value for counts in draws if (value := of(counts)) is not None)
    if len(values) < len(draws) / 2 or not values:
        return None
    edge = (1 - SHARE) / 2
    low, middle, high = (values[min(len(values) - 1, int(share * len(values)))] for share in (edge, 0.5, 1 - edge))
    return Measure(round(middle, 2), round(low, 2), round(high, 2), uncertain)
