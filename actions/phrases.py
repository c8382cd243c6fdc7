"""Words that an action puts together itself: the parts of a scheme card, the titles of buttons made on the spot.

They stand among the replies in `dialogues/`, as everything does that a person reads. A whole reply needs none of
this: it is named to the dispatcher, and filled in on Rasa's side.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from rasa_sdk import Tracker

DIALOGUES = Path(__file__).resolve().parent.parent / "dialogues"
FIRST_LANGUAGE = "da"


def language_of(tracker: Tracker) -> str:
    """The person's language, "da" where nothing else is known."""
    spoken = tracker.get_slot("language")
    return spoken if spoken in _phrases() else FIRST_LANGUAGE


def phrase(name: str, language: str, /, **values: str) -> str:
    """The text of the reply `name` in `language`, filled in.

    Raises:
        KeyError: there is no such reply in that language, or a value is missing.
    """
    return _phrases()[language][name].format(**values)


def languages() -> list[str]:
    """The languages there are words in."""
    return list(_phrases())


def has_phrase(name: str) -> bool:
    """Whether there is a reply with this name."""
    return name in _phrases()[FIRST_LANGUAGE]


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[str, str]]:
    """Language → reply name → text of its first variation, read once per process."""
    folders = {folder.name: folder for folder in (DIALOGUES / "translations").iterdir() if folder.is_dir()}
    folders[FIRST_LANGUAGE] = DIALOGUES / "domain"
    return {language: _texts(folder) for language, folder in folders.items()}


def _texts(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted(folder.glob("*.yml")):
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for key in ("responses", "replies"):
            texts.update({name: variations[0]["text"] for name, variations in (written.get(key) or {}).items()})
    return texts
