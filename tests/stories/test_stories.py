"""The rules lead where the stories say: deleting one of them leads somewhere else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

STORIES = sorted(Path(__file__).parent.glob("test_*.yml"))


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_every_step_is_predicted(file: Path, agent: Any, loop: asyncio.AbstractEventLoop, tmp_path: Path) -> None:
    """As `rasa test core --stories tests/stories` does, with the action server that is running."""
    from rasa.core.test import test as run_stories

    loop.run_until_complete(
        run_stories(str(file), agent, out_directory=str(tmp_path), disable_plotting=True, successes=True)
    )
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert "None of the test stories failed" in failed, failed
    assert "- story:" in (tmp_path / "successful_test_stories.yml").read_text(encoding="utf-8")
