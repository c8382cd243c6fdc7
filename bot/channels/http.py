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
from bot.incoming import LANGUAGES, Door, Reply, TooManyMessages
from bot.replies import replies
from bot.settings import settings
from nlu.crisis import load_classifier

LONGEST_BODY = 64 * 1024
"""Bytes of a request; more is refused with 413 before it is read."""
LONGEST_TEXT = 20_000
"""Characters of a message that are read at all; from `incoming.LONGEST_MESSAGE` on only for danger."""
LONGEST_ID = 50
"""Characters of a message id (a UUID has 36)."""
EXPORT_SECONDS = 600
"""How long a link to a person's own data works."""

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
        BadRequest: absent without default, not a text, or too long.
    """
    value = found.get(name, default)
    if not isinstance(value, str):
        raise BadRequest(f"'{name}' must be a text.")
    if len(value) > longest:
        raise BadRequest(f"'{name}' may be at most {longest} characters.")
    return value


async def ask_door(request: Request, channel: str, person: str, found: dict[str, Any]) -> list[Reply]:
    """What the door answers to the message in `found`: its text, its id where it has one, the language to begin in.

    Raises:
        BadRequest: one of them is of the wrong kind, or too many messages of this person wait already.
    """
    message = text_field(found, "message", LONGEST_TEXT)
    message_id = text_field(found, "message_id", LONGEST_ID, default="") or None
    language = text_field(found, "language", 8, default="da")
    door: Door = request.app.ctx.door
    try:
        return await door.receive(channel, person, message, message_id, language if language in LANGUAGES else "da")
    except TooManyMessages:
        raise BadRequest("Too many messages are waiting for an answer.", 429) from None


def refusal(problem: BadRequest) -> HTTPResponse:
    """The answer to a request that cannot be understood."""
    return response.json({"error": str(problem)}, status=problem.status)


def download(data: dict[str, Any]) -> HTTPResponse:
    """A person's own data as a file."""
    return response.json(
        data,
        headers={
            "Content-Disposition": 'attachment; filename="jobsamtale-data.json"',
            "Cache-Control": "no-store",
        },
        ensure_ascii=False,
        indent=2,
    )


def export_link(person: str) -> str:
    """A path that gives `person` their own data, for a little while."""
    return f"/webhooks/rest/export/{service.people().keys.ticket('export', person)}"
