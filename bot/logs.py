"""Logs that say where and what kind, never what people wrote.

Rasa and its libraries put messages, slot values and whole requests in their log lines and exceptions. So once the
service is open, a line from anything but `bot` is reduced to its place in the code and the kind of error; before
that (while the model loads and nobody has written) it stands as it is.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

OURS = ("bot.", "__main__")


class Discreet(logging.Formatter):
    """One line per record: time, level, place; the text only where it cannot hold what people wrote."""

    people_may_have_written = False

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; of an exception only its kind and the places it passed."""
        ours = record.name.startswith(OURS)
        text = record.getMessage() if ours or not self.people_may_have_written else "(text left out)"
        line = f"{self.formatTime(record)} {record.levelname:7} {record.name}:{record.lineno} {text}"
        if record.exc_info and record.exc_info[0]:
            places = traceback.extract_tb(record.exc_info[2])
            path = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(places[-8:]))
            line += f" [{record.exc_info[0].__name__} at {path}]"
        return line


_formatter = Discreet()


def configure(level: int = logging.WARNING) -> None:
    """Send every log of this process, Rasa's structlog included, through `Discreet` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in ("sanic.access", "sanic.root", "apscheduler", "py.warnings"):
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[_only_the_event],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def people_may_write() -> None:
    """From now on log texts of others may hold what people wrote: leave them out."""
    _formatter.people_may_have_written = True


def _only_the_event(_logger: Any, _method: str, event: Any) -> str:
    """Of a structlog entry keep its name alone; its fields hold messages, events and slots."""
    return str(event.get("event", ""))
