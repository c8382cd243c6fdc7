"""A person's plan, put together from the answers. Pure: what was deleted, skipped or never said leaves no trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.dates import day_text
from knowledge.models import Challenge

PARTS = {
    "hope": ("hope",),
    "strengths": ("strengths",),
    "good_day": ("good_day",),
    "hours": ("hours",),
    "trouble": ("trouble", "challenge", "trouble_when"),
    "helps": ("helps", "own_help"),
    "not_help": ("not_help",),
    "job": ("job_wants", "job_ideas"),
    "tell": ("tell_what", "tell_when", "tell_whom"),
    "questions": ("questions",),
    "step": ("step",),
    "bad_day": ("step_otherwise",),
}
"""The parts of a plan in their order, and the answers that stand in each."""
WITHIN = {"step_day": "step"}
"""Answers that stand in the line of another one."""
CHANGEABLE = tuple(
    slot
    for slots in PARTS.values()
    for one in slots
    for slot in (one, *(inner for inner, outer in WITHIN.items() if outer == one))
)
"""The slots of the answers that stand in a plan, in its order."""
BELONGING = {
    "trouble": ("name_it", "likely_challenges"),
    "challenge": ("offered_helps",),
    "step": ("step_day",),
    "tell_what": ("tell_when", "tell_whom"),
}
"""Slots that mean nothing without the answer they belong to."""


@dataclass(frozen=True)
class Part:
    """One part of a plan: which, and its lines."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a person wants, what can be hard, what helps, and the next step, in the person's own words."""

    parts: tuple[Part, ...]

    def __bool__(self) -> bool:
        """Whether anything stands in it."""
        return bool(self.parts)

    def text(self, words: Callable[[str], str]) -> str:
        """The plan as people read it; `words` gives the text of a reply by its name."""
        shown = [
            "\n".join([words(f"say_plan_heading_{part.name}"), *(f"• {line}" for line in part.lines)])
            for part in self.parts
        ]
        return "\n\n".join(shown)


def plan_of(answers: Mapping[str, Any], challenges: Mapping[str, Challenge], on: date, language: str) -> Plan:
    """The plan that `answers` (slot → value) make, with names from `challenges` (by id), seen from the day `on`."""
    parts = []
    for name, slots in PARTS.items():
        lines = [line for slot in slots for line in lines_of(slot, answers, challenges, on, language)]
        if lines:
            parts.append(Part(name, tuple(lines)))
    return Plan(tuple(parts))


def lines_of(
    slot: str, answers: Mapping[str, Any], challenges: Mapping[str, Challenge], on: date, language: str
) -> list[str]:
    """How the answer in `slot` reads; nothing where there is none."""
    answer = answers.get(slot)
    if not answer:
        return []
    if slot == "challenge":
        return [challenges[answer].name.get(language)] if answer in challenges else []
    if slot == "helps":
        known = {a.id: a.text.get(language) for c in challenges.values() for a in c.accommodations}
        return [known.get(help_, help_) for help_ in answer]
    if slot == "questions":
        return list(answer)
    if slot == "step_day":
        return [_day(answer, on, language)]
    if slot == "step" and answers.get("step_day"):
        return [f"{answer} ({_day(answers['step_day'], on, language)})"]
    return [str(answer)]


def _day(answer: str, on: date, language: str) -> str:
    try:
        return day_text(date.fromisoformat(answer), on, language)
    except ValueError:
        return answer


def without(slot: str) -> dict[str, Any]:
    """The slots to set when the answer in `slot` is deleted."""
    return {slot: "", **{other: "" if other in CHANGEABLE else None for other in BELONGING.get(slot, ())}}
