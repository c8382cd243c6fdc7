"""Environment → one typed object. The only place that reads the environment."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from pydantic import BaseSettings, Field, SecretStr, validator

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder: Rasa's relative paths (`dialogues/…`, `nlu/…`) are read from here."""

SENTENCES = ("responses", "replies")
"""The keys of `dialogues/` under which sentences stand: named by rules, and named by the door and by actions.

The second is ours, because Rasa takes every response for an action of a rule.
"""
PARENT_PIPE = "JOBSAMTALE_PARENT_PIPE"


class Settings(BaseSettings):
    """What an operator can set. Every name is also an environment variable, in capitals."""

    host: str = Field("127.0.0.1", description="Address to listen on; the default is reachable from this machine only.")
    port: int = Field(5005, ge=1, le=65535, description="Port of the chat page and the REST door.")
    action_port: int = Field(0, ge=0, le=65535, description="Port of the action server; 0 = any free one.")
    data_folder: Path = Field(ROOT / "data", description="Where database, key and models are kept.")
    database_url: str | None = Field(None, description="SQLAlchemy URL; default is SQLite in the data folder.")
    jobsamtale_key: str | None = Field(
        None,
        description="Key for what is kept at rest (Fernet, 32 bytes base64); default is a file made at first run.",
    )
    hours_without_consent: int = Field(24, ge=1, description="Hours a conversation is kept without consent.")
    days_with_consent: int = Field(90, ge=1, description="Days after last use a conversation is kept with consent.")
    telegram_token: SecretStr | None = Field(None, description="Token of the Telegram bot; none: it is shut.")
    telegram_api: str = Field("https://api.telegram.org", description="Address of the Bot API server.")
    public_url: str | None = Field(
        None, description="Where the world reaches this service; with it Telegram calls us, without it we ask Telegram."
    )

    @validator("telegram_token", pre=True)
    def _blank_is_none(cls, given: str | None) -> str | None:
        return (given or "").strip() or None

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_folder / 'jobsamtale.db'}"

    @property
    def key_file(self) -> Path:
        """Where the key lies when it does not come from the environment."""
        return self.data_folder / "key"

    @property
    def models(self) -> Path:
        """The folder of trained models."""
        return self.data_folder / "models"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        pydantic.ValidationError: a variable has a value of the wrong kind.
    """
    return Settings.parse_obj({})


def child_environment(**values: object) -> dict[str, str]:
    """The environment for a child process: ours, what quiets Rasa, and `values`."""
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **quiet, **{name.upper(): str(value) for name, value in values.items()}}


def parent_pipe() -> int | None:
    """The pipe by which a child process sees its supervisor go (taken out, so that grandchildren do not have it)."""
    pipe = os.environ.pop(PARENT_PIPE, None)
    return int(pipe) if pipe else None
