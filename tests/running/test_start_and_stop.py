"""`make run` as an operator meets it: it opens, says what stands in the way, and stops as one."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from bot import supervisor
from bot.settings import ROOT, child_environment
from tests.service import Service

LARGEST = 0.6 * 2**30
"""Bytes that the assistant and the action server may use together."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("running") / "data")
    yield made.start()
    made.stop()


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def wait_for(condition: object, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def test_with_nothing_to_build_the_first_answer_comes_within_20_seconds(tmp_path: Path, model: Path) -> None:
    began = time.monotonic()
    fresh = Service(tmp_path / "data").start()
    try:
        answer = fresh.text("a", "Hvad er personlig assistance, og hvem søger?")
        took = time.monotonic() - began
        assert "ommunen" in answer
        assert took < 20, f"{took:.1f} s"
        key = fresh.data / "key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert fresh.stop() == 0
        assert "open at" in fresh.log.read_text()
        assert not is_listening(fresh.port)
        assert not is_listening(fresh.action_port)
    finally:
        fresh.stop()


def test_both_servers_listen_on_this_machine_only(service: Service) -> None:
    pids = {service.process.pid, *service.children().values()}  # type: ignore[union-attr]
    listening = [
        connection.laddr.ip
        for pid in pids
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert sorted(set(listening)) == ["127.0.0.1"]
    assert len(listening) >= 2


def test_the_two_servers_together_stay_under_their_memory_and_load_no_tensorflow(service: Service) -> None:
    for turn in range(20):
        service.says("memory", f"Hvad er fleksjob? {turn}")
    children = {verb: psutil.Process(pid) for verb, pid in service.children().items()}
    assert set(children) == {"serve", "actions"}
    used = {verb: process.memory_info().rss for verb, process in children.items()}
    assert sum(used.values()) < LARGEST, used
    for process in children.values():
        assert not [m.path for m in process.memory_maps() if "tensorflow" in m.path or "/keras" in m.path]


def test_a_killed_action_server_comes_back_by_itself(service: Service) -> None:
    first = service.children()["actions"]
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: service.children().get("actions", first) != first)
    assert wait_for(lambda: is_listening(service.action_port))
    assert "ommunen" in service.text("after", "Hvad er mentorstøtte?")


@pytest.mark.parametrize("victim", ["supervisor", "serve"])
def test_when_one_goes_all_go(tmp_path: Path, model: Path, victim: str) -> None:
    fresh = Service(tmp_path / "data").start()
    assert fresh.process is not None
    children = fresh.children()
    os.kill(fresh.process.pid if victim == "supervisor" else children["serve"], signal.SIGKILL)
    assert fresh.process.wait(20) != 0
    assert wait_for(lambda: not any(psutil.pid_exists(pid) for pid in children.values()))
    assert not is_listening(fresh.port)


def test_a_taken_port_is_said_plainly(service: Service, tmp_path: Path, model: Path) -> None:
    second = Service(tmp_path / "data", port=service.port).start(wait=False)
    assert second.process is not None
    assert second.process.wait(60) == 1
    said = second.log.read_text()
    assert f"Port {service.port}" in said
    assert "PORT=" in said
    assert "Traceback" not in said


def test_a_full_disk_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor.shutil, "disk_usage", lambda _: SimpleNamespace(free=12 * 2**20))
    with pytest.raises(supervisor.CannotStart, match="12 MB are free"):
        supervisor.check_disk(tmp_path)


def test_a_data_folder_that_is_a_file_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(supervisor.CannotStart, match="DATA_FOLDER"):
        supervisor.check_disk(tmp_path / "data")


@pytest.mark.parametrize(
    ("environment", "part"),
    [
        ({"port": "mange"}, "port"),
        ({"jobsamtale_key": "kort"}, "python -m bot key"),
        ({"database_url": "sqlite:////findes/ikke/x.db"}, "database"),
    ],
)
def test_a_wrong_setting_is_said_in_a_line(tmp_path: Path, environment: dict[str, str], part: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "bot", "forget"],
        cwd=ROOT,
        env=child_environment(data_folder=tmp_path, **environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode != 0
    assert part in finished.stderr
    assert "Traceback" not in finished.stderr


def test_help_lists_every_verb_with_one_line() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for verb in ("run", "talk", "load", "train", "check", "evaluate", "forget", "key"):
        assert f" {verb} " in shown
    assert "│ serve" not in shown
