"""One process that prepares, starts and watches the two servers, and takes them along when it goes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.settings import PARENT_PIPE, ROOT, child_environment, parent_pipe, settings

ROOM_NEEDED = 300 * 1024 * 1024
"""Bytes of disk below which we do not start: a model in training and the database need about this much."""
READY_WITHIN = 120.0
"""Seconds the assistant may take to load before we say that something is wrong."""
STOP_WITHIN = 8.0
"""Seconds a server gets to stop by itself."""


class CannotStart(Exception):
    """Something outside stands in the way; the text says what, and what to do."""


def run() -> int:
    """Prepare, start both servers, print the address, and stay until Ctrl-C or until the assistant stops.

    Returns:
        The exit code: 0 after Ctrl-C or SIGTERM, 1 when the assistant died.

    Raises:
        CannotStart: a port is taken, the disk is full, content is broken, or the assistant does not come up.
    """
    chosen = settings()
    check_port(chosen.host, chosen.port)
    check_disk(chosen.data_folder)
    prepare()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    action_port = chosen.action_port or free_port()
    with _children() as start:
        actions = start("actions", "--port", str(action_port))
        assistant = start("serve", "--action-port", str(action_port))
        with step("Starting the assistant"):
            wait_until_ready(assistant, stopping)
        if not stopping.is_set():
            print(f"\nJobsamtale is open at {address()}  (Ctrl-C stops it)\n", flush=True)
        failures = 0
        while not stopping.wait(0.3):
            if assistant.poll() is not None:
                print("The assistant stopped; stopping everything.", file=sys.stderr, flush=True)
                return 1
            if actions.poll() is not None:
                failures += 1
                print("The action server stopped; starting it again.", file=sys.stderr, flush=True)
                stopping.wait(min(2.0**failures / 4, 30.0))
                actions = start("actions", "--port", str(action_port))
    print("Stopped.", flush=True)
    return 0


def prepare() -> None:
    """Load the knowledge base and train the model, each only where something changed."""
    with step("Loading the knowledge base"):
        _verb("load")
    from bot.training import model_file

    if not model_file(settings().models).exists():
        with step("Training the model (some minutes the first time; later only what changed)"):
            _verb("train")


def address() -> str:
    """Where the chat page is."""
    host = settings().host
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{settings().port}/"


def check_port(host: str, port: int) -> None:
    """Make sure that we can listen there.

    Raises:
        CannotStart: another program does, or the address is not ours.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({problem.strerror}). "
                f"Stop the program that holds it, or choose another: PORT={port + 1} make run"
            ) from None


def check_disk(folder: Path) -> None:
    """Make sure that there is room to work, and that we may write.

    Raises:
        CannotStart: too little room, or no right to write.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        if free < ROOM_NEEDED:
            raise CannotStart(
                f"The disk of {folder} is full: {free // 2**20} MB are free, {ROOM_NEEDED // 2**20} MB are needed. "
                "Make room, or set DATA_FOLDER to another place."
            )
        if not os.access(folder, os.W_OK):
            raise PermissionError
    except OSError:
        raise CannotStart(f"{folder} cannot be written. Set DATA_FOLDER to another place.") from None


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Show that something is under way, how long it has taken, and how long it took."""
    began, done = time.monotonic(), threading.Event()

    def tick() -> None:
        while not done.wait(1.0):
            if sys.stdout.isatty():
                print(f"\r{title} … {time.monotonic() - began:.0f} s", end="", flush=True)

    print(f"{title} …", end="" if sys.stdout.isatty() else "\n", flush=True)
    threading.Thread(target=tick, daemon=True).start()
    try:
        yield
    finally:
        done.set()
    print(f"\r{title}: {time.monotonic() - began:.1f} s   ", flush=True)


def is_ready() -> bool | None:
    """True when the assistant answers with its model, False when it answers without, None when it does not."""
    try:
        with urllib.request.urlopen(f"{address()}webhooks/rest/", timeout=2) as answer:
            return bool(json.load(answer)["model"])
    except (OSError, ValueError, KeyError):
        return None


def wait_until_ready(assistant: subprocess.Popen[bytes], stopping: threading.Event) -> None:
    """Wait until the assistant takes messages.

    Raises:
        CannotStart: it died, or took longer than `READY_WITHIN`.
    """
    deadline = time.monotonic() + READY_WITHIN
    while not stopping.wait(0.2):
        ready = is_ready()
        if ready is not None:
            if not ready:
                print(
                    "The model could not be loaded: only crisis help and your-data answers work.",
                    file=sys.stderr,
                )
            return
        if assistant.poll() is not None:
            raise CannotStart("The assistant could not start; what it said stands above.")
        if time.monotonic() > deadline:
            raise CannotStart(f"The assistant did not come up within {READY_WITHIN:.0f} s.")


def _verb(name: str) -> None:
    """Run one of our verbs to its end; what it says is shown only when it fails."""
    finished = subprocess.run(
        [sys.executable, "-m", "bot", name],
        cwd=ROOT,
        env=child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if finished.returncode:
        raise CannotStart(f"\n{finished.stdout[-4000:]}\n`python -m bot {name}` failed; what it said stands above.")


@contextlib.contextmanager
def _children() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Give a function that starts one of our verbs as a child; all children end with the block.

    Each child holds the reading end of a pipe whose writing end is ours: when we go, however we go, they see it
    close and go too (`follow_parent`).
    """
    read_end, write_end = os.pipe()
    children: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=child_environment(**{PARENT_PIPE: read_end}),
            pass_fds=[read_end],
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone; we stop them in order.
        )
        children.append(child)
        return child

    try:
        yield start
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            if child.poll() is None:
                child.kill()
                child.wait()
        os.close(read_end)
        os.close(write_end)


def follow_parent() -> None:
    """In a child: go when the supervisor goes."""
    pipe = parent_pipe()
    if pipe is None:
        return

    def watch() -> None:
        while os.read(pipe, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_WITHIN)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
