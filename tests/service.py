"""The whole assistant as processes of their own, started as a person would start it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.settings import ROOT, child_environment
from bot.supervisor import free_port

READY_WITHIN = 90.0


@dataclass
class Service:
    """A running assistant with a data folder of its own; its words to the operator go to `log`."""

    data: Path
    port: int = field(default_factory=free_port)
    action_port: int = field(default_factory=free_port)
    models: Path = ROOT / "data" / "models"
    command: tuple[str, ...] = ("-m", "bot", "run")
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data.with_name(f"{self.data.name}.log")

    def start(self, wait: bool = True) -> Service:
        self.data.mkdir(parents=True, exist_ok=True)
        if not (self.data / "models").exists():
            (self.data / "models").symlink_to(self.models)
        learned = self.models.parent / "crisis.npz"
        if learned.exists():  # Otherwise every service of these tests would learn the signs of crisis anew.
            shutil.copy(learned, self.data)
        environment = child_environment(
            data_folder=self.data, port=self.port, action_port=self.action_port, **self.environment
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, f"it stopped:\n{self.log.read_text()[-2000:]}"
            try:
                with urllib.request.urlopen(f"{self.url}/webhooks/rest/", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"not ready within {READY_WITHIN} s:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        return self.process.returncode

    def children(self) -> dict[str, int]:
        """The verb and process id of each of our children."""
        assert self.process is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        rows = (line.split(None, 1) for line in listed.splitlines())
        return {args.split(" -m bot ")[1].split()[0]: int(pid) for pid, args in rows if " -m bot " in args}

    def request(
        self,
        path: str,
        body: Any = None,
        method: str | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 60,
    ) -> tuple[int, bytes]:
        """Status and body of one request; `body` is sent as JSON, bytes as they are."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}{path}",
            data=data,
            method=method,
            headers={"Content-Type": "application/json", **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def says(self, sender: str, message: str, message_id: str | None = None, **more: str) -> list[dict[str, Any]]:
        """One message through the REST door; the list of replies."""
        body = {"sender": sender, "message": message, "message_id": message_id or uuid4().hex, **more}
        status, answer = self.request("/webhooks/rest/webhook", body)
        assert status == 200, f"{status}: {answer!r}"
        replies: list[dict[str, Any]] = json.loads(answer)
        return replies

    def text(self, sender: str, message: str, **more: Any) -> str:
        """The whole answer to one message as text."""
        return "\n".join(reply["text"] for reply in self.says(sender, message, **more))
