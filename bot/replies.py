"""What the assistant says: Danish from `dialogues/domain`, other languages laid over from `dialogues/translations`.

The sentences are read when the service starts, not when the model is trained: changing one needs no training.
"""

from __future__ import annotations

import copy
import random
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.core.nlg import TemplatedNaturalLanguageGenerator, interpolator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.settings import ROOT, SENTENCES

Variations = list[dict[str, Any]]
FIRST_LANGUAGE = "da"


def read_replies(dialogues: Path) -> dict[str, dict[str, Variations]]:
    """Language → reply name → its variations, from the folder `dialogues/`."""
    folders = {FIRST_LANGUAGE: dialogues / "domain"}
    folders |= {folder.name: folder for folder in sorted((dialogues / "translations").iterdir()) if folder.is_dir()}
    return {language: _merged(sorted(folder.glob("*.yml"))) for language, folder in folders.items()}


def _merged(files: list[Path]) -> dict[str, Variations]:
    """What stands under `responses` (named by rules) and `replies` (named by the door and by actions)."""
    merged: dict[str, Variations] = {}
    for file in files:
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for key in SENTENCES:
            merged.update(written.get(key) or {})
    return merged


class Replies:
    """Chooses and fills in replies."""

    def __init__(self, languages: dict[str, dict[str, Variations]]) -> None:
        self._languages = languages

    @property
    def languages(self) -> list[str]:
        """The languages we can speak, Danish first."""
        return list(self._languages)

    def render(
        self,
        name: str,
        language: str | None,
        values: dict[str, Any],
        said_last: str | None = None,
        channel: str | None = None,
    ) -> dict[str, Any] | None:
        """One variation of the reply `name`, filled in; None when there is no such reply.

        In a channel that has its own wording (`<name>_<channel>`), that is said; its name stays `name`.
        A missing translation falls back to Danish, and the reply's `language` says so. The variation is another
        than `said_last` where there is a choice, so that nobody hears the same sentence twice in a row.
        """
        written = f"{name}_{channel}" if f"{name}_{channel}" in self._languages[FIRST_LANGUAGE] else name
        spoken = language if language in self._languages and written in self._languages[language] else FIRST_LANGUAGE
        variations = self._languages[spoken].get(written)
        if not variations:
            return None
        filled = [self._fill(variation, values) for variation in variations]
        fresh = [reply for reply in filled if reply.get("text") != said_last] or filled
        return {**random.choice(fresh), "utter_action": name, "language": spoken}

    @staticmethod
    def _fill(variation: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        reply = copy.deepcopy(variation)
        for key in ("text", "buttons", "custom", "attachment"):
            if key in reply:
                reply[key] = interpolator.interpolate(reply[key], values)
        return reply


@lru_cache(maxsize=1)
def replies() -> Replies:
    """Everything the assistant can say, read once."""
    return Replies(read_replies(ROOT / "dialogues"))


class RasaReplies(TemplatedNaturalLanguageGenerator):
    """Rasa's way to our replies (`nlg` in `endpoints.yml`): the language is the slot `language`."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        """Made by Rasa; the domain is still empty then, and is not needed."""
        super().__init__({})
        self._replies = replies()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The reply for `utter_action` in the person's language."""
        slots = tracker.current_slot_values()
        last = next((event for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
        return self._replies.render(
            utter_action, slots.get("language"), {**slots, **kwargs}, last.text if last else None, output_channel
        )
