"""What the HTTP channels share: reading a request safely, and the one door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage
from sanic import Blueprint, Sanic, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import service
from bot.incoming import LANGUAGES, Door
from bot.replies import replies
from bot.settings import settings
from nlu.crisis import load_classifier

LONGEST_BODY = 64 * 1024
"""Bytes of a request; more is refused with 413 before it is read."""
LONGEST_TEXT = 20_000
"""Characters of a message that are read at all; from `incoming.LONGEST_MESSAGE` on only for danger."""
LONGEST_ID = 50
"""Characters of a message id (a UUID has 36)."""

ToRasa = Callable[[UserMessage], Awaitable[Any]]


class BadRequest(Exception):
    """The request cannot be understood; `status` and the text tell the caller why."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def open_door(blueprint: Blueprint, to_rasa: ToRasa) -> None:
    """Give the app of `blueprint` its door, once, whichever channels are open; and catch up when it starts."""

    @blueprint.listener("before_server_start")
    async def make_door(app: Sanic, _: Any) -> None:
        app.config.REQUEST_MAX_SIZE = LONGEST_BODY
        if not hasattr(app.ctx, "door"):
            load_classifier(settings().data_folder)
            app.ctx.door = Door(service.people(), replies(), to_rasa)

    @blueprint.listener("after_server_start")
    async def begin(app: Sanic, loop: Any) -> None:
        if not hasattr(app.ctx, "errands"):
            door = app.ctx.door
            app.ctx.errands = [loop.create_task(door.catch_up()), loop.create_task(door.keep_forgetting())]

    @blueprint.listener("before_server_stop")
    async def end(app: Sanic, _: Any) -> None:
        for errand in app.ctx.errands:
            errand.cancel()


def fields(request: Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        BadRequest: not JSON, or not an object. Only `application/json` is taken, so that another site's page cannot
            write on a visitor's behalf.
    """
    if (request.headers.get("content-type") or "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequest("Send JSON, with content type application/json.", 415)
    try:
        found = request.json
    except (InvalidUsage, ValueError, RecursionError):
        raise BadRequest("This is not valid JSON.") from None
    if not isinstance(found, dict):
        raise BadRequest("Send a JSON object.")
    return found


def text_field(found: dict[str, Any], name: str, longest: int, default: str | None = None) -> str:
    """A text of the request, at most `longest` characters, or `default` when it is absent.

    Raises:
        BadRequest: absent without default, not a text, empty where an id is wanted, or too long.
    """
    value = found.get(name, default)
    if not isinstance(value, str):
        raise BadRequest(f"'{name}' must be a text.")
    if len(value) > longest:
        raise BadRequest(f"'{name}' may be at most {longest} characters.")
    return value


def message_fields(found: dict[str, Any]) -> tuple[str, str | None, str]:
    """Message, message id (or None) and language of a request.

    Raises:
        BadRequest: one of them is of the wrong kind.
    """
    message = text_field(found, "message", LONGEST_TEXT)
    message_id = text_field(found, "message_id", LONGEST_ID, default="") or None
    language = text_field(found, "language", 8, default="da")
    return message, message_id, language if language in LANGUAGES else "da"


def refusal(problem: BadRequest) -> HTTPResponse:
    """The answer to a request that cannot be understood."""
    return response.json({"error": str(problem)}, status=problem.status)
