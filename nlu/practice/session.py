"""One exercise from beginning to end: the person, the seed, and a log from which it can be replayed.

Pure but for the coder, which only reads: `step(state, line)` gives the next state, the reply and the codes. A line that
says nothing (no word in it, or nothing the coder can make out) moves nothing and counts for nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple, Protocol

from rapidfuzz import fuzz

from knowledge.personas import Cast, Persona
from nlu.practice import mind as minds
from nlu.practice import replies
from nlu.practice.coder import Code, Coding
from nlu.practice.mind import Mind
from nlu.practice.replies import NO_REPLY, Reply
from nlu.practice.stigma import Finding

_SAME_LINE = 92.0
"""A line this like an earlier one (rapidfuzz, 0-100) is taken for the same, asked again."""
_UNKNOWN_HELP = 3
"""After so many lines in a row that say nothing, the learner is offered help outside the talk."""


class Codes(Protocol):
    """What codes a line; `nlu.practice.coder.Coder` does."""

    def code(self, line: str, previous: str | None = None) -> Coding:
        """The codes of `line`, said after `previous`."""


class Finds(Protocol):
    """What finds words that hurt; `nlu.practice.stigma.Wordings` does."""

    def find(self, line: str, previous: str | None = None) -> tuple[Finding, ...]:
        """The wordings in `line` that hurt, said after `previous`."""

    def perhaps(self, line: str, clause: str) -> Finding:
        """A "perhaps" about `clause` of `line`."""


@dataclass(frozen=True)
class Turn:
    """One line and its answer. `counts` is false for a line that said nothing; `mind` is after the line; `mended`: it
    mended a rupture."""

    line: str
    coding: Coding
    stigma: tuple[Finding, ...]
    counts: bool
    topics: tuple[str, ...]
    reasons: tuple[str, ...]
    mind: Mind
    reply: Reply
    mended: bool = False


@dataclass(frozen=True)
class State:
    """An exercise so far. `seed` decides ties between lines; `focus` is the skill the learner chose to practise."""

    persona: str
    focus: str
    seed: int
    opening: Reply
    start: Mind
    turns: tuple[Turn, ...] = ()
    ended: bool = False

    @property
    def mind(self) -> Mind:
        """The other side as it is now."""
        return self.turns[-1].mind if self.turns else self.start

    @property
    def said(self) -> tuple[str, ...]:
        """All the other side has said, in order."""
        return tuple(r.text for r in (self.opening, *(turn.reply for turn in self.turns)) if r.text)

    @property
    def used(self) -> tuple[str, ...]:
        """The authored lines that were said."""
        return tuple(line for r in (self.opening, *(turn.reply for turn in self.turns)) for line in r.lines)

    @property
    def unknown_in_a_row(self) -> int:
        """How many lines in a row, up to the last, said nothing."""
        run = 0
        for turn in reversed(self.turns):
            if turn.counts:
                break
            run += 1
        return run

    @property
    def needs_help(self) -> bool:
        """Whether to offer help outside the talk: how a line may be written, with examples."""
        return self.unknown_in_a_row >= _UNKNOWN_HELP

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it; `State.of` reads it."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> State:
        """The state that `as_json` gave. Raises KeyError, TypeError: it is not of that form."""
        return cls(
            persona=data["persona"],
            focus=data["focus"],
            seed=data["seed"],
            opening=_reply(data["opening"]),
            start=_mind(data["start"]),
            turns=tuple(_turn(turn) for turn in data["turns"]),
            ended=data["ended"],
        )


class Step(NamedTuple):
    """What a line led to."""

    state: State
    reply: Reply
    codes: tuple[Code, ...]


class Room:
    """The exercise room: knows the people, codes the lines."""

    def __init__(self, cast: Cast, coder: Codes, wordings: Finds) -> None:
        self.cast = cast
        self._coder = coder
        self._wordings = wordings

    def begin(self, persona: str, focus: str, seed: int) -> State:
        """A new exercise, with the other side's first words. Raises KeyError for a person there is not."""
        person = self.cast.personas[persona]
        start = minds.begin(person)
        opening = self._say(person, start, ("opening",), (), (), (), f"{seed}")
        return State(persona, focus, seed, opening, start)

    def step(self, state: State, line: str) -> Step:
        """The exercise after `line`. An exercise that has ended stays as it is, without a reply."""
        if state.ended:
            return Step(state, NO_REPLY, ())
        person, rules = self.cast.personas[state.persona], self.cast.rules
        previous = state.said[-1] if state.said else None
        coding = self._coder.code(line, previous)
        stigma = self._wordings.find(line, previous)
        perhaps = () if stigma or coding.hurts <= 0 else (self._wordings.perhaps(line, coding.hurting_clause),)
        seed = f"{state.seed}:{len(state.turns)}"
        if not coding.codes and not stigma:
            act = "initiative" if state.unknown_in_a_row % 2 else "unknown"
            reply = self._say(person, state.mind, (act,), (), state.said, state.used, seed)
            turn = Turn(line, coding, (), False, (), (), state.mind, reply)
            return Step(replace(state, turns=(*state.turns, turn)), reply, ())
        last = next((r.talk for r in (*(t.reply for t in reversed(state.turns)), state.opening) if r.text), None)
        repeated = any(turn.counts and fuzz.ratio(line, turn.line) >= _SAME_LINE for turn in state.turns)
        heard = minds.hear(line, coding.codes, bool(stigma), person, rules, state.said, last, repeated)
        moved = minds.move(state.mind, heard, rules)
        ends = moved.mind.fatigue >= 1.0
        reply = NO_REPLY
        if not ends:
            reply = self._answer(state, person, moved, heard.topics, seed)
            ends = not reply.text
        if ends:
            reply = self._say(person, moved.mind, ("closing",), (), state.said, state.used, seed)
        told = (*moved.mind.told, reply.told) if reply.told else moved.mind.told
        mind = replace(moved.mind, told=told, asked_for_advice=reply.asks_advice)
        turn = Turn(line, coding, stigma or perhaps, True, heard.topics, moved.reasons, mind, reply, moved.mended)
        return Step(replace(state, turns=(*state.turns, turn), ended=ends), reply, coding.codes)

    def replay(self, state: State) -> State:
        """The same lines said anew to the same person with the same seed."""
        again = self.begin(state.persona, state.focus, state.seed)
        for turn in state.turns:
            again = self.step(again, turn.line).state
        return again

    def _answer(self, state: State, person: Persona, moved: minds.Moved, topics: tuple[str, ...], seed: str) -> Reply:
        rules = self.cast.rules
        counted = [turn for turn in state.turns if turn.counts]
        since = next((n for n, turn in enumerate(reversed(counted)) if turn.reply.tests), len(counted))
        may_tell = not (counted and counted[-1].reply.told) or "complex_reflection" in moved.reply_as
        return replies.choose(
            person, rules, moved.mind, moved.reply_as, topics, state.said, state.used, random.Random(seed),
            may_tell=may_tell, test=since >= rules.a_test_every,
        )  # fmt: skip

    def _say(
        self,
        person: Persona,
        mind: Mind,
        acts: tuple[str, ...],
        topics: tuple[str, ...],
        said: tuple[str, ...],
        used: tuple[str, ...],
        seed: str,
    ) -> Reply:
        return replies.choose(
            person, self.cast.rules, mind, acts, topics, said, used, random.Random(seed), may_tell=False
        )


def _reply(data: Mapping[str, Any]) -> Reply:
    return Reply(**{**data, "lines": tuple(data["lines"])})


def _mind(data: Mapping[str, Any]) -> Mind:
    pairs = {name: tuple((key, count) for key, count in data[name]) for name in ("times", "asked")}
    recent = tuple(tuple(names) for names in data["recent"])
    return Mind(**{**data, **pairs, "recent": recent, "told": tuple(data["told"])})


def _turn(data: Mapping[str, Any]) -> Turn:
    coded = data["coding"]
    coding = Coding(
        tuple(Code(**code) for code in coded["codes"]), dict(coded["odds"]), coded["hurts"], coded["hurting_clause"]
    )
    return Turn(
        line=data["line"],
        coding=coding,
        stigma=tuple(Finding(**found) for found in data["stigma"]),
        counts=data["counts"],
        topics=tuple(data["topics"]),
        reasons=tuple(data["reasons"]),
        mind=_mind(data["mind"]),
        reply=_reply(data["reply"]),
        mended=data["mended"],
    )
