"""`make bench`: our assistant and Rasa's own starter project beside each other, on this machine, in one run.

Both get the same client and the same numbers of messages, one after the other. What is written for people in
`bench/report.md` is in `bench/report.json` for programs.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from statistics import mean, quantiles

import psutil

from bot.settings import ROOT, child_environment
from bot.supervisor import free_port
from tests.bench import starter
from tests.bench.load import TURNS_OF_A_TALK, Line, Turn, crowd, talk

FOLDER = ROOT / "bench"
STARTS = 2
"""Starts that are measured, after one that is not: that one trains what is untrained and warms caches."""
FIRST_ANSWER_WITHIN = 300.0
"""Seconds; the start that is not measured may include training."""
LONG_TALK = 200
SPANS = ((5, 30), (180, 200))
"""First and last turn of what is measured in the long conversation."""
CROWDS = ((1, 200), (8, 400))
"""People who write at the same time, and their messages in all."""

OTHERS = "Cores taken by other programs meanwhile"
"""This row is near 0 on a quiet machine; where it is not, the figures above it say little."""

Figures = dict[str, float]


@dataclass(frozen=True)
class Assistant:
    """How one of the two is started, and what people write to it."""

    name: str
    command: tuple[str, ...]
    folder: Path
    lines: tuple[Line, ...]
    settings: dict[str, object]


@dataclass(frozen=True)
class Running:
    """An assistant that has answered."""

    port: int
    process: psutil.Process
    seconds_to_answer: float


def ours() -> Assistant:
    """Jobsamtale as `make run` starts it, with a new database; its model is kept between runs."""
    data = FOLDER / "ours"
    data.mkdir(exist_ok=True)
    for old in data.iterdir():
        if old.name != "models":
            old.unlink()
    return Assistant(
        "Jobsamtale",
        (sys.executable, "-m", "bot", "run"),
        ROOT,
        (
            Line("Hej", ""),
            Line("Hvad er fleksjob?", "fleksjob"),
            Line("tak", ""),
            Line("Hvad er en mentor?", "mentor"),
            Line("Hvad kan du?", ""),
            Line("Hvad er løntilskud?", "løntilskud"),
            Line("Hvilke ordninger findes der?", ""),
            Line("vi ses", ""),
        ),
        {"host": "127.0.0.1", "data_folder": data, "database_url": ""},
    )


def theirs() -> Assistant:
    """The starter project, untouched; the lines are those of its own stories."""
    folder = FOLDER / "starter"
    project = starter.build(folder)
    return Assistant(
        "rasa init",
        (str(folder / starter.PYTHON), "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", "{port}"),
        project,
        (
            Line("hi", "Hey!"),
            Line("I am sad", "cheer you up"),
            Line("yes", "Great"),
            Line("hi", "Hey!"),
            Line("good", "Great"),
            Line("bye", "Bye"),
        ),
        {},
    )


@contextlib.contextmanager
def running(assistant: Assistant) -> Iterator[Running]:
    """Start it on a free port and wait for the answer to a first message; stop it at the end of the block."""
    port = free_port()
    log = FOLDER / f"{assistant.name.replace(' ', '-').lower()}.log"
    with log.open("wb") as output:
        began = time.monotonic()
        process = psutil.Popen(
            [word.format(port=port) for word in assistant.command],
            cwd=assistant.folder,
            env=child_environment(port=port, **assistant.settings),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while (turn := _first_turn(port, assistant.lines[0])) is None:
            if process.poll() is not None or time.monotonic() - began > FIRST_ANSWER_WITHIN:
                sys.exit(f"{assistant.name} did not come up; {log} ends with:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        if not turn.as_expected:
            sys.exit(f"{assistant.name} did not answer as it should; see {log}")
        yield Running(port, process, time.monotonic() - began)
    finally:
        _stop(process)


def _first_turn(port: int, line: Line) -> Turn | None:
    try:
        return next(talk(port, "the first", [line], 1))
    except (OSError, HTTPException):
        return None  # It does not listen yet.


def _stop(process: psutil.Popen) -> None:
    family = [process, *process.children(recursive=True)] if process.is_running() else []
    if family:
        process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(family, timeout=20)
    for left in alive:
        left.kill()


def memory(process: psutil.Process) -> Figures:
    """Resident memory of each server in MB, by its command (`bot serve`, `rasa run` …)."""
    found: Figures = {}
    for one in [process, *process.children(recursive=True)]:
        words = one.cmdline()
        name = " ".join(words[words.index("-m") + 1 :][:2]) if "-m" in words else "other"
        found[name] = found.get(name, 0) + one.memory_info().rss / 1e6
    return found


def milliseconds(turns: list[Turn], percent: int) -> float:
    """The percentile of how long `turns` took."""
    cuts = quantiles([turn.seconds * 1000 for turn in turns], n=100, method="inclusive")
    return cuts[percent - 1]


def measure(assistant: Assistant) -> tuple[Figures, Figures]:
    """All figures of one assistant by the name of their row, and its memory by server."""
    print(f"{assistant.name}: first start …", flush=True)
    with running(assistant):
        pass
    starts: list[float] = []
    for number in range(1, STARTS + 1):
        print(f"{assistant.name}: start {number} of {STARTS} …", flush=True)
        with running(assistant) as server:
            starts.append(server.seconds_to_answer)
            if number == STARTS:
                figures = answering(assistant, server)
                servers = memory(server.process)
    return {
        "Start to first answer, s": mean(starts),
        "Memory of all servers, MB": sum(servers.values()),
        **figures,
    }, servers


def answering(assistant: Assistant, server: Running) -> Figures:
    """How fast it answers one person in a long conversation, and several at a time."""
    began, busy_before, own_before = time.monotonic(), _busy(), _own(server.process)
    print(f"{assistant.name}: a conversation of {LONG_TALK} turns …", flush=True)
    turns = list(talk(server.port, "long talk", assistant.lines, LONG_TALK))
    figures: Figures = {}
    for first, last in SPANS:
        for percent in (50, 95):
            figures[f"Turns {first}-{last}, p{percent}, ms"] = milliseconds(turns[first - 1 : last], percent)
    for people, messages in CROWDS:
        print(f"{assistant.name}: {messages} messages by {people} at a time …", flush=True)
        rate, crowded = crowd(server.port, assistant.lines, people, messages)
        figures[f"{people} at a time, messages/s"] = rate
        figures[f"{people} at a time, p50, ms"] = milliseconds(crowded, 50)
        turns += crowded
    figures["Answers as expected, %"] = 100 * sum(turn.as_expected for turn in turns) / len(turns)
    others = (_busy() - busy_before) - (_own(server.process) - own_before)
    figures[OTHERS] = max(0.0, others / (time.monotonic() - began))
    return figures


def _busy() -> float:
    """Seconds that all cores have worked since the machine started."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def _own(process: psutil.Process) -> float:
    """Seconds of core that the servers and this client have used."""
    used = [one.cpu_times() for one in (psutil.Process(), process, *process.children(recursive=True))]
    return sum(times.user + times.system for times in used)


def machine() -> dict[str, str]:
    """What is measured on, and when."""
    return {
        "date": datetime.now().astimezone().isoformat(timespec="minutes"),
        "cores": f"{os.cpu_count()}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": platform.platform(),
        "python": platform.python_version(),
        "rasa": version("rasa"),
    }


def advantage(row: str, us: float, them: float) -> str:
    """How many times better we are (below 1: worse); nothing for what is not a matter of better."""
    if "%" in row or row == OTHERS:
        return ""
    return f"{us / them if 'messages/s' in row else them / us:.1f} ×"


def report(us: tuple[Figures, Figures], them: tuple[Figures, Figures], about: dict[str, str]) -> str:
    """The report as Markdown."""
    figures, starters = us[0], them[0]
    rows = [
        f"| {row} | {value:.1f} | {starters[row]:.1f} | {advantage(row, value, starters[row])} |"
        for row, value in figures.items()
    ]
    servers = [
        f"- {name}: " + ", ".join(f"`{server}` {size:.0f} MB" for server, size in sizes.items())
        for name, sizes in (("Jobsamtale", us[1]), ("rasa init", them[1]))
    ]
    return "\n".join(
        [
            "# Jobsamtale beside Rasa's starter project",
            "",
            ", ".join(f"{name}: {value}" for name, value in about.items()),
            "",
            "| | Jobsamtale | `rasa init` | better by |",
            "|---|---:|---:|---:|",
            *rows,
            "",
            "Memory by server (resident, after the run):",
            *servers,
            "",
            f"- Start is the mean of {STARTS} starts with a trained model, after one that is not measured.",
            "- Turns are those of one conversation. The people who write at a time begin a new one every "
            f"{TURNS_OF_A_TALK} messages. All goes over `/webhooks/rest/webhook`, with one client for both, "
            "which runs on the same cores.",
            "- The starter has no custom action, so no action server, and keeps its conversations in memory "
            "only. Ours asks an action server and writes every message to a database on disk.",
            "- Where other programs took more than about 0.2 of a core, measure again on a quiet machine.",
            "- An answer is as expected when it has the word that the right one has, or any text where answers vary.",
            "",
        ]
    )


def main() -> None:
    """Measure both, print the report and write it."""
    about = machine()
    FOLDER.mkdir(exist_ok=True)
    print("The starter project (built once) …", flush=True)
    they = theirs()
    us = measure(ours())
    them = measure(they)
    text = report(us, them, about)
    (FOLDER / "report.md").write_text(text, encoding="utf-8")
    kept = {
        "machine": about,
        "jobsamtale": {"figures": us[0], "memory_mb": us[1]},
        "rasa_init": {"figures": them[0], "memory_mb": them[1]},
    }
    (FOLDER / "report.json").write_text(json.dumps(kept, indent=2), encoding="utf-8")
    print(f"\n{text}")


if __name__ == "__main__":
    main()
