"""The assistant's server with a way to die: `python -m tests.failures.crashing serve --action-port N`.

When the file named by CRASH_FILE holds the name of a phase, the process is killed (SIGKILL) the next time a turn
reaches that phase, and the file is emptied first, so that it happens once.
"""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import without_tensorflow

without_tensorflow.activate()

PHASES = ("before store", "after store", "in nlu", "in action", "before save", "after save", "before reply")


def die_at(phase: str) -> None:
    """Die now if this is the phase asked for."""
    file = Path(os.environ["CRASH_FILE"])
    if file.exists() and file.read_text() == phase:
        file.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)


def around(owner: type, name: str, before: str | None = None, after: str | None = None) -> None:
    """Let a method of `owner` die before or after its work."""
    original: Callable[..., Any] = getattr(owner, name)

    @functools.wraps(original)
    def sync(*args: Any, **kwargs: Any) -> Any:
        if before:
            die_at(before)
        result = original(*args, **kwargs)
        if after:
            die_at(after)
        return result

    @functools.wraps(original)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        result = await original(*args, **kwargs)
        if after:
            die_at(after)
        return result

    setattr(owner, name, awaited if name == "run" else sync)


def main() -> None:
    """Arm the phases and serve."""
    from rasa.core.actions.action import RemoteAction
    from rasa.core.processor import MessageProcessor

    from bot.__main__ import main as bot
    from bot.outbox import Outbox
    from bot.people import People

    around(People, "receive", before="before store", after="after store")
    around(Outbox, "take_in", before="before store", after="after store")
    around(MessageProcessor, "_parse_message_with_graph", before="in nlu")
    around(RemoteAction, "run", after="in action")
    around(People, "save", before="before save", after="after save")
    around(People, "finish", after="before reply")
    bot()


if __name__ == "__main__":
    main()
