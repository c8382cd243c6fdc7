"""One classifier for all tests of the crisis path, trained once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu import crisis


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a freshly trained classifier in it."""
    folder = tmp_path_factory.mktemp("crisis")
    assert crisis.load_classifier(folder)
    return folder


@pytest.fixture
def ready(kept: Path) -> Iterator[Path]:
    """The classifier in use; and in use again after a test that took it away."""
    assert crisis.load_classifier(kept)
    yield kept
    crisis.load_classifier(kept)
