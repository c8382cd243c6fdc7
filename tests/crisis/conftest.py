"""One classifier for all tests of the crisis path."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu import crisis
from nlu.crisis.crossvalidation import KEPT_IN


@pytest.fixture(scope="session")
def kept(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the classifier as it is learnt from the lines as they are."""
    folder = tmp_path_factory.mktemp("crisis")
    shutil.copy(KEPT_IN / "crisis.npz", folder)
    assert crisis.load_classifier(folder)
    return folder


@pytest.fixture
def ready(kept: Path) -> Iterator[Path]:
    """The classifier in use; and in use again after a test that took it away."""
    assert crisis.load_classifier(kept)
    yield kept
    crisis.load_classifier(kept)
