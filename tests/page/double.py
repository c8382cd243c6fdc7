"""A strict double of the page's server: the same protocol, answers chosen by the test, faults on demand."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "bot" / "channels" / "page"
TEXTS = ROOT / "dialogues" / "page"
FILES = {
    "/": (PAGE / "index.html", "text/html; charset=utf-8"),
    "/page/chat.js": (PAGE / "chat.js", "text/javascript; charset=utf-8"),
    "/page/chat.css": (PAGE / "chat.css", "text/css; charset=utf-8"),
    "/page/icon.svg": (PAGE / "icon.svg", "image/svg+xml"),
    "/page/texts/da.json": (TEXTS / "da.json", "application/json"),
    "/page/texts/en.json": (TEXTS / "en.json", "application/json"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

Message = dict[str, Any]
Answer = Callable[[str, str], list[Message]]


def said(text: str, *buttons: str, language: str = "da", attachment: dict[str, str] | None = None) -> Message:
    """One message of the assistant; each button's payload is `pressed:` and its title."""
    return {
        "text": text,
        "buttons": [{"title": title, "payload": f"pressed:{title}"} for title in buttons],
        "attachment": attachment,
        "language": language,
    }


def echo(text: str, language: str) -> list[Message]:
    """The default answer."""
    return [said(f"Du skrev: {text}", language=language)]


@dataclass
class Double:
    """What the server has seen, and how it shall behave."""

    address: str = ""
    answer: Answer = echo
    remember: bool = False
    delay: float = 0.0
    """Seconds before each answer to a message."""
    faults: list[int | str] = field(default_factory=list)
    """What happens to the next messages instead: a status, "drop" (the connection breaks), "lost" (it breaks after
    the work), "garbled" or "ok"."""
    delete_faults: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    """Every message body that arrived, each attempt."""
    worked: list[str] = field(default_factory=list)
    """Messages that were worked: once per id."""
    tokens: list[str] = field(default_factory=list)
    """Sessions that are open now."""
    issued: int = 0
    deleted: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Breaches of the protocol by the page."""
    answers: dict[tuple[str, str], list[Message]] = field(default_factory=dict)

    @property
    def messages(self) -> list[str]:
        """The texts that arrived, each attempt."""
        return [body["message"] for body in self.bodies]


class Handler(BaseHTTPRequestHandler):
    """The routes."""

    protocol_version = "HTTP/1.1"
    double: Double

    def handle(self) -> None:
        """Serve; a page that goes away is no error."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Be quiet."""

    def reply(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        """Send bytes, or anything else as JSON."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def break_off(self) -> None:
        """Break the connection in the middle of an answer. (Without any answer, a browser asks again by itself.)"""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"messages": [')
        self.close_connection = True

    def token(self) -> str | None:
        """The session of the request; answers 401 itself when it is not open."""
        kind, _, token = (self.headers.get("Authorization") or "").partition(" ")
        if kind == "Bearer" and token in self.double.tokens:
            return token
        self.reply(401, {"error": "This session is not known here."})
        return None

    def fields(self) -> dict[str, Any]:
        """The JSON body."""
        if self.headers.get("Content-Type") != "application/json":
            self.double.complaints.append(f"content type {self.headers.get('Content-Type')}")
        found = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        assert isinstance(found, dict)
        return found

    def do_GET(self) -> None:
        """Files of the page, and a person's data."""
        path = urlsplit(self.path).path
        if path in FILES:
            file, content_type = FILES[path]
            self.reply(
                200,
                file.read_bytes(),
                {
                    "Content-Type": content_type,
                    "Content-Security-Policy": POLICY,
                    "Referrer-Policy": "no-referrer",
                    "X-Content-Type-Options": "nosniff",
                    "Cache-Control": "no-cache",
                },
            )
        elif path == "/webhooks/page/me":
            token = self.token()
            if token:
                self.reply(200, {"conversation": [text for who, text in self.said_by() if who == token]})
        else:
            self.double.complaints.append(f"GET {self.path}")
            self.reply(404, {"error": "not found"})

    def said_by(self) -> Iterator[tuple[str, str]]:
        """Who said what, of the messages that were worked."""
        ids = {body["message_id"]: body["message"] for body in self.double.bodies}
        return ((token, ids[message_id]) for token, message_id in self.double.answers)

    def do_DELETE(self) -> None:
        """Forget a person."""
        if self.double.delete_faults:
            self.reply(self.double.delete_faults.pop(0), {"error": "not now"})
            return
        token = self.token()
        if token:
            self.double.deleted.append(token)
            self.send_response(204)
            self.end_headers()

    def do_POST(self) -> None:
        """A session, or a message."""
        found = self.fields()
        if self.path == "/webhooks/page/session":
            self.double.issued += 1
            token = f"token-{self.double.issued}"
            self.double.tokens.append(token)
            self.reply(201, {"token": token})
        elif self.path == "/webhooks/page/webhook":
            token = self.token()
            if token:
                self.message(token, found)
        else:
            self.double.complaints.append(f"POST {self.path}")
            self.reply(404, {"error": "not found"})

    def message(self, token: str, body: dict[str, Any]) -> None:
        """Answer a message; the same id gets the same answer."""
        double = self.double
        if set(body) - {"shown"} != {"message", "message_id", "language"}:
            double.complaints.append(f"fields {sorted(body)}")
        if not UUID.fullmatch(body["message_id"]) or body["language"] not in ("da", "en"):
            double.complaints.append(f"values {body}")
        double.bodies.append(body)
        fault = double.faults.pop(0) if double.faults else "ok"
        time.sleep(double.delay)
        if fault == "drop":
            self.break_off()
            return
        if fault == "garbled":
            self.reply(200, {})
            return
        if isinstance(fault, int):
            self.reply(fault, {"error": "an English text for programmers"})
            return
        key = (token, body["message_id"])
        if key not in double.answers:
            double.answers[key] = double.answer(body["message"], body["language"])
            double.worked.append(body["message"])
        if fault == "lost":
            self.break_off()
            return
        self.reply(200, {"messages": double.answers[key], "remember": double.remember})


@contextmanager
def running() -> Iterator[Callable[[], Double]]:
    """A server on a free port of this machine; each call of what is yielded begins afresh."""
    handler = type("OneHandler", (Handler,), {"double": Double()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()

    def afresh() -> Double:
        handler.double = Double(address=f"http://127.0.0.1:{server.server_port}")
        return handler.double

    try:
        yield afresh
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
