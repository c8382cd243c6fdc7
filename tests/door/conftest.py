"""A whole running assistant, shared by the tests of the door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service import Service


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("door") / "data")
    yield made.start()
    made.stop()
