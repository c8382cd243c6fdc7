"""A conversation in the terminal, through the REST door."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any
from uuid import uuid4

from rich.console import Console

from bot import supervisor
from bot.settings import ROOT, child_environment

console = Console(highlight=False)


def talk(language: str) -> None:
    """Talk until Ctrl-D; uses the assistant that runs, or starts one for as long as the talk lasts."""
    with contextlib.ExitStack() as stack:
        if supervisor.is_ready() is None:
            own = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=child_environment())
            stack.callback(own.wait)
            stack.callback(own.terminate)
            while supervisor.is_ready() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    own.wait(0.5)
                    return
        sender = uuid4().hex
        buttons = _hear(sender, "/start", language)
        while True:
            try:
                line = console.input("[bold]> [/bold]").strip()
            except (EOFError, KeyboardInterrupt):
                console.print()
                return
            pressed = buttons[int(line) - 1] if line.isdigit() and 0 < int(line) <= len(buttons) else None
            buttons = _hear(sender, pressed["payload"] if pressed else line, language)


def _hear(sender: str, message: str, language: str) -> list[dict[str, Any]]:
    """Send one message, print the answer, and give the buttons under it."""
    body = {"sender": sender, "message": message, "message_id": uuid4().hex, "language": language}
    request = urllib.request.Request(
        f"{supervisor.address()}webhooks/rest/webhook",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            replies = json.load(answer)
    except (urllib.error.URLError, TimeoutError) as problem:
        console.print(f"[red]{problem}[/red]")
        return []
    for reply in replies:
        console.print(reply["text"], markup=False)
        if "attachment" in reply:
            console.print(f"{supervisor.address()}{reply['attachment'].lstrip('/')}", style="underline")
    buttons = [button for reply in replies for button in reply.get("buttons", [])]
    for number, button in enumerate(buttons, start=1):
        console.print(f"  [dim]{number}[/dim] {button['title']}")
    return buttons
