"""Lines with numbers of people to talk to, as far as they may be shown today."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions.phrases import language_of, phrase
from knowledge.contacts import load_contacts, shown
from knowledge.dates import today


def contact_lines(ids: tuple[str, ...], frame: str, tracker: Tracker) -> str:
    """One line per contact among `ids` that may be shown today, in the words of the reply `frame`.

    A contact whose number has not been confirmed in time is left out; hours are never told here.
    """
    language = language_of(tracker)
    lines = {
        contact.id: phrase(frame, language, name=contact.name[language], number=contact.number)
        for contact in shown(load_contacts(), today())
        if contact.number
    }
    return "\n".join(lines[key] for key in ids if key in lines)
