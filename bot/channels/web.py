"""The chat page at `/`, and the door it talks through."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import service
from bot.channels.http import BadRequest, ToRasa, ask_door, download, export_link, fields, open_door, refusal
from bot.incoming import Reply
from bot.settings import ROOT

FOLDER = Path(__file__).parent / "page"
TEXTS = ROOT / "dialogues" / "page"
FILES = {
    "/": (FOLDER / "index.html", "text/html; charset=utf-8"),
    "/page/chat.js": (FOLDER / "chat.js", "text/javascript; charset=utf-8"),
    "/page/chat.css": (FOLDER / "chat.css", "text/css; charset=utf-8"),
    "/page/icon.svg": (FOLDER / "icon.svg", "image/svg+xml"),
    **{f"/page/texts/{file.name}": (file, "application/json") for file in TEXTS.glob("*.json")},
}
"""Everything the page consists of: path → file and content type."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-cache",
}
SESSION_SECONDS = 120 * 24 * 3600
"""How long a session token is taken; the data behind it goes earlier (see `bot.people`)."""


class Web(InputChannel):
    """The web chat: sessions are issued here, so nobody can name themselves somebody else."""

    @classmethod
    def name(cls) -> str:
        """`page`: also the path under `/webhooks`."""
        return "page"

    def blueprint(self, on_new_message: ToRasa) -> Blueprint:
        """The routes of the door; the page's own files are served beside Rasa's routes."""
        routes = Blueprint("page")
        open_door(routes, on_new_message)

        @routes.listener("before_server_start")
        async def serve_files(app: Sanic, _: Any) -> None:
            # Rasa has a GET / of its own; a middleware comes before it.
            app.register_middleware(page_file, "request")

        @routes.post("/session")
        async def session(request: Request) -> HTTPResponse:
            try:
                fields(request)
            except BadRequest as problem:
                return refusal(problem)
            token = service.people().keys.ticket("session", secrets.token_urlsafe(24))
            return response.json({"token": token}, status=201, headers={"Cache-Control": "no-store"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                person = _person(request)
                said = await ask_door(request, "page", person, fields(request))
            except BadRequest as problem:
                return refusal(problem)
            return response.json(
                {
                    "messages": [_outgoing(person, reply) for reply in said],
                    "remember": service.people().remembers(person),
                },
                headers={"Cache-Control": "no-store"},
            )

        @routes.get("/me")
        async def export(request: Request) -> HTTPResponse:
            try:
                return download(service.people().export(_person(request)))
            except BadRequest as problem:
                return refusal(problem)

        @routes.delete("/me")
        async def forget(request: Request) -> HTTPResponse:
            try:
                service.people().forget(_person(request))
            except BadRequest as problem:
                return refusal(problem)
            return response.empty()

        return routes


async def page_file(request: Request) -> HTTPResponse | None:
    """The file of the page that a request asks for, if it is one."""
    found = FILES.get(request.path) if request.method == "GET" else None
    if found is None:
        return None
    file, content_type = found
    return response.raw(file.read_bytes(), content_type=content_type, headers=HEADERS)


def _person(request: Request) -> str:
    """The hash of whoever holds the session token of a request.

    Raises:
        BadRequest: 401; the page then asks for a new session.
    """
    kind, _, token = (request.headers.get("authorization") or "").partition(" ")
    subject = service.people().keys.subject(token, "session", SESSION_SECONDS) if kind == "Bearer" else None
    if subject is None:
        raise BadRequest("This session is not known here.", 401)
    return service.people().keys.person("page", subject)


def _outgoing(person: str, reply: Reply) -> Reply:
    attachment = {"title": "jobsamtale-data.json", "url": export_link(person)} if reply["attach"] == "export" else None
    return {
        "text": reply["text"],
        "buttons": reply["buttons"],
        "attachment": attachment,
        "language": reply["language"],
    }
