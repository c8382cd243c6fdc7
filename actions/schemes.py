"""Answers about schemes: looks them up, chooses what fits on a phone screen, and names the words around it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import SQLAlchemyError

from actions.asking import Asker, asker_of, bullets, button, entities, first_link, named_schemes, short_name
from actions.questions import answer_question
from actions.situations import answer_situation, tells_a_situation
from knowledge.dated import DatedRate, DatedScheme
from knowledge.dates import date_text
from knowledge.models import Benefit
from knowledge.search import Kind
from knowledge.store import NothingLoaded, Store, current
from nlu.aspects import ASPECTS, aspect_of

logger = logging.getLogger(__name__)

ONE_SCREEN = 900
"""Characters that a card may fill."""
MOST_CONDITIONS = 4
"""Conditions on a card; all of them stand under "Hvem kan få det?"."""
MOST_BENEFITS = 2
"""Lines on a card about what one gets."""
MOST_CARDS = 2
"""Schemes of one message that get a card each; the others become buttons."""
MOST_GUESSES = 3
NEAR = 0.4
"""How well (0-1) a scheme has to fit a message that names none to be offered as "did you mean"."""
BUTTONS = {
    "employer": ("what", "duties", "advice", "sources"),
    "citizen": ("what", "advice", "example", "sources"),
}
"""What the buttons under a card lead to."""


@dataclass
class Answer:
    """An answer in the asker's language and, after it, what exists in Danish only."""

    parts: list[str]
    danish: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The answer proper."""
        return "\n\n".join(part for part in self.parts if part)


class ActionAnswerScheme(Action):
    """Answers a question about one or more schemes."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_answer_scheme"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Answer."""
        return answer(dispatcher, tracker)


def answer(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Answer the message: the schemes it names, else the one last talked about, else a narrow question."""
    if answer_question(dispatcher, tracker):
        return []
    asker = asker_of(tracker)
    text = tracker.latest_message.get("text") or ""
    named = named_schemes(tracker)
    aspect = next((a["value"] for a in entities(tracker, "aspect") if a["value"] in ASPECTS), None) or aspect_of(text)
    try:
        store = current()
        if not named:
            return _without_name(dispatcher, tracker, store, asker, aspect, text)
        found = [store.scheme(name, asker.on) for name in named]
        known = [scheme for scheme in found if isinstance(scheme, DatedScheme)]
        return _say(dispatcher, store, asker, known, aspect)
    except (NothingLoaded, SQLAlchemyError):
        logger.exception("the schemes could not be read")
        dispatcher.utter_message(response="say_schemes_unavailable")
        return []


def _without_name(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    store: Store,
    asker: Asker,
    aspect: str | None,
    text: str,
) -> list[EventType]:
    last = store.scheme(tracker.get_slot("scheme") or "", asker.on)
    is_button = text.startswith("/")
    if isinstance(last, DatedScheme) and aspect and not is_button:
        return _say(dispatcher, store, asker, [last], aspect)
    if not is_button and tells_a_situation(tracker, store):
        return answer_situation(dispatcher, tracker, store)
    near = [] if is_button else nearest(text, store, asker.on)
    if near:
        other = {"title": asker.words("say_scheme_button_other"), "payload": "/ask_overview"}
        buttons = [button(short_name(scheme, asker), scheme.scheme.id) for scheme in near]
        dispatcher.utter_message(response="say_did_you_mean", buttons=[*buttons, other])
    elif isinstance(last, DatedScheme) and not is_button:
        dispatcher.utter_message(
            response="say_still_this_scheme",
            name=last.scheme.name.get(asker.language),
            short=short_name(last, asker),
            scheme=last.scheme.id,
        )
    else:
        dispatcher.utter_message(response="say_which_scheme")
    return []


def nearest(text: str, store: Store, on: date) -> list[DatedScheme]:
    """The schemes that `text` may mean, best first; none when nothing is near.

    Only schemes that may be suggested are guessed at.
    """
    near = (hit for hit in store.search(text, on, (Kind.SCHEME,), 9) if hit.score >= NEAR)
    found = (store.scheme(hit.id, on) for hit in near)
    return [one for one in found if isinstance(one, DatedScheme) and one.may_be_suggested][:MOST_GUESSES]


def _say(
    dispatcher: CollectingDispatcher,
    store: Store,
    asker: Asker,
    schemes: list[DatedScheme],
    aspect: str | None,
) -> list[EventType]:
    if not schemes:
        dispatcher.utter_message(response="say_scheme_unknown")
        return []
    for scheme in schemes[:MOST_CARDS]:
        rates = store.rates(scheme.scheme.id, asker.on)
        if len(schemes) > 1:
            said = short_card(scheme, asker)
            name = short_name(scheme, asker)
            buttons = [button(asker.words("say_scheme_button_more", name=name), scheme.scheme.id)]
        elif aspect:
            said, buttons = side(scheme, rates, aspect, asker), _buttons(scheme, rates, asker, but=aspect)
        else:
            said = card(scheme, rates, asker)
            shortened = asker.words("say_scheme_more_conditions") in said.text
            buttons = _buttons(scheme, rates, asker, shortened=shortened)
        _send(dispatcher, said, buttons)
    if schemes[MOST_CARDS:]:
        more = [button(short_name(scheme, asker), scheme.scheme.id) for scheme in schemes[MOST_CARDS:]]
        dispatcher.utter_message(response="say_more_schemes", buttons=more)
    return [SlotSet("scheme", schemes[0].scheme.id if len(schemes) == 1 else schemes[1].scheme.id)]


def _send(dispatcher: CollectingDispatcher, said: Answer, buttons: list[dict[str, str]]) -> None:
    """The buttons come under the last message, where the thumb is."""
    danish = "\n\n".join(part for part in said.danish if part)
    dispatcher.utter_message(response="say_scheme_card", card=said.text, buttons=[] if danish else buttons)
    if danish:
        dispatcher.utter_message(response="say_scheme_details", details=danish, language="da", buttons=buttons)


# --- what is said ---------------------------------------------------------------------------------------------------


def card(scheme: DatedScheme, rates: tuple[DatedRate, ...], asker: Asker) -> Answer:
    """What it is, who can get it, who applies, what one gets, what is on its way, who decides, date and source."""
    fixed = [_head(scheme, asker), _notes(scheme, asker), _applies(scheme, asker), _footer(scheme, asker)]
    if not scheme.details_may_be_shown:
        return Answer([fixed[0], fixed[1], fixed[3]])
    if asker.language != "da":
        danish = Asker("da", asker.audience, asker.on)
        follow = asker.words("say_scheme_details_follow")
        return Answer([*fixed, follow], [_name(scheme, danish), _who(scheme, danish), _applies(scheme, danish)])
    head, notes, applies, footer = fixed
    who = _as_many_conditions_as_fit(scheme, fixed, asker)
    room = ONE_SCREEN - len(Answer([*fixed, who, asker.words("say_scheme_what", lines="")]).text)
    what = _what(scheme, rates, asker, room, MOST_BENEFITS) if not scheme.closed else ""
    return Answer([head, notes, who, applies, what, footer])


def _as_many_conditions_as_fit(scheme: DatedScheme, fixed: list[str], asker: Asker) -> str:
    for most in range(MOST_CONDITIONS, 1, -1):
        who = _who(scheme, asker, most)
        if len(Answer([*fixed, who]).text) <= ONE_SCREEN:
            return who
    return _who(scheme, asker, 1)


def short_card(scheme: DatedScheme, asker: Asker) -> Answer:
    """What it is, who applies, who decides, date and source: for several schemes in one answer."""
    return Answer([_head(scheme, asker), _notes(scheme, asker), _applies(scheme, asker), _footer(scheme, asker)])


def side(scheme: DatedScheme, rates: tuple[DatedRate, ...], aspect: str, asker: Asker) -> Answer:
    """One side of a scheme, whole, with the same notes and source as the card."""
    danish = Asker("da", asker.audience, asker.on)
    around = [_name(scheme, asker), _notes(scheme, asker)]
    footer = _footer(scheme, asker)
    if aspect == "sources":
        return Answer([*around, _sources(scheme, asker), footer])
    if aspect == "change":
        changes = "" if scheme.scheme.expected_change else asker.words("say_scheme_nothing_here")
        return Answer([*around, changes, footer])
    told = _told(scheme, rates, aspect, danish) if scheme.details_may_be_shown else ""
    if not told:
        return Answer([*around, asker.words("say_scheme_nothing_here"), footer])
    if asker.language == "da":
        return Answer([*around, told, footer])
    return Answer([*around, footer, asker.words("say_scheme_details_follow")], [told])


def _told(scheme: DatedScheme, rates: tuple[DatedRate, ...], aspect: str, asker: Asker) -> str:
    """The content of one side, which exists in Danish."""
    record = scheme.scheme
    if aspect == "who":
        return _who(scheme, asker)
    if aspect == "applies":
        return _applies(scheme, asker)
    if aspect == "what":
        return _what(scheme, rates, asker)
    if aspect == "example":
        return asker.words("say_scheme_example", example=record.example)
    lines = record.employer_duties if aspect == "duties" else record.good_to_know
    return asker.words(f"say_scheme_{aspect}", lines=bullets(lines)) if lines else ""


def _name(scheme: DatedScheme, asker: Asker) -> str:
    """The name, with the Danish one beside it: that is the name the municipality knows."""
    spoken, danish = scheme.scheme.name.get(asker.language), scheme.scheme.name.da
    return spoken if spoken == danish else f"{spoken} ({danish})"


def _head(scheme: DatedScheme, asker: Asker) -> str:
    head = f"{_name(scheme, asker)}\n{scheme.scheme.summary.get(asker.language)}"
    if asker.language == "da" and asker.audience != "citizen":
        head += "\n" + asker.words("say_scheme_written_to_citizen")
    return head


def _who(scheme: DatedScheme, asker: Asker, most: int | None = None) -> str:
    """The conditions; when only the first are shown, the last line says that there are more."""
    lines = list(scheme.scheme.who_can_get_it[:most])
    if len(lines) < len(scheme.scheme.who_can_get_it):
        lines.append(asker.words("say_scheme_more_conditions"))
    return asker.words("say_scheme_who", lines=bullets(lines))


def _applies(scheme: DatedScheme, asker: Asker) -> str:
    who = asker.words(f"say_scheme_applies_{scheme.scheme.who_applies}")
    if asker.language != "da":
        return who
    return f"{who}\n{asker.words('say_scheme_where', where=scheme.scheme.where_to_apply)}"


def _what(
    scheme: DatedScheme,
    rates: tuple[DatedRate, ...],
    asker: Asker,
    room: int | None = None,
    most: int | None = None,
) -> str:
    """What one gets, each line with its year, as many lines as there is room for."""
    lines = [_dated(benefit, asker) for benefit in scheme.scheme.what_you_get]
    for rate in rates:
        frame = "say_scheme_rate_line" if rate.current else "say_scheme_old_rate_line"
        lines.append(asker.words(frame, what=rate.what.get(asker.language), amount=rate.display))
    kept: list[str] = []
    for line in lines[:most]:
        if room is not None and len(bullets([*kept, line])) > room:
            break
        kept.append(line)
    return asker.words("say_scheme_what", lines=bullets(kept)) if kept else ""


def _dated(benefit: Benefit, asker: Asker) -> str:
    if benefit.year[:2] in ("19", "20"):
        return asker.words("say_scheme_dated_line", line=benefit.text, year=benefit.year)
    return asker.words("say_scheme_undated_line", line=benefit.text)


def _notes(scheme: DatedScheme, asker: Asker) -> str:
    """What must be said before anything else: closed, doubtful, about to change, not looked after."""
    record, notes = scheme.scheme, []
    if scheme.closed and record.valid_to:
        since = date_text(date.fromordinal(record.valid_to.toordinal() + 1), asker.language)
        frame = "say_scheme_closed_inferred" if scheme.date_is_inferred else "say_scheme_closed"
        # A procedure is nothing that somebody has and keeps.
        frame = "say_scheme_closed_procedure" if record.kind == "meeting" else frame
        notes.append(asker.words(frame, date=since))
        if record.replaced_by and asker.language == "da":
            notes.append(asker.words("say_scheme_instead", instead=record.replaced_by.text))
    if scheme.unclear:
        notes.append(asker.words("say_scheme_unclear"))
    change = record.expected_change
    if change:
        day = date_text(change.date, asker.language)
        if change.date <= asker.on:
            notes.append(asker.words("say_scheme_expected_passed", date=day))
        elif asker.language == "da":
            notes.append(asker.words("say_scheme_expected_with", date=day, change=change.text))
        else:
            notes.append(asker.words("say_scheme_expected", date=day))
    if scheme.overdue:
        notes.append(asker.words("say_scheme_overdue", date=date_text(record.review_by, asker.language)))
    return "\n".join(notes)


def _sources(scheme: DatedScheme, asker: Asker) -> str:
    lines = [
        asker.words("say_scheme_source_line", title=source.title, publisher=source.publisher or "", url=source.url)
        for source in scheme.sources
        if source.url
    ]
    return asker.words("say_scheme_sources", lines=bullets(lines))


def _footer(scheme: DatedScheme, asker: Asker) -> str:
    """Who decides, when the text was last gone through, and where it is from."""
    source = first_link(scheme.sources)
    return asker.words(
        "say_scheme_footer",
        decides=asker.words(f"say_scheme_decided_by_{scheme.scheme.decided_by}"),
        date=date_text(scheme.scheme.reviewed_on, asker.language),
        title=source.title,
        publisher=source.publisher or "",
        url=source.url or "",
    )


# --- buttons --------------------------------------------------------------------------------------------------------


def _buttons(
    scheme: DatedScheme,
    rates: tuple[DatedRate, ...],
    asker: Asker,
    but: str | None = None,
    shortened: bool = False,
) -> list[dict[str, str]]:
    """A button for each side that has something to say; from a side also one back to the card."""
    sides = [a for a in BUTTONS["citizen" if asker.audience == "citizen" else "employer"] if a != but]
    if shortened:
        sides.insert(0, "who")
    shown = [a for a in sides if a == "sources" or _told(scheme, rates, a, Asker("da", asker.audience, asker.on))]
    buttons = [button(asker.words(f"say_scheme_button_{a}"), scheme.scheme.id, a) for a in shown]
    if but:
        buttons.insert(0, button(asker.words("say_scheme_button_card"), scheme.scheme.id))
    return buttons
