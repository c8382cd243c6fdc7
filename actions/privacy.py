"""Deletion and consent, as far as they are part of the talk. What is stored is the tracker store's business."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, Restarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict


class ActionDeleteAll(Action):
    """Begins anew. The tracker store deletes the person when it sees this action's name in a turn."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_delete_all"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say that it is done and forget."""
        dispatcher.utter_message(response="say_deleted")
        return [Restarted()]


class ActionWithdrawConsent(Action):
    """Takes consent back; from then on nothing outlives 24 hours."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_withdraw_consent"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Set the consent to no."""
        given = tracker.get_slot("consent") is True
        dispatcher.utter_message(response="say_consent_withdrawn" if given else "say_consent_never_given")
        return [SlotSet("consent", False)]


class ActionAskConsentAgain(Action):
    """Makes the welcome form ask again what was answered with no; a yes stands."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_ask_consent_again"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Empty the slots whose answer was no."""
        return [SlotSet(slot, None) for slot in ("adult", "consent") if tracker.get_slot(slot) is False]
