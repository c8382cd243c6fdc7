"""The manners that hold everywhere: greeting, repeating, laying a question aside, picking it up, not understanding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.asking import named_schemes
from actions.contacts import contact_lines
from actions.job import FORMS, mirrored, step_is_due
from actions.questions import answer_question
from actions.schemes import answer
from actions.welcome import say_welcome

NOT_UNDERSTOOD = ("say_not_understood", "say_not_understood_again", "say_not_understood_human")
"""What is said the first, second and third time in a row."""
ADVISERS = ("sind",)
"""Contacts named when somebody wants a human being, beside the municipality, the union and the doctor."""


class ActionGreet(Action):
    """The welcome the first time, a short hello after that."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_greet"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Greet."""
        words = where_we_were(tracker)
        if words:
            reply = "say_where_we_were" if tracker.active_loop else "say_come_back"
            dispatcher.utter_message(response=reply, words=words)
            return []
        if tracker.get_slot("laid_aside") in FORMS:
            dispatcher.utter_message(response="say_come_back_to_plan")
            return []
        if step_is_due(tracker) and not tracker.active_loop:
            return [FollowupAction("job_follow_form")]
        if tracker.get_slot("hope") or tracker.get_slot("step"):
            dispatcher.utter_message(response="say_greet_with_plan")
            return []
        if not tracker.get_slot("welcomed"):
            return say_welcome(dispatcher, tracker)
        dispatcher.utter_message(response="say_greet")
        return []


class ActionHuman(Action):
    """Real ways to a human being, for the one who asks."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_human"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say where a human being can be found."""
        if tracker.get_slot("audience") == "employer":
            dispatcher.utter_message(response="say_human_employer")
        else:
            lines = contact_lines(ADVISERS, "say_human_line", tracker)
            dispatcher.utter_message(response="say_human", lines=lines)
        return []


class ActionNotUnderstood(Action):
    """First a narrow question, then other words, then a human being.

    A message that names a scheme is answered all the same: the name is surer than the classifier's doubt.
    """

    def name(self) -> str:
        """The name in the domain."""
        return "action_not_understood"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say that it was not understood, in a way that leads on."""
        if answer_question(dispatcher, tracker):
            return []
        if named_schemes(tracker):
            return answer(dispatcher, tracker)
        times = min(not_understood_in_a_row(tracker.events), len(NOT_UNDERSTOOD))
        asking = bool(tracker.active_loop) and times < len(NOT_UNDERSTOOD)
        dispatcher.utter_message(response="say_not_understood_in_question" if asking else NOT_UNDERSTOOD[times - 1])
        return []


class ActionRepeat(Action):
    """Says again what was said last; while a question stands, asking it again is the repetition."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_repeat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Repeat the last answer, buttons and all."""
        if tracker.active_loop:
            return []
        said = said_before(tracker.events)
        if not said:
            dispatcher.utter_message(response="say_nothing_to_repeat")
        for event in said:
            kept = event.get("metadata") or {}
            dispatcher.utter_message(
                text=event.get("text"),
                buttons=(event.get("data") or {}).get("buttons"),
                **{key: kept[key] for key in ("utter_action", "language") if key in kept},
            )
        return []


class ActionLayAside(Action):
    """Puts the form that is under way aside, so that nobody is asked on; nothing where there is none."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_lay_aside"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Remember which form it was and end it."""
        form = tracker.active_loop.get("name") if tracker.active_loop else None
        if form is None:
            return []
        return [SlotSet("laid_aside", form), SlotSet("requested_slot", None), ActiveLoop(None)]


class ActionResume(Action):
    """Picks up what was laid aside."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_resume"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Go back to the form, or ask what it shall be."""
        if tracker.get_slot("laid_aside"):
            return _pick_up(dispatcher, tracker)
        if not tracker.active_loop:
            dispatcher.utter_message(response="say_resume")
        return []


class ActionSkip(Action):
    """Moves on. Where something was laid aside, moving on ("videre") means going back to that."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_skip"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Go back to the form, or ask what it shall be instead."""
        if tracker.get_slot("laid_aside"):
            return _pick_up(dispatcher, tracker)
        dispatcher.utter_message(response="say_skip")
        return []


def _pick_up(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    words = where_we_were(tracker)
    if words:
        dispatcher.utter_message(response="say_where_we_were", words=words)
    else:
        dispatcher.utter_message(response="say_pick_up")
    return [SlotSet("laid_aside", None), FollowupAction(tracker.get_slot("laid_aside"))]


class ActionRestart(Action):
    """Starts the talk over and keeps what is kept. Rasa's own action of this name would forget all slots."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_restart"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Drop the thread, nothing else."""
        dispatcher.utter_message(response="say_restart")
        dropped = [SlotSet(slot, None) for slot in ("laid_aside", "requested_slot", "route", "scheme")]
        return [ActiveLoop(None), *dropped, FollowupAction("action_listen")]


class ActionWhyAsk(Action):
    """Why the question that stands is asked: `say_why_<slot>`."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_why_ask"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Give the reason."""
        slot = tracker.get_slot("requested_slot") if tracker.active_loop else None
        dispatcher.utter_message(response=f"say_why_{slot}" if slot else "say_why_nothing")
        return []


def where_we_were(tracker: Tracker) -> str | None:
    """What the person said matters, when the talk about that is under way or was laid aside."""
    form = (tracker.active_loop.get("name") if tracker.active_loop else None) or tracker.get_slot("laid_aside")
    hope = tracker.get_slot("hope")
    return mirrored(hope) if form in FORMS and hope else None


def not_understood_in_a_row(events: list[dict[str, Any]]) -> int:
    """How many of the person's last messages were not understood, this one included; at least 1."""
    intents = (
        ((event.get("parse_data") or {}).get("intent") or {}).get("name")
        for event in reversed(events)
        if event["event"] == "user"
    )
    return max(1, sum(1 for _ in takewhile(lambda intent: intent == "nlu_fallback", intents)))


def said_before(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was said in answer to the message before the present one, in order."""
    backwards: Iterator[dict[str, Any]] = reversed(events)
    next((event for event in backwards if event["event"] == "user"), None)
    turn = takewhile(lambda event: event["event"] != "user", backwards)
    return [event for event in turn if event["event"] == "bot"][::-1]
