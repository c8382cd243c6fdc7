"""The first minutes: the welcome, being 18, and consent."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.contacts import contact_lines
from actions.phrases import language_of, phrase
from actions.wordings import times_asked, wording
from nlu.answers import Answer, read_adult, read_answer, read_consent

FORM = "welcome_form"
WELCOMES = {"employer": "say_welcome_employer", "caseworker": "say_welcome_caseworker"}
FOR_THE_YOUNG = ("boernetelefonen",)


def say_welcome(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Welcome the person as who they are, with what is true of the channel."""
    on_telegram = tracker.get_latest_input_channel() == "telegram"
    note = phrase("say_channel_note_telegram" if on_telegram else "say_channel_note", language_of(tracker))
    reply = WELCOMES.get(tracker.get_slot("audience"), "say_welcome")
    dispatcher.utter_message(response=reply, channel_note=note)
    return [SlotSet("welcomed", True)]


class ActionWelcome(Action):
    """The welcome."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_welcome"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Welcome."""
        return say_welcome(dispatcher, tracker)


class ActionAskAdult(Action):
    """Asks whether the person is 18."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_ask_welcome_form_adult"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Ask, in other words than last time."""
        return _ask("adult", dispatcher, tracker)


class ActionAskConsent(Action):
    """Asks whether the conversation may be kept."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_ask_welcome_form_consent"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Ask, in other words than last time."""
        return _ask("consent", dispatcher, tracker)


def _ask(slot: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    dispatcher.utter_message(response=wording(slot, FORM, tracker))
    return []


class ValidateWelcomeForm(FormValidationAction):
    """Reads the answers, also when they come in free words, out of turn, or as a correction."""

    def name(self) -> str:
        """The name in the domain."""
        return "validate_welcome_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> list[str]:
        """Who is here for work (employer, caseworker) is not asked about age."""
        if tracker.get_slot("audience") in WELCOMES:
            return ["consent"]
        return domain_slots

    async def next_requested_slot(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> EventType | None:
        """Nothing more is asked once it is settled that nothing is kept."""
        adult, consent = tracker.get_slot("adult"), tracker.get_slot("consent")
        if adult is False or (adult is None and consent is False):
            return SlotSet("requested_slot", None)
        return await super().next_requested_slot(dispatcher, tracker, domain)

    def extract_adult(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> dict[str, Any]:
        """18 or not: from an age wherever it is told, from yes and no only where that was the question."""
        text, intent = _said(tracker)
        asked = tracker.get_slot("requested_slot") == "adult"
        adult = read_adult(text, asked)
        if adult is not None:
            return {"adult": adult}
        if not asked:
            return {}
        answer = read_answer(text, intent)
        if answer is Answer.SKIP:
            return {"consent": False}
        return {} if answer is None else {"adult": answer is Answer.YES}

    def validate_adult(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Nothing is kept about somebody under 18."""
        return {"adult": value} if value is not False else {"adult": False, "consent": False}

    def extract_consent(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> dict[str, Any]:
        """Yes or no where that was the question; "nej, jeg er 17" is about something else; skipping means no."""
        text, intent = _said(tracker)
        if tracker.get_slot("requested_slot") != "consent" or read_adult(text, False) is not None:
            return {}
        answer = read_consent(text, intent)
        return {} if answer is None else {"consent": answer is Answer.YES}

    def validate_consent(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Any yes or no will do; nothing about somebody under 18 is kept, whatever they say."""
        return {"consent": False if tracker.get_slot("adult") is False else value}


def _said(tracker: Tracker) -> tuple[str, str | None]:
    """The message, and what it was understood as."""
    return tracker.latest_message.get("text") or "", tracker.get_intent_of_latest_message()


class ActionAfterWelcome(Action):
    """What follows from the answers. The talk about one's own work is for grown-ups: others lose the way to it."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_after_welcome"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Confirm what was just decided."""
        adult, consent = tracker.get_slot("adult"), tracker.get_slot("consent")
        if adult is False:
            lines = contact_lines(FOR_THE_YOUNG, "say_under_18_line", tracker)
            dispatcher.utter_message(response="say_under_18", lines=lines)
        elif times_asked("adult", FORM, tracker) or times_asked("consent", FORM, tracker):
            if consent:
                dispatcher.utter_message(response="say_consent_yes")
            elif times_asked("consent", FORM, tracker):
                dispatcher.utter_message(response="say_consent_no")
            else:
                dispatcher.utter_message(response="say_age_skipped")
        kept = [SlotSet("laid_aside", None)]
        return kept if adult and tracker.get_slot("audience") not in WELCOMES else [*kept, SlotSet("route", None)]


class ActionMenu(Action):
    """What can be done here, for the one who is here."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_menu"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Offer it; somebody under 18 was just told what there is for them."""
        adult = tracker.get_slot("adult")
        if tracker.get_slot("audience") in WELCOMES:
            dispatcher.utter_message(response="say_menu_employer")
        elif adult:
            dispatcher.utter_message(response="say_menu")
        elif adult is None:
            dispatcher.utter_message(response="say_menu_without_age")
        return []
