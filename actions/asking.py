"""Who asks, what the message names, and the small pieces that several answers are put together from."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rasa_sdk import Tracker

from actions.phrases import language_of, phrase
from knowledge.dated import DatedScheme
from knowledge.dates import today
from knowledge.models import Source

SHORT_LINK = 160
"""Characters of a link that still leaves room for the answer."""
TO_BUTTON = 30
"""Characters of a name on a button."""


@dataclass(frozen=True)
class Asker:
    """Who asks: what the answer is fitted to."""

    language: str
    audience: str
    on: date

    def words(self, name: str, /, **values: str) -> str:
        """A frame of the answer, in the asker's language."""
        return phrase(name, self.language, **values)


def asker_of(tracker: Tracker) -> Asker:
    """Who writes, as far as is known; a citizen until somebody says otherwise."""
    return Asker(language_of(tracker), tracker.get_slot("audience") or "citizen", today())


def entities(tracker: Tracker, kind: str) -> list[dict[str, Any]]:
    """The entities of one kind in the present message, in their order."""
    found = tracker.latest_message.get("entities") or []
    return [entity for entity in found if entity.get("entity") == kind]


def named_schemes(tracker: Tracker) -> list[str]:
    """The schemes named in the message, in their order, each once."""
    return list(dict.fromkeys(str(entity["value"]) for entity in entities(tracker, "scheme")))


def first_link(sources: Iterable[Source]) -> Source:
    """The source to name: the first with a link that leaves room for the answer, else the first with any.

    Raises:
        IndexError: none has a link.
    """
    links = [source for source in sources if source.url]
    return next((source for source in links if len(source.url or "") <= SHORT_LINK), links[0])


def bullets(lines: Iterable[str]) -> str:
    """Lines as a list."""
    return "\n".join(f"• {line}" for line in lines)


def button(title: str, scheme: str, aspect: str | None = None) -> dict[str, str]:
    """A button that asks about a scheme, or about one side of it."""
    return asking_button(title, {"scheme": scheme} | ({"aspect": aspect} if aspect else {}))


def asking_button(title: str, values: dict[str, str]) -> dict[str, str]:
    """A button that asks about what `values` name: entity → value."""
    return {"title": title, "payload": f"/ask_scheme{json.dumps(values)}"}


def short_name(scheme: DatedScheme, asker: Asker) -> str:
    """A name that fits on a button."""
    return textwrap.shorten(plain_name(scheme, asker), TO_BUTTON, placeholder="…")


def plain_name(scheme: DatedScheme, asker: Asker) -> str:
    """What stands before the colon, the bracket or the dash of a name."""
    name = scheme.scheme.name.get(asker.language)
    for mark in (":", " (", " – "):
        name = name.split(mark)[0]
    return name
