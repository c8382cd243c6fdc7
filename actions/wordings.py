"""How often a question was put: the second time in other words, from the third on with the offer to skip it."""

from __future__ import annotations

from rasa_sdk import Tracker

WORDINGS = ("say_ask_{}", "say_ask_{}_again", "say_ask_{}_or_skip")
"""How a question is put the first time, the second, and from the third on."""


def wordings(slot: str) -> tuple[str, ...]:
    """The replies that ask for `slot`, in the order in which they are used."""
    return tuple(wording.format(slot) for wording in WORDINGS)


def wording(slot: str, form: str, tracker: Tracker) -> str:
    """The reply that asks for `slot` now."""
    return wordings(slot)[min(times_asked(slot, form, tracker), len(WORDINGS) - 1)]


def times_asked(slot: str, form: str, tracker: Tracker) -> int:
    """How often the question for `slot` has been put since `form` was begun."""
    names, times = wordings(slot), 0
    for event in reversed(tracker.events):
        if event["event"] == "active_loop" and event.get("name") == form:
            break
        if event["event"] == "bot" and (event.get("metadata") or {}).get("utter_action") in names:
            times += 1
    return times
