"""The REST door: `POST /webhooks/rest/webhook`, as Rasa's own, for programs on this machine."""

from __future__ import annotations

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import service
from bot.channels.http import (
    EXPORT_SECONDS,
    BadRequest,
    ToRasa,
    ask_door,
    download,
    export_link,
    fields,
    open_door,
    refusal,
    text_field,
)
from bot.incoming import Reply


class Rest(InputChannel):
    """`{"sender", "message"}` in, a list of `{"recipient_id", "text", "buttons", …}` out.

    Beside Rasa's fields a request may carry `message_id` (the same id is answered once, also after a crash) and
    `language` (`da` or `en`, to begin in). A button is pressed by sending its `payload` as `message`.
    """

    @classmethod
    def name(cls) -> str:
        """`rest`: also the path under `/webhooks`."""
        return "rest"

    def blueprint(self, on_new_message: ToRasa) -> Blueprint:
        """The routes."""
        routes = Blueprint("rest")
        open_door(routes, on_new_message)

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            return response.json({"status": "ok", "model": bool(agent and agent.is_ready())})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                found = fields(request)
                sender = text_field(found, "sender", 256, default="default")
                person = service.people().keys.person("rest", sender)
                said = await ask_door(request, "rest", person, found)
            except BadRequest as problem:
                return refusal(problem)
            return response.json([_outgoing(sender, person, reply) for reply in said])

        @routes.get("/export/<ticket>")
        async def export(request: Request, ticket: str) -> HTTPResponse:
            person = service.people().keys.subject(ticket, "export", EXPORT_SECONDS)
            if person is None:
                return refusal(BadRequest("This link has expired. Ask for your data again.", 404))
            return download(service.people().export(person))

        return routes


def _outgoing(sender: str, person: str, reply: Reply) -> Reply:
    message: Reply = {"recipient_id": sender, "text": reply["text"]}
    if reply["buttons"]:
        message["buttons"] = reply["buttons"]
    if reply["attach"] == "export":
        message["attachment"] = export_link(person)
    return message
