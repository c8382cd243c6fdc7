"""The guided check: one question at a time, until it is clear which schemes may be relevant, or enough is enough."""

from __future__ import annotations

import logging
import textwrap
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import SQLAlchemyError

from actions.asking import Asker, button, short_name
from actions.phrases import language_of, phrase
from actions.told import Told, as_slot, may_be_kept, told_by
from knowledge.dates import date_text, today
from knowledge.eligibility import FactValue
from knowledge.guide import FIRST, Guide, Ranked
from knowledge.models import Audience, Fact
from knowledge.store import NothingLoaded, Store, current
from nlu.answers import Answer, read_answer
from nlu.fact_answers import read_fact_answer
from nlu.facts import read_facts

logger = logging.getLogger(__name__)

FORM = "check_form"
ASKINGS = ("say_ask_check_answer", "say_ask_check_answer_again", "say_ask_check_answer_or_skip")
"""How a question is put the first time, the second, and from the third on."""
WHILE_ASKING = ("check_answer", "check_asked", "check_audience", "check_fact", "check_more")
"""Slots that are empty when no check is under way."""
ON_ONE_SCREEN = 8
"""Values that become buttons at once; the others come under "Vis flere"."""
TO_BUTTON = 40
"""Characters of a value on a button."""
SHORT = 4
"""Words up to which a readable answer is one, whatever it was understood as."""
UNREAD = {
    "ask_overview",
    "ask_scheme",
    "bot_challenge",
    "capabilities",
    "crisis_help",
    "delete_all",
    "export_data",
    "help",
    "human",
    "insult",
    "frustration",
    "pause",
    "privacy",
    "repeat",
    "why_ask",
}
"""Intents of a message that is no answer, whatever facts may stand in it."""


def _asked(tracker: Tracker) -> list[str]:
    return list(tracker.get_slot("check_asked") or [])


def _audience(tracker: Tracker) -> Audience:
    """Who is asked: the one who was there when the check began, whatever an answer sounds like."""
    return _who(tracker.get_slot("check_audience") or tracker.get_slot("audience"))


def _who(said: str | None) -> Audience:
    return "employer" if said == "employer" else "caseworker" if said == "caseworker" else "citizen"


def guide_for(audience: Audience, store: Store) -> Guide:
    """The check over today's schemes."""
    return Guide(store.schemes(today()), store.content.facts, store.content.implications, audience)


def _next(told: dict[str, FactValue], asked: list[str], audience: Audience, store: Store) -> str | None:
    return guide_for(audience, store).next_question(told, set(asked) - told.keys(), len(asked))


# --- asking ---------------------------------------------------------------------------------------------------------


class ActionStartCheck(Action):
    """Begins the check; for a citizen being 18 and consent come first."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_start_check"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Lead on to the first question, or to what comes before it."""
        adult, audience = tracker.get_slot("adult"), _who(tracker.get_slot("audience"))
        if audience == "citizen" and adult is not True:
            if adult is False:
                dispatcher.utter_message(response="say_check_adults_only")
                return []
            # A consent that was skipped with the age is asked again: without it the first questions would be over.
            consent = [SlotSet("consent", None)] if tracker.get_slot("consent") is False else []
            return [*consent, SlotSet("route", "check"), FollowupAction("welcome_form")]
        try:
            first = _next(told_by(tracker), [], audience, current())
        except (NothingLoaded, SQLAlchemyError):
            return _unavailable(dispatcher)
        dispatcher.utter_message(response=f"say_check_begins_{'citizen' if audience == 'citizen' else 'employer'}")
        begun: list[EventType] = [SlotSet(slot, None) for slot in ("laid_aside", "route", *WHILE_ASKING)]
        asked_as = SlotSet("check_audience", audience)
        return [*begun, asked_as, SlotSet("check_fact", first), FollowupAction(FORM)]


class ActionAskCheckAnswer(Action):
    """Puts the question that stands, with its values as buttons."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_ask_check_form_check_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Ask, in other words than last time."""
        try:
            fact = current().fact(str(tracker.get_slot("check_fact")))
        except (NothingLoaded, SQLAlchemyError):
            return _unavailable(dispatcher)
        assert fact is not None
        language = language_of(tracker)
        audience = "citizen" if _audience(tracker) == "citizen" else "employer"
        dispatcher.utter_message(
            response=ASKINGS[min(_times_asked(tracker), len(ASKINGS) - 1)],
            question=fact.question(language, audience),
            buttons=_answers(fact, language, bool(tracker.get_slot("check_more"))),
        )
        return []


def _answers(fact: Fact, language: str, more: bool) -> list[dict[str, str]]:
    """A button for each value; what it sends is the value's name, which a person might write as well."""
    names = list(fact.names(language).values())
    some = names[ON_ONE_SCREEN:] if more else names[:ON_ONE_SCREEN]
    buttons = [
        {"title": textwrap.shorten(name.split(" (")[0], TO_BUTTON, placeholder="…"), "payload": name} for name in some
    ]
    if fact.type.value == "yes_no":
        buttons = [
            {"title": phrase(f"say_check_button_{answer}", language), "payload": f"/{intent}"}
            for answer, intent in (("yes", "affirm"), ("no", "deny"))
        ]
    if names[ON_ONE_SCREEN:] and not more:
        title = phrase("say_check_button_more", language)
        buttons.append({"title": title, "payload": title})
    return [
        *buttons,
        {"title": phrase("say_check_button_unsure", language), "payload": "/unsure"},
        {"title": phrase("say_check_button_stop", language), "payload": "/stop_check"},
    ]


def _times_asked(tracker: Tracker) -> int:
    """How often the question that stands has been put."""
    times = 0
    for event in reversed(tracker.events):
        if event["event"] == "slot" and event.get("name") == "check_fact":
            break
        if event["event"] == "bot" and (event.get("metadata") or {}).get("utter_action") in ASKINGS:
            times += 1
    return times


class ValidateCheckForm(FormValidationAction):
    """Reads the answers, and chooses what is asked next."""

    def name(self) -> str:
        """The name in the domain."""
        return "validate_check_form"

    async def next_requested_slot(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> EventType | None:
        """The form is over when no question is worth asking."""
        if tracker.get_slot("check_fact") is None:
            return SlotSet("requested_slot", None)
        return await super().next_requested_slot(dispatcher, tracker, domain)

    def extract_check_answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """What the message says: `told` facts, whether the question is `answered`, or the check `done`."""
        if tracker.get_slot("requested_slot") != "check_answer":
            return {}
        text, intent = tracker.latest_message.get("text") or "", tracker.get_intent_of_latest_message()
        plain = text.casefold().strip(" .!")
        language = language_of(tracker)
        if plain == phrase("say_check_button_more", language).casefold():
            return {"check_answer": {"more": True}}
        if intent == "stop_check" or plain == "stop":
            return {"check_answer": {"done": True}}
        try:
            fact = current().fact(str(tracker.get_slot("check_fact")))
        except (NothingLoaded, SQLAlchemyError):
            return {"check_answer": {"done": True}}
        assert fact is not None
        value = read_fact_answer(fact, text, intent)
        if intent in UNREAD and (value is None or len(text.split()) > SHORT):
            return {}
        found = {} if "?" in text else read_facts(text, today())
        if fact.id not in found and value is not None:
            found[fact.id] = value
        if found:
            return {"check_answer": {"told": as_slot(found), "answered": fact.id in found}}
        if intent == "unsure" or read_answer(text, intent) is Answer.SKIP:
            return {"check_answer": {"answered": True}}
        return {}

    def validate_check_answer(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Keep what was told, note what was asked, and choose the next question; the slot itself stays empty."""
        if not isinstance(value, dict):  # Emptied when the check began.
            return {"check_answer": None}
        if value.get("done"):
            return {"check_answer": "done"}
        if value.get("more"):
            return {"check_answer": None, "check_more": True, "check_fact": tracker.get_slot("check_fact")}
        kept = {**(tracker.get_slot("facts") or {}), **value.get("told", {})}
        fact, asked = str(tracker.get_slot("check_fact")), _asked(tracker)
        # An answer may sound like somebody else's ("sygemeldt fra et job"); it changes nobody into a citizen.
        answered: Told = {"check_answer": None, "facts": kept, "audience": tracker.get_slot("check_audience")}
        if not value.get("answered"):
            return answered
        asked.append(fact)
        told = {name: frozenset(one) if isinstance(one, list) else one for name, one in kept.items()}
        try:
            following = _next(told, asked, _audience(tracker), current())
        except (NothingLoaded, SQLAlchemyError):
            following = None
        done = {} if following else {"check_answer": "done"}
        return {**answered, "check_asked": asked, "check_more": None, "check_fact": following, **done}


# --- the answer -----------------------------------------------------------------------------------------------------


class ActionCheckResult(Action):
    """The first schemes, each with what speaks for it, what does not seem to fit and what is still unknown."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_check_result"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Show them, and forget what may not be kept."""
        told = told_by(tracker)
        if not told and not tracker.get_slot("check_audience"):
            return [FollowupAction("action_start_check")]  # Nothing was asked yet.
        asker = Asker(language_of(tracker), _audience(tracker), today())
        try:
            store = current()
            not_told = set(_asked(tracker)) - told.keys()
            found = guide_for(_audience(tracker), store).rank(told, not_told=not_told)[:FIRST]
            kept = may_be_kept(told, store, tracker.get_slot("consent") is True)
        except (NothingLoaded, SQLAlchemyError):
            return _unavailable(dispatcher)
        dispatcher.utter_message(
            response="say_check_result_employer" if _audience(tracker) != "citizen" else "say_check_result",
            schemes="\n\n".join(lines_about(number, one, store, asker) for number, one in enumerate(found, 1)),
            date=date_text(min(one.scheme.scheme.reviewed_on for one in found), asker.language),
            buttons=[
                *(button(short_name(one.scheme, asker), one.scheme.scheme.id) for one in found),
                {"title": asker.words("say_check_button_human"), "payload": "/human"},
            ],
        )
        cleared = [SlotSet(slot, None) for slot in WHILE_ASKING]
        return [SlotSet("facts", as_slot(kept)), SlotSet("laid_aside", None), *cleared]


def lines_about(number: int, ranked: Ranked, store: Store, asker: Asker) -> str:
    """One scheme in a few lines."""
    scheme, verdict = ranked.scheme.scheme, ranked.verdict
    name, danish = scheme.name.get(asker.language), scheme.name.da
    title = name if name == danish else f"{name} ({danish})"
    lines = [asker.words("say_check_scheme", number=str(number), name=title), scheme.summary.get(asker.language)]
    missing = next((fact for fact_id in verdict.missing if (fact := store.fact(fact_id))), None)
    question = missing.question(asker.language, asker.audience) if missing else None
    if verdict.exceptional:
        # The reasons of the rules are written in Danish.
        frame = "say_check_does_not_seem" if asker.language == "da" else "say_check_does_not_seem_short"
        lines.append(asker.words(frame, why=verdict.exceptional[0].why))
    elif not question:
        lines.append(asker.words("say_check_may_be_relevant"))
    if question:
        lines.append(asker.words("say_check_missing", question=question))
    lines.append(asker.words(f"say_scheme_applies_{scheme.who_applies}"))
    if scheme.expected_change and scheme.expected_change.date > asker.on:
        lines.append(asker.words("say_scheme_expected", date=date_text(scheme.expected_change.date, asker.language)))
    source = ranked.scheme.sources[0]
    decides = asker.words(f"say_scheme_decided_by_{scheme.decided_by}")
    lines.append(asker.words("say_check_source", decides=decides, title=source.title, publisher=source.publisher or ""))
    return "\n".join(lines)


def _unavailable(dispatcher: CollectingDispatcher) -> list[EventType]:
    logger.exception("the schemes could not be read")
    dispatcher.utter_message(response="say_schemes_unavailable")
    return []
