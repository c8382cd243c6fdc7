"""What a person has told of their situation, in free words or in the guided check: the slot `facts`."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from knowledge.eligibility import FactValue
from knowledge.store import Store

Told = dict[str, Any]


def told_by(tracker: Tracker) -> dict[str, FactValue]:
    """What the person has told, here or in free words, as the rules take it."""
    kept: Told = tracker.get_slot("facts") or {}
    return {name: frozenset(value) if isinstance(value, list) else value for name, value in kept.items()}


def as_slot(told: dict[str, FactValue]) -> Told:
    """The facts as a slot can hold them."""
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in told.items()}


def may_be_kept(told: dict[str, FactValue], store: Store, consent: bool) -> dict[str, FactValue]:
    """What may outlive the check: nothing sensitive without a yes, and never what is only for the moment."""
    facts = {fact.id: fact for fact in store.content.facts}
    return {
        name: value
        for name, value in told.items()
        if name in facts and (not facts[name].sensitive or (consent and facts[name].asked_in_check))
    }
