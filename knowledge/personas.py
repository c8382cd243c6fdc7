"""The people one practises with: who they are, what they say and when, and the rules they are moved by.

Content, not code: `knowledge/personas/<id>.yml` holds a person, `rules.yml` the one table that moves them all,
`feedback.yml` what the feedback says. `read_personas` needs no database.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError, root_validator, validator
from rapidfuzz import fuzz

from knowledge import faults, located
from knowledge.faults import ContentError, Fault, Refused, choose
from knowledge.located import Located, NotYaml
from knowledge.models import Model

FOLDER = Path(__file__).with_name("personas")
RULES, FEEDBACK = "rules.yml", "feedback.yml"

CODES = (
    "open_question", "closed_question", "simple_reflection", "complex_reflection", "affirm", "seek_collaboration",
    "emphasise_autonomy", "persuade", "confront", "give_information", "persuade_with_permission", "other",
)  # fmt: skip
"""What a caseworker's line can do."""
CODE_GROUPS = ("question", "reflection", "adherent", "non_adherent", "information", "unclear")
"""What is known where the code is not."""
MOMENTS = ("stigma", "repair", "ungrounded", "parroted", "interrogated", "hollow", "too_much")
"""What else may be answered: a word that hurts, an apology, a reflection that misses …"""
OWN_LINES = (
    "opening",
    "reaction",
    "heard",
    "pressed",
    "dodge",
    "asked_again",
    "unknown",
    "initiative",
    "test",
    "closing",
)
"""Lines that answer no code of their own."""
ACTS = (*CODES, *CODE_GROUPS, *MOMENTS, *OWN_LINES)
NEEDED = ("opening", "heard", "pressed", "dodge", "asked_again", "unknown", "initiative", "test", "closing", "reaction")
"""Acts without which a person cannot be played."""
ALIKE = 88.0
"""Two lines with at least this similarity (rapidfuzz, 0-100) count as one."""

_SCALE = Field(ge=0, le=1)
_STEP = Field(ge=-0.5, le=0.5)
_OPTIONAL = Field(None, ge=0, le=1)
Band = Literal["low", "middle", "high"]
Talk = Literal["sustain", "both", "change"]
Side = Literal["citizen", "employer"]
M = TypeVar("M", bound=Model)


class When(Model):
    """Conditions of a move; all that are given must hold. The file's head says what each means."""

    in_a_row: int | None = Field(None, ge=2)
    questions_in_a_row: int | None = Field(None, ge=2)
    times_used: int | None = Field(None, ge=2)
    grounded: bool | None = None
    reflects: Talk | None = None
    asked_for_advice: bool | None = None
    had_leave: bool | None = None
    words_above: int | None = Field(None, ge=1)
    trust_below: float | None = _OPTIONAL
    discord_above: float | None = _OPTIONAL

    @property
    def always(self) -> bool:
        """Whether there is no condition."""
        return not self.dict(exclude_none=True)


class Move(Model):
    """What a code does to the other side, and why, in words a learner may read."""

    code: str
    when: When = When.parse_obj({})
    trust: float = _STEP
    discord: float = _STEP
    readiness: float = _STEP
    fatigue: float = Field(0.0, ge=-0.5, le=0.5)
    trust_at_most: float | None = _OPTIONAL
    for_turns: int | None = Field(None, ge=1)
    opens_leave: bool = False
    reply_as: str | None = None
    why: str

    @validator("code")
    def _code_is_known(cls, value: str) -> str:
        known = (*CODES, *CODE_GROUPS, "stigma", "repair")
        if value not in known:
            raise Refused(f"code '{value}' does not exist", choose(value, known))
        return value

    @validator("reply_as")
    def _act_is_known(cls, value: str | None) -> str | None:
        if value is not None and value not in ACTS:
            raise Refused(f"reply_as '{value}' does not exist", choose(value, ACTS))
        return value

    @root_validator(skip_on_failure=True)
    def _pressure_never_wins_trust(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values["code"] in ("confront", "stigma", "non_adherent") and values["trust"] > 0:
            raise Refused(f"{values['code']} raises trust", "write 0 or less")
        if (values["trust_at_most"] is None) != (values["for_turns"] is None):
            raise Refused("'trust_at_most' and 'for_turns' belong together", "write both, or neither")
        return values


class Repair(Model):
    """How a rupture is mended."""

    words: tuple[str, ...]
    heard_by: tuple[str, ...]
    gives_back: float = _SCALE
    within_turns: int = Field(ge=0)


class Between(Model):
    """A stretch of a scale."""

    from_: float = Field(alias="from", ge=0, le=1)
    to: float = _SCALE


class TalkBands(Model):
    """When one hears doubt, both sides, or wish."""

    sustain_below: float
    change_from: float
    both_between: Between


class TrustBands(Model):
    """Where middle and high trust begin."""

    middle_from: float = _SCALE
    high_from: float = _SCALE

    def of(self, trust: float) -> Band:
        """The band of a trust."""
        return "low" if trust < self.middle_from else "middle" if trust < self.high_from else "high"


class Rules(Model):
    """The one table by which every person is moved, and how a reply is chosen."""

    version: int
    moves: tuple[Move, ...]
    most_per_turn: float = _SCALE
    group_only_counts: float = _SCALE
    sure_from: float = _SCALE
    discord_fades_to: float = _SCALE
    each_turn_tires: float = _SCALE
    grounded_within: int = Field(ge=1)
    rupture_from: float = _SCALE
    repair: Repair
    talk: TalkBands
    trust_bands: TrustBands
    a_test_every: int = Field(ge=2)
    reaction_share: float = _SCALE
    reveals_after: tuple[str, ...]
    falls_back_to: Mapping[str, tuple[str, ...]]

    @validator("moves")
    def _every_code_ends_in_a_row_without_when(cls, value: tuple[Move, ...]) -> tuple[Move, ...]:
        for code in (*CODES, *CODE_GROUPS, "stigma", "repair"):
            rows = [move for move in value if move.code == code]
            if not rows or not rows[-1].when.always:
                raise Refused(f"the last move of '{code}' has a 'when', or there is none", "add a row without `when`")
            if any(move.when.always for move in rows[:-1]):
                raise Refused(f"a move of '{code}' stands after the one without 'when'", "move it above")
        return value

    @validator("falls_back_to")
    def _acts_are_known(cls, value: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        for act in (*value, *(name for names in value.values() for name in names)):
            if act not in ACTS:
                raise Refused(f"act '{act}' does not exist", choose(act, ACTS))
        return value


class Start(Model):
    """Where a person stands when the talk begins."""

    trust: float = _SCALE
    readiness: float = _SCALE
    discord: float = Field(0.0, ge=0, le=1)
    fatigue: float = Field(0.0, ge=0, le=1)


class Theme(Model):
    """Something the talk can be about; `words` are beginnings of words that name it, the weightiest topics first."""

    id: str
    name: str
    words: tuple[str, ...]


class Secret(Model):
    """Something the person tells only with enough trust; `text` is how the feedback words it."""

    id: str
    topic: str
    min_trust: float = _SCALE
    after: str | None = None
    text: str


class Block(Model):
    """Lines that fit the same moment. All conditions must hold; those left out do not matter."""

    to: tuple[str, ...]
    topic: str | None = None
    trust: tuple[Band, ...] = ("low", "middle", "high")
    talk: Talk | None = None
    tells: str | None = None
    recalls: str | None = None
    asks_advice: bool = False
    say: tuple[str, ...]

    @validator("to", each_item=True)
    def _act_is_known(cls, value: str) -> str:
        if value not in ACTS:
            raise Refused(f"'{value}' is nothing a line can answer", choose(value, ACTS))
        return value


class Views(Model):
    """What the person would say of the talk afterwards, two sentences, by trust at the end."""

    low: str
    middle: str
    high: str


class Wording(Model):
    """Better ways to say something to this person: instead of a code, on a topic or on any."""

    instead_of: str
    topic: str | None = None
    say: tuple[str, str]


class Persona(Model):
    """A person to practise with."""

    id: str
    name: str
    side: Side
    scene: str
    start: Start
    style: str
    wants: str
    fears: str
    topics: tuple[Theme, ...]
    facts: tuple[Secret, ...]
    lines: tuple[Block, ...]
    views: Views
    wordings: tuple[Wording, ...]

    @root_validator(skip_on_failure=True)
    def _fits_together(cls, values: dict[str, Any]) -> dict[str, Any]:
        topics = {topic.id for topic in values["topics"]}
        facts = {fact.id: fact for fact in values["facts"]}
        for fact in facts.values():
            _among(fact.topic, topics, "topic")
            _among(fact.after, facts, "fact")
        for block in values["lines"]:
            _among(block.topic, topics, "topic")
            _among(block.tells, facts, "fact")
            _among(block.recalls, facts, "fact")
        for wording in values["wordings"]:
            _among(wording.topic, topics, "topic")
        untold = facts.keys() - {block.tells for block in values["lines"]}
        if untold:
            raise Refused(f"no line tells the fact '{min(untold)}'", f"add a block with `tells: {min(untold)}`")
        missing = [act for act in NEEDED if not any(act in block.to for block in values["lines"])]
        if missing:
            raise Refused(f"no line answers '{missing[0]}'", f"add a block with `to: [{missing[0]}]`")
        return values

    @property
    def texts(self) -> tuple[str, ...]:
        """All lines, in the order of the file."""
        return tuple(text for block in self.lines for text in block.say)


class Skill(Model):
    """A skill one may choose to practise, and the goal the feedback gives; `codes` are the lines that show it."""

    id: str
    name: str
    codes: tuple[str, ...]
    goal: str
    next_goal: str


class FeedbackTexts(Model):
    """What the feedback says that is not about one person."""

    skills: tuple[Skill, ...]
    code_names: Mapping[str, str]


@dataclass(frozen=True)
class Cast:
    """All that an exercise needs: the persons by id, the rules, the texts of the feedback."""

    personas: Mapping[str, Persona]
    rules: Rules
    feedback: FeedbackTexts


@lru_cache(maxsize=4)
def read_personas(folder: Path = FOLDER) -> Cast:
    """The persons, the rules and the feedback's texts in `folder`. Raises ContentError with every fault found."""
    found: list[Fault] = []
    rules = _read(folder / RULES, Rules, found)
    feedback = _read(folder / FEEDBACK, FeedbackTexts, found)
    personas: dict[str, Persona] = {}
    for file in sorted(folder.glob("*.yml")):
        if file.name in (RULES, FEEDBACK):
            continue
        persona = _read(file, Persona, found)
        if persona is not None:
            found.extend(_alone(file, persona))
            personas[persona.id] = persona
    if not personas and not found:
        found.append(Fault(_shown(folder), 1, "there are no persons", "add one, or put the files back"))
    if found or rules is None or feedback is None:
        raise ContentError(found)
    return Cast(personas, rules, feedback)


def count_of_lines(persona: Persona) -> int:
    """How many lines a person has, where lines that differ by a few words count once."""
    kept: list[str] = []
    for text in persona.texts:
        plain = re.sub(r"[^\w ]", "", text.casefold())
        if all(fuzz.ratio(plain, other) < ALIKE for other in kept):
            kept.append(plain)
    return len(kept)


def _among(word: str | None, known: Any, kind: str) -> None:
    if word is not None and word not in known:
        raise Refused(f"{kind} '{word}' does not exist", choose(word, sorted(known)))


def _read(file: Path, model: type[M], found: list[Fault]) -> M | None:
    shown = _shown(file)
    try:
        where = located.read(file.read_text(encoding="utf-8"))
    except NotYaml as error:
        found.append(Fault(shown, error.line, error.problem, error.mend))
        return None
    except (OSError, UnicodeDecodeError):
        found.append(Fault(shown, 1, "the file is missing or is not UTF-8 text", "put it back, saved as UTF-8"))
        return None
    if not isinstance(where.data, dict):
        found.append(Fault(shown, 1, "the file is a list", "write `key: value` lines"))
        return None
    try:
        return model.parse_obj(where.data)
    except ValidationError as error:
        found.extend(_pointed(fault, where) for fault in faults.of_validation(error, model, where, shown))
        return None


def _pointed(fault: Fault, where: Located) -> Fault:
    """A fault found only when all was read, moved to the line that holds the word it quotes."""
    quoted = re.search(r"(?:topic|fact) '([^']+)' does not exist", fault.problem)
    if fault.line > 1 or quoted is None:
        return fault
    line = next((n for path, n in where.lines.items() if _at(where.data, path) == quoted[1]), fault.line)
    return Fault(fault.file, line, fault.problem, fault.mend)


def _at(data: Any, path: located.Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _alone(file: Path, persona: Persona) -> Iterator[Fault]:
    """A person's file bears its id, and no line stands twice: it would be said twice."""
    where = located.read(file.read_text(encoding="utf-8"))
    if persona.id != file.stem:
        problem, mend = f"id '{persona.id}' is not the file's name", f"write id: {file.stem}, or rename the file"
        yield Fault(_shown(file), where.line(("id",)), problem, mend)
    seen: dict[str, list[int]] = defaultdict(list)
    for place, block in enumerate(persona.lines):
        for index, text in enumerate(block.say):
            seen[" ".join(text.casefold().split())].append(where.line(("lines", place, "say", index)))
    for text, lines in seen.items():
        for line in lines[1:]:
            yield Fault(
                _shown(file), line, f"the line '{text[:40]}' stands twice", f"write another (see line {lines[0]})"
            )


def _shown(path: Path) -> str:
    return "/".join(path.resolve().parts[-3:] if path.suffix else path.resolve().parts[-2:])
