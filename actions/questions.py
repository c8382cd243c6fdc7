"""Answers to what employers ask without naming a scheme, from the questions in `knowledge/questions`.

A question is answered only where the message asks it nearly in its own words (`Store.asked`), and the answer begins
with the question as we understood it: a mistake is then seen, and never stands as a fact.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError

from actions.asking import Asker, asker_of, asking_button, bullets, button, entities, first_link, plain_name, short_name
from actions.phrases import phrase
from knowledge.dated import About, DatedScheme, remarks
from knowledge.dates import date_text
from knowledge.models import Question, Source
from knowledge.store import NothingLoaded, Store, current

logger = logging.getLogger(__name__)

SHORT = 2
"""Lines of the short answer; the whole one stands behind a button."""
MOST_SCHEMES = 3
"""Schemes that are named, and that have a button, in one answer."""
CLOSED = (About.CLOSED, About.CLOSED_INFERRED, About.CLOSED_PROCEDURE)
"""Said alike beside an answer; the scheme's own card tells since when."""


def answer_question(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Answer the message if it is an employer's question that we know, or the button of one; tell whether it was.

    False, and nothing said, when a scheme is named, for people who are no employers, where the question is in doubt,
    where somebody has yet to check what the answer rests on, and when the content cannot be read.
    """
    asker, pressed = asker_of(tracker), _entity(tracker, "question")
    try:
        store = current()
        question = store.question(pressed) if pressed else _asked(tracker, store, asker.on)
        if question is None:
            return False
        schemes = _schemes(question, store, asker.on)
        sources = [source for source in map(store.source, question.sources) if source and source.url]
    except (NothingLoaded, SQLAlchemyError):
        logger.exception("the questions could not be read")
        return False
    if not sources or not all(scheme.details_may_be_shown for scheme in schemes):
        return False
    _say(dispatcher, question, schemes, sources, asker, whole=bool(pressed))
    return True


def _asked(tracker: Tracker, store: Store, on: date) -> Question | None:
    text = tracker.latest_message.get("text") or ""
    if tracker.get_slot("audience") != "employer" or text.startswith("/") or _entity(tracker, "scheme"):
        return None
    return store.asked(text, on)


def _entity(tracker: Tracker, kind: str) -> str | None:
    return next((str(entity["value"]) for entity in entities(tracker, kind)), None)


def _schemes(question: Question, store: Store, on: date) -> list[DatedScheme]:
    found = (store.scheme(scheme, on) for scheme in question.scheme_ids)
    return [scheme for scheme in found if isinstance(scheme, DatedScheme)]


def _say(
    dispatcher: CollectingDispatcher,
    question: Question,
    schemes: list[DatedScheme],
    sources: list[Source],
    asker: Asker,
    whole: bool,
) -> None:
    lines = question.answer_must_contain if whole else question.answer_must_contain[:SHORT]
    buttons = _buttons(question, schemes, asker, whole)
    head = asker.words("say_question_head", question=question.question.get(asker.language))
    if schemes:
        named = _listed((plain_name(one, asker) for one in schemes[:MOST_SCHEMES]), asker)
        head = f"{head}\n{asker.words('say_question_about', schemes=named)}"
    told = phrase("say_question_whole" if whole else "say_question_short", "da", lines=bullets(lines))
    around = [_notes(schemes, asker), _footer(schemes, sources, asker)]
    if asker.language == "da":
        card = _joined([head, told, *around])
        dispatcher.utter_message(response="say_question_card", card=card, buttons=buttons)
        return
    follows = asker.words("say_question_follows")
    dispatcher.utter_message(response="say_question_card", card=_joined([head, *around, follows]))
    dispatcher.utter_message(response="say_question_details", details=told, language="da", buttons=buttons)


def _notes(schemes: list[DatedScheme], asker: Asker) -> str:
    """What must be known of the schemes behind the answer: closed, doubtful, about to change, not looked after."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in schemes:
        for remark in remarks(one):
            day = date_text(remark.day, asker.language) if remark.day and remark.about not in CLOSED else ""
            frame = "say_question_closed" if remark.about in CLOSED else f"say_question_{remark.about}"
            groups.setdefault((frame, day), []).append(plain_name(one, asker))
    return "\n".join(
        asker.words(frame, date=day, schemes=_listed(names, asker)) for (frame, day), names in groups.items()
    )


def _footer(schemes: list[DatedScheme], sources: list[Source], asker: Asker) -> str:
    """That it is no decision, when the schemes behind it were gone through (the oldest day), and where it is from."""
    source = first_link(sources)
    parts = [asker.words("say_question_no_decision")]
    if schemes:
        day = date_text(min(one.scheme.reviewed_on for one in schemes), asker.language)
        parts.append(asker.words("say_question_reviewed", date=day))
    where = asker.words(
        "say_question_source", title=source.title, publisher=source.publisher or "", url=source.url or ""
    )
    return " ".join(parts) + "\n" + where


def _buttons(question: Question, schemes: list[DatedScheme], asker: Asker, whole: bool) -> list[dict[str, str]]:
    buttons = []
    if not whole and len(question.answer_must_contain) > SHORT:
        buttons.append(asking_button(asker.words("say_question_button_whole"), {"question": question.id}))
    for one in schemes[:MOST_SCHEMES]:
        buttons.append(button(short_name(one, asker), one.scheme.id))
    return [*buttons, {"title": asker.words("say_question_button_other"), "payload": "/ask_overview"}]


def _listed(names: Iterable[str], asker: Asker) -> str:
    *first, last = names
    return f"{', '.join(first)} {asker.words('say_question_and')} {last}" if first else last


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)
