"""From what a person tells to what may help: free things first, then one to three schemes, each with its reason."""

from __future__ import annotations

import logging
import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import SQLAlchemyError

from actions.asking import Asker, asker_of, bullets, button, entities, named_schemes, short_name
from actions.questions import answer_question
from actions.told import Told, as_slot, may_be_kept, told_by
from knowledge.dates import date_text
from knowledge.models import Price
from knowledge.store import NothingLoaded, Store, current
from nlu.facts import read_facts
from nlu.situations import AUDIENCE_FROM, SURE_FROM, Fit, Suggestion, shortlist, told_challenges

logger = logging.getLogger(__name__)

FREE_THINGS = 3
"""Free accommodations of one answer."""
MOST_CHALLENGES = 2
"""Challenges of one answer."""
QUOTED = 90
"""Characters of the person's own words that are quoted."""
IN_SHORT = 110
"""Characters after which what a scheme is ends with its sentence; the card holds the rest."""
A_WORD = re.compile(r"(?<!\S)[^\W\d_]{2,}(?=[\s.,!?]|$)")
TELLING_WORDS = 3
"""Plain words of a description; with fewer nothing is guessed at."""
ENOUGH_WORDS = 6
"""Words of a question that may tell a situation."""
UNSURE = ("say_situation_unsure", "say_situation_unsure_again", "say_situation_unsure_human")
"""What is said the first, second and third time in a row that no scheme is sure enough."""
BESIDE = (
    "say_heard_caseworker",
    "say_heard_employer",
    "say_machine_notice",
    "say_situation_free",
    "say_situation_free_employer",
)
"""What may stand beside such a question in one answer."""


class ActionDescribeSituation(Action):
    """Answers a description of how things are; a scheme that is named in it is answered as such."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_describe_situation"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Answer."""
        if answer_question(dispatcher, tracker):
            return []
        if named_schemes(tracker):
            return [FollowupAction("action_answer_scheme")]
        try:
            return answer_situation(dispatcher, tracker, current())
        except (NothingLoaded, SQLAlchemyError):
            logger.exception("the schemes could not be read")
            dispatcher.utter_message(response="say_schemes_unavailable")
            return []


def answer_situation(dispatcher: CollectingDispatcher, tracker: Tracker, store: Store) -> list[EventType]:
    """Say what costs nothing to try, then which schemes may be relevant and why; unsure, ask one narrow question."""
    asker, events = _asker(dispatcher, tracker)
    found = _found(tracker, store, asker)
    challenges = told_challenges(_fits(tracker, "likely_challenge"))[:MOST_CHALLENGES]
    if challenges:
        _say_what_is_free(dispatcher, challenges, store, asker)
    events.append(SlotSet("facts", _told_now(tracker, store, asker)))
    if _is_sure(found):
        return [*events, *_say_schemes(dispatcher, found, store, asker)]
    times = 1 + _unsure_in_a_row(tracker)
    buttons = [button(short_name(one.scheme, asker), one.scheme.scheme.id) for one in found]
    dispatcher.utter_message(response=UNSURE[min(times, len(UNSURE)) - 1], buttons=buttons if times == 1 else None)
    return events


def tells_a_situation(tracker: Tracker, store: Store) -> bool:
    """Whether a question that names no scheme says enough for one to be found without asking."""
    text = tracker.latest_message.get("text") or ""
    return len(text.split()) >= ENOUGH_WORDS and _is_sure(_found(tracker, store, asker_of(tracker)))


def _found(tracker: Tracker, store: Store, asker: Asker) -> list[Suggestion]:
    text = tracker.latest_message.get("text") or ""
    if len(A_WORD.findall(text)) < TELLING_WORDS:
        return []
    told = read_facts(text, asker.on)
    schemes = {scheme.scheme.id: scheme for scheme in store.schemes(asker.on)}
    return shortlist(_fits(tracker, "likely_scheme"), schemes, told)


def _told_now(tracker: Tracker, store: Store, asker: Asker) -> Told:
    """What the guided check need not ask about any more. An employer may speak of somebody else than before."""
    before = told_by(tracker) if asker.audience == "citizen" else {}
    told = before | read_facts(tracker.latest_message.get("text") or "", asker.on)
    return as_slot(may_be_kept(told, store, bool(tracker.get_slot("consent"))))


def _is_sure(found: Sequence[Suggestion]) -> bool:
    return bool(found) and found[0].score >= SURE_FROM


def _asker(dispatcher: CollectingDispatcher, tracker: Tracker) -> tuple[Asker, list[EventType]]:
    """Who asks. Where nobody has said it and the text shows it, it is said aloud, so that it can be put right."""
    asker, likely = asker_of(tracker), _fits(tracker, "likely_audience")
    if tracker.get_slot("audience") or not likely or likely[0].score < AUDIENCE_FROM or likely[0].label == "citizen":
        return asker, []
    heard = likely[0].label
    dispatcher.utter_message(response=f"say_heard_{heard}")
    return replace(asker, audience=heard), [SlotSet("audience", heard)]


def _fits(tracker: Tracker, kind: str) -> list[Fit]:
    found = entities(tracker, kind)
    return [Fit(str(one["value"]), float(one["confidence"]), str(one["words"])) for one in found]


def _unsure_in_a_row(tracker: Tracker) -> int:
    """How many of our last answers in a row were such a question."""
    times = 0
    for event in reversed(tracker.events):
        said = (event.get("metadata") or {}).get("utter_action") if event["event"] == "bot" else None
        if said in UNSURE:
            times += 1
        elif said and said not in BESIDE:
            break
    return times


def _say_what_is_free(dispatcher: CollectingDispatcher, challenges: Sequence[Fit], store: Store, asker: Asker) -> None:
    """The free accommodations of the challenges told, most for the one told most clearly."""
    known = [record for fit in challenges if (record := store.challenge(fit.label))]
    free = [[one.text.get(asker.language) for one in c.accommodations if one.price is Price.FREE] for c in known]
    chosen = [lines[0] for lines in free if lines] + [line for lines in free for line in lines[1:]]
    if not chosen:
        return
    names = [record.name.get(asker.language).lower() for record in known]
    both = asker.words("say_situation_and", first=names[0], last=names[-1]) if names[1:] else names[0]
    dispatcher.utter_message(
        response="say_situation_free_employer" if asker.audience == "employer" else "say_situation_free",
        challenges=both,
        lines=bullets(chosen[:FREE_THINGS]),
    )


def _say_schemes(
    dispatcher: CollectingDispatcher, found: Sequence[Suggestion], store: Store, asker: Asker
) -> list[EventType]:
    audience = "employer" if asker.audience == "employer" else "citizen"
    dispatcher.utter_message(
        response=f"say_situation_schemes_{audience}",
        schemes="\n\n".join(_one_scheme(one, asker) for one in found) + _still_unknown(found, store, asker),
        date=date_text(min(one.scheme.scheme.reviewed_on for one in found), asker.language),
        buttons=[
            *(button(short_name(one.scheme, asker), one.scheme.scheme.id) for one in found),
            {"title": asker.words("say_situation_button_check"), "payload": "/start_check"},
            {"title": asker.words("say_situation_button_other"), "payload": "/situation_does_not_fit"},
        ],
    )
    ids = [one.scheme.scheme.id for one in found]
    return [SlotSet("scheme", ids[0]), SlotSet("shown_schemes", ids)]


def _one_scheme(suggestion: Suggestion, asker: Asker) -> str:
    """Name, reason, what it is in short, what does not seem to fit, and where it is from."""
    scheme, verdict = suggestion.scheme, suggestion.verdict
    name, danish = scheme.scheme.name.get(asker.language), scheme.scheme.name.da
    lines = [
        name if name == danish else f"{name} ({danish})",
        asker.words("say_situation_because", words=textwrap.shorten(suggestion.words, QUOTED, placeholder=" …")),
        in_short(scheme.scheme.summary.get(asker.language)),
    ]
    if asker.language == "da":
        unfit = (*verdict.unmet, *verdict.exceptional)
        lines += [asker.words("say_situation_does_not_seem", why=one.why) for one in unfit[:1]]
    source = scheme.sources[0]
    lines.append(asker.words("say_situation_source", title=source.title, publisher=source.publisher or ""))
    return "\n".join(lines)


def in_short(text: str) -> str:
    """The first sentences of `text`, as many as fill about `IN_SHORT` characters."""
    sentences = re.split(r"(?<=[.!?]) ", text)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) >= IN_SHORT or len(kept) + len(sentence) > 1.5 * IN_SHORT:
            break
        kept += f" {sentence}"
    return kept


def _still_unknown(found: Sequence[Suggestion], store: Store, asker: Asker) -> str:
    """The one question that most of the schemes shown still turn on; people are asked one thing at a time."""
    if asker.language != "da":
        return ""
    open_facts = Counter(name for one in found for name in one.verdict.missing)
    for name, _ in open_facts.most_common():
        fact = store.fact(name)
        question = fact and (fact.ask_employer if asker.audience == "employer" else fact.ask_citizen)
        if question:
            return "\n\n" + asker.words("say_situation_missing", question=question)
    return ""
