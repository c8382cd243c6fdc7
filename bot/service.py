"""The parts of a running service that are made once and shared by the channels, Rasa and the command line."""

from __future__ import annotations

from functools import lru_cache

from bot.database import open_database
from bot.outbox import Outbox
from bot.people import People
from bot.privacy import Keys, read_or_make_key
from bot.settings import settings


@lru_cache(maxsize=1)
def people() -> People:
    """The store of everything personal, opened from the settings."""
    chosen = settings()
    keys = Keys(read_or_make_key(chosen.jobsamtale_key, chosen.key_file))
    return People(open_database(chosen.database), keys, chosen.hours_without_consent, chosen.days_with_consent)


@lru_cache(maxsize=1)
def outbox() -> Outbox:
    """What must still be brought to people, in the channels that answer by themselves."""
    return Outbox(people())
