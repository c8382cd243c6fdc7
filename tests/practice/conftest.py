"""The exercise room as it is, and one whose codes are written in the line, to try the rest without the coder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from knowledge.personas import Cast, read_personas
from nlu.practice.coder import Code, Coder, Coding, load_coder
from nlu.practice.learned import CODES, GROUP_OF, GROUPS
from nlu.practice.session import Room, State
from nlu.practice.stigma import Finding, read_wordings
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def cast() -> Cast:
    """The people, rules and texts as they come."""
    return read_personas()


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The coder, learned once and kept beside the model."""
    return load_coder(ROOT / "data")


@dataclass(frozen=True)
class Told:
    """Reads the codes from the line itself: "confront+stigma: anything"; a line without any says nothing."""

    def code(self, line: str, previous: str | None = None) -> Coding:
        names = [name for name in line.split(":")[0].split("+") if name in CODES or name in GROUPS]
        codes = [Code(GROUP_OF.get(name, name), name if name in CODES else None, 0.9, line) for name in names]
        sure = [code.code for code in codes if code.code]
        share = 0.9 / len(sure) if sure else 0.0
        odds = {code: share if code in sure else (1 - share * len(sure)) / (12 - len(sure)) for code in CODES}
        return Coding(tuple(codes), odds if codes else {})

    def find(self, line: str, previous: str | None = None) -> tuple[Finding, ...]:
        return (Finding(0, 6, line[:6], "andre ord"),) if "stigma" in line.split(":")[0] else ()

    def perhaps(self, line: str, clause: str) -> Finding:
        return Finding(0, len(clause), clause, "måske andre ord", sure=False)


@pytest.fixture(scope="session")
def told_room(cast: Cast) -> Room:
    """A room where every line names its own codes."""
    return Room(cast, Told(), Told())


@pytest.fixture(scope="session")
def room(cast: Cast, coder: Coder) -> Room:
    """The room as it is used."""
    return Room(cast, coder, read_wordings())


Play = Callable[..., State]


@pytest.fixture(scope="session")
def play(told_room: Room) -> Play:
    """Play lines to a person."""

    def played(persona: str, lines: Sequence[str], seed: int = 1, focus: str = "reflections") -> State:
        state = told_room.begin(persona, focus, seed)
        for line in lines:
            state = told_room.step(state, line).state
        return state

    return played
