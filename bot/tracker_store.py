"""Where Rasa keeps conversations: sealed, bounded in a turn, and gone when the person says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot import service
from bot.people import People, Turn

LONGEST = 100
"""Events in a turn beyond which the older ones are folded into the base (about 15 turns)."""
KEPT = 60
"""Events that stay when folding: more than any policy looks back, and enough to repeat the last answers."""
DELETE_ALL = "action_delete_all"
"""The action that means: forget this person now."""


class SealedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Rasa's tracker store on `bot.people`.

    A turn reads a base (the state at some point: slots, active form) and the events since; when those grow past
    `LONGEST` the older ones are folded into a new base. So turn 500 costs what turn 10 costs, while the full history
    stays for the person's export.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        people: People | None = None,
        **kwargs: Any,
    ) -> None:
        """Made by Rasa from `endpoints.yml`; `people` is given by tests."""
        super().__init__(domain, event_broker, **{k: v for k, v in kwargs.items() if k != "host"})
        self._people = people or service.people()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as far as a turn needs it."""
        found = self._people.conversation(sender_id)
        if found is None:
            return None
        tracker = self._tracker(sender_id, found.base + [event for _, event in found.events])
        _remember(tracker, len(found.base), [row for row, _ in found.events])
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The whole conversation."""
        history = self._people.history(conversation_id)
        return self._tracker(conversation_id, history) if history else None

    def _tracker(self, sender_id: str, events: list[dict[str, Any]]) -> DialogueStateTracker:
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what is new in a conversation, in one transaction with what follows from it (consent, language)."""
        await self.stream_events(tracker)
        in_base, rows = _remembered(tracker)
        events = list(tracker.events)
        new = events[in_base + len(rows) :]
        if any(isinstance(event, ActionExecuted) and event.action_name == DELETE_ALL for event in new):
            self._people.forget(tracker.sender_id)
            return
        if not new:
            return
        message_id = next((event.message_id for event in new if isinstance(event, UserUttered)), None)
        turn = Turn(
            events=[(message_id, _as_kept(event)) for event in new],
            language=tracker.get_slot("language") if "language" in tracker.slots else None,
            consent=bool(tracker.get_slot("consent")) if "consent" in tracker.slots else None,
        )
        if len(rows) > LONGEST:
            cut = self._cut(events, in_base + len(rows) - KEPT)
            if cut is not None and cut >= in_base:
                turn.keep_from = rows[cut - in_base]
                turn.base = self._fold(tracker.sender_id, events[:cut])
        self._people.save(tracker.sender_id, turn)

    @staticmethod
    def _cut(events: list[Event], at_most: int) -> int | None:
        """The last place at or before `at_most` where a person begins to speak."""
        return next((i for i in range(at_most, 0, -1) if isinstance(events[i], UserUttered)), None)

    def _fold(self, sender_id: str, events: list[Event]) -> list[dict[str, Any]]:
        """The few events that put a new tracker in the state that `events` led to."""
        state = DialogueStateTracker.from_events(sender_id, events, self.domain.slots)
        folded: list[Event] = [ActionExecuted("action_session_start"), SessionStarted()]
        folded += [
            SlotSet(name, slot.value)
            for name, slot in state.slots.items()
            if slot.value != slot.initial_value or slot.has_been_set
        ]
        if state.active_loop_name:
            folded += [ActionExecuted(state.active_loop_name), ActiveLoop(state.active_loop_name)]
            if "requested_slot" in state.slots:
                folded.append(SlotSet("requested_slot", state.get_slot("requested_slot")))
        folded.append(ActionExecuted("action_listen"))
        for event in folded:
            event.timestamp = events[-1].timestamp
        return [event.as_dict() for event in folded]

    async def keys(self) -> Iterable[str]:
        """Everyone with a conversation."""
        return self._people.keys_of_people()


def _as_kept(event: Event) -> dict[str, Any]:
    """An event as it is kept, without what Rasa adds for itself.

    Of what the model thought of a message the first three guesses; of a reply its name and language, but not again
    the values that stand in its text.
    """
    kept = event.as_dict()
    parsed = kept.get("parse_data")
    if parsed:
        thinned = {key: value for key, value in parsed.items() if key != "text_tokens"}
        kept["parse_data"] = {**thinned, "intent_ranking": parsed.get("intent_ranking", [])[:3]}
    if isinstance(event, BotUttered):
        said = kept.get("metadata") or {}
        kept["metadata"] = {key: said[key] for key in ("utter_action", "language", "metadata") if key in said}
    return kept


def _remember(tracker: DialogueStateTracker, in_base: int, rows: list[int]) -> None:
    """Note on the tracker how much of it is stored already; Rasa hands the same object back to `save`."""
    setattr(tracker, "_stored", (in_base, rows))  # noqa: B010 - the attribute is ours, not Rasa's.


def _remembered(tracker: DialogueStateTracker) -> tuple[int, list[int]]:
    return getattr(tracker, "_stored", (0, []))


def replies_in(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the assistant said in a stored turn, as the channels want it: `{"text", "buttons", "metadata", …}`."""
    spoken = [event for event in deserialise_events(events) if event.type_name == "bot"]
    return [event.message() for event in spoken]
