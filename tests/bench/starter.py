"""Rasa's own starter project, made and trained by `rasa init`, in its own environment with TensorFlow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT, child_environment

PYTHON = Path(".venv") / "bin" / "python"


def build(folder: Path) -> Path:
    """Build the environment and the trained project in `folder`; what is there already is used again.

    The environment is uv.lock's with the extra `tensorflow`: what both assistants use has the same version in
    both. What only ours uses lies there unused.

    Returns:
        The project's folder; `folder / PYTHON` runs it.

    Raises:
        FileNotFoundError: there is no uv.
        subprocess.CalledProcessError: uv or Rasa failed; what it said stands above.
    """
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    subprocess.run(
        [uv, "sync", "--frozen", "--quiet", "--no-dev", "--extra", "tensorflow", "--python", sys.executable],
        cwd=ROOT,
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder / ".venv")},
        check=True,
    )
    project = folder / "project"
    if not any(project.glob("models/*.tar.gz")):
        shutil.rmtree(project, ignore_errors=True)
        project.mkdir()
        with (folder / "init.log").open("wb") as log:
            subprocess.run(
                [folder / PYTHON, "-m", "rasa", "init", "--no-prompt", "--init-dir", project],
                env=child_environment(),
                stdout=log,
                stderr=log,
                check=True,
            )
    return project
