"""Rasa runs without TensorFlow, and says so clearly when something needs it."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import without_tensorflow as wt

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(wt.is_installed("tensorflow"), reason="the extra `tensorflow` is installed")


def run_python(code: str, *flags: str) -> str:
    """Run code in a fresh interpreter of this environment, outside the project; return what it prints."""
    done = subprocess.run(
        [sys.executable, *flags, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_rasa_gets_a_stand_in_and_not_tensorflow() -> None:
    wt.activate()
    importlib.import_module("rasa.engine.recipes.default_components")

    assert wt.is_stand_in("tensorflow")
    assert not wt.is_installed("tensorflow")
    assert getattr(sys.modules["tensorflow"], "__file__", None) is None


def test_using_a_neural_component_says_what_to_install() -> None:
    wt.activate()
    from rasa.nlu.classifiers.diet_classifier import DIET

    with pytest.raises(ImportError, match=r"DIET needs TensorFlow.*uv sync --extra tensorflow"):
        DIET({}, {}, False, {})


def test_rasas_own_check_of_packages_sees_through_the_stand_in() -> None:
    wt.activate()
    importlib.import_module("rasa.engine.recipes.default_components")
    import rasa.utils.common

    missing = rasa.utils.common.find_unavailable_packages(["tensorflow", "sklearn"])
    assert missing == {"tensorflow (install it with: uv sync --extra tensorflow)"}


@pytest.mark.parametrize("name", sorted(wt.NEEDS_TENSORFLOW))
def test_a_configuration_that_names_a_neural_component_is_refused(tmp_path: Path, name: str) -> None:
    config = tmp_path / "config.yml"
    key = "policies" if name.endswith("Policy") else "pipeline"
    config.write_text(yaml.safe_dump({key: [{"name": "RulePolicy"}, {"name": f"rasa.somewhere.{name}"}]}))
    with pytest.raises(wt.TensorFlowMissingError, match=rf"config.yml names .*{name}.*--extra tensorflow"):
        wt.check_config(config)


def test_our_own_configuration_needs_no_tensorflow() -> None:
    wt.check_config(ROOT / "config.yml")


def test_a_program_that_is_not_rasa_sees_that_tensorflow_is_absent() -> None:
    code = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from bot import without_tensorflow as wt
wt.activate(); wt.activate()
try:
    import tensorflow
except ModuleNotFoundError:
    print("absent", sum(type(f).__name__ == "StandInFinder" for f in sys.meta_path))
"""
    assert run_python(code) == "absent 1"


def test_the_installed_line_activates_the_finder_and_is_quiet_without_the_project(tmp_path: Path) -> None:
    line = wt.install(tmp_path).read_text()
    probe = f"{line}\nprint(any(type(f).__name__ == 'StandInFinder' for f in sys.meta_path))"
    assert run_python(probe, "-S", "-E") == "True"
    gone = probe.replace("without_tensorflow.py", "no_such_file.py")
    assert run_python(gone, "-S", "-E") == "False"


def test_the_finder_is_light_and_loads_nothing_of_ours() -> None:
    code = f"""
import sys, importlib.util as u
before = set(sys.modules)
s = u.spec_from_file_location("probe", {str(ROOT / "bot" / "without_tensorflow.py")!r})
m = u.module_from_spec(s); s.loader.exec_module(m); m.activate()
print(sorted(set(sys.modules) - before - {{"__future__", "typing", "collections.abc"}}))
"""
    assert len(run_python(code, "-S", "-E").split(",")) < 30


def test_a_real_tensorflow_goes_before_the_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tensorflow_text.py").write_text("real = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert wt.is_installed("tensorflow_text")
    assert wt.StandInFinder().find_spec("tensorflow_text") is None
