"""Codes a caseworker's line: what kind of line it is, given what the other side said before it.

Two tiers: the group (question, reflection …), then the code within it. Where the code is unsure, only the group is
given; where the group is unsure, nothing is. The decision rules are those of MITI 4.2.1 as far as a machine can follow
them; open and closed questions are our own extra.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu import vectors
from nlu.practice import learned
from nlu.practice.clauses import clauses
from nlu.practice.learned import GROUP_OF, GROUPS, Separators

logger = logging.getLogger(__name__)

_DATA = Path(__file__).parent.parent / "data"
LINES = (_DATA / "practice_collected.jsonl", _DATA / "practice_own.jsonl")
"""What the coder learns from."""
HURTFUL = (LINES[0].with_name("stigma_collected.jsonl"),)
"""What it learns from which wordings hurt."""
FILE = "practice.npz"
CODE_FROM = 0.55
"""A code is given from this share of its group's probability; below it only the group is."""
GROUP_FROM = 0.35
"""A group is given from this probability; below it the line is not coded."""
CLAUSE_FROM = 0.7
"""A clause beside the main one gives a code of its own where its group has this probability."""
SURE = 0.75
"""A clear affirmation trumps a reflection, and a clear confrontation a persuasion, from this probability."""
DOUBT_FROM = 0.2
"""A reflection or an affirmation is not credited where advice or confrontation together have this probability: a barbed
line often wears the form of a reflection. By cross-validation it halves what is wrongly credited, for 8 % of the right.
"""
UNCLEAR = "unclear"
"""The group of such a line."""
_CREDITED = "adherent"
_WORN_BY_PRESSURE = frozenset({"simple_reflection", "complex_reflection", "affirm"})
_SAYS_LITTLE = ("other", UNCLEAR)
_ONCE = ("question", "reflection")
"""Of these groups a line has one code only."""


@dataclass(frozen=True)
class Code:
    """One thing a line does: `code` is None where only the `group` is known; `probability` is 0 to 1, of the code where
    there is one and else of the group; `clause` are the words it is read from."""

    group: str
    code: str | None
    probability: float
    clause: str

    @property
    def name(self) -> str:
        """The code, or the group where only that is known."""
        return self.code or self.group


@dataclass(frozen=True)
class Coding:
    """All codes of a line, the main one first; none where nothing is sure enough. `odds` are those of the line.

    `hurts` is above 0 where the line may hold words that hurt, most likely in `hurting_clause`: only a "perhaps".
    """

    codes: tuple[Code, ...]
    odds: Mapping[str, float]
    hurts: float = -1.0
    hurting_clause: str = ""

    @property
    def main(self) -> Code | None:
        """The code of the line as a whole."""
        return self.codes[0] if self.codes else None

    def group_odds(self, group: str) -> float:
        """The probability that the line belongs to `group`."""
        return sum(self.odds.get(code, 0.0) for code in GROUPS[group])


NOTHING = Coding((), {})


class Coder:
    """Codes lines with what was learned."""

    def __init__(self, separators: Separators) -> None:
        self._separators = separators

    def code(self, line: str, previous: str | None = None) -> Coding:
        """The codes of `line`; `previous` is what the other side said before it.

        A line without a single word that the coder has ever seen has none.
        """
        if not self._separators.knows(line, previous):
            return NOTHING
        vector = vectors.vector(line)
        odds = self._separators.ask(line, previous, vector)
        main = decide(odds, line)
        pieces = clauses(line)
        others: list[Code] = []
        if len(pieces) > 1:
            for piece, its in zip(pieces, self._separators.ask_all([(p, previous) for p in pieces]), strict=True):
                found = decide(its, piece)
                if found is not None and _share(its, found.group) >= CLAUSE_FROM:
                    others.append(found)
        return Coding(by_rule(main, others), odds, *self._separators.hurts(line, vector))


def _share(odds: Mapping[str, float], group: str) -> float:
    return sum(odds[code] for code in GROUPS.get(group, ()))


def decide(odds: Mapping[str, float], clause: str) -> Code | None:
    """The code that the probabilities speak for, backed off to its group or to nothing where they are unsure.

    When in doubt, nothing is credited (MITI 4.2.1): an unsure affirmation, collaboration or autonomy is no code, what
    may be pressure in the form of a reflection is neutral, and an unsure confrontation is the milder persuasion.
    """
    groups = {group: _share(odds, group) for group in GROUPS}
    group = max(groups, key=lambda name: groups[name])
    if groups[group] < (CODE_FROM if group == _CREDITED else GROUP_FROM):
        return None
    code = max(GROUPS[group], key=lambda name: odds[name])
    if code in _WORN_BY_PRESSURE and groups["non_adherent"] >= DOUBT_FROM:
        return Code(UNCLEAR, None, groups[group], clause)
    share = odds[code] / groups[group]
    if group == "non_adherent" and code == "confront" and share < CODE_FROM:
        code, share = "persuade", CODE_FROM
    if share < CODE_FROM:
        return Code(group, None, groups[group], clause)
    return Code(group, code, odds[code], clause)


def by_rule(main: Code | None, others: list[Code]) -> tuple[Code, ...]:
    """The codes a line keeps, by the decision rules of MITI 4.2.1, the main one first.

    A line earns each code once, one question and one reflection at most (a complex reflection trumps a simple one), a
    confrontation trumps a question, a clear affirmation a reflection, and a line keeps eight codes at most. What says
    little is a code only where there is no other.
    """
    if main is None:
        return ()
    kept = [main]
    for code in others:
        known = {GROUP_OF[c.code] if c.code else c.group for c in kept}
        if (
            code.group in _SAYS_LITTLE
            or code.name in {c.name for c in kept}
            or (code.group in _ONCE and code.group in known)
        ):
            continue
        if main.code is None and code.group == main.group:
            continue
        kept.append(code)
    names = {code.name: code for code in kept}
    if "confront" in names:
        kept = [c for c in kept if c.group != "question" or c is main]
    if "affirm" in names and names["affirm"].probability >= SURE:
        kept = [c for c in kept if c.group != "reflection" or c is main]
    if "confront" in names and names["confront"].probability < SURE and names["confront"] is not main:
        kept = [c for c in kept if c.name != "confront"]
    if main.group in _SAYS_LITTLE and len(kept) > 1:
        kept = kept[1:]
    return tuple(kept[:8])


def load_coder(folder: Path) -> Coder:
    """The coder kept in `folder`, or one learned now (half a minute) and kept there where it can be.

    Raises:
        OSError, ValueError, KeyError: the lines to learn from cannot be read.
    """
    made_from = learned.fingerprint((*LINES, *HURTFUL), vectors.available())
    separators = learned.load(folder / FILE, made_from)
    if separators is None:
        separators = learned.learn(
            learned.read_lines(LINES), learned.read_hurtful(HURTFUL), lambda texts: vectors.vectors(texts, folder)
        )
        try:
            learned.save(separators, folder / FILE, made_from)
        except OSError as problem:
            logger.warning("The coder of practice lines could not be kept (%s).", type(problem).__name__)
    return Coder(separators)
