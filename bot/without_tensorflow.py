"""Lets Rasa run where TensorFlow is not installed.

Rasa imports TensorFlow when it starts, because its default recipe registers DIET, TED and other neural
components. Our `config.yml` uses none of them, so we neither install nor load it. This module puts a finder
at the front of `sys.meta_path` that answers Rasa's imports with stand-ins: modules whose attributes can serve
as base class, decorator or annotation, and which say what is missing as soon as somebody calls them. Only
modules of Rasa are answered, and only when the real package is absent: other programs see no difference.

`python bot/without_tensorflow.py install` writes a `.pth` file into the environment, so that the plain `rasa`
and `pytest` commands work too. This file therefore runs at every start of Python there: it imports next to
nothing, and nothing of ours.
"""

from __future__ import annotations

import sys
from abc import ABCMeta
from importlib.machinery import ModuleSpec, PathFinder
from types import FrameType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STANDS_IN_FOR = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")
NEEDS_TENSORFLOW = frozenset(
    {
        "ConveRTFeaturizer",
        "DIETClassifier",
        "LanguageModelFeaturizer",
        "ResponseSelector",
        "TEDPolicy",
        "UnexpecTEDIntentPolicy",
    }
)
"""The components of Rasa 3.6 that cannot work without TensorFlow, by the name used in `config.yml`."""

REMEDY = "uv sync --extra tensorflow"
PTH_NAME = "jobsamtale_without_tensorflow.pth"
_MARK = "_jobsamtale_stand_in"


class TensorFlowMissingError(ImportError):
    """Something needs TensorFlow, which is not installed; the message names what, and the extra to install."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs TensorFlow, which is not installed. Install it with: {REMEDY}")


class _StandInType(ABCMeta):
    """The type of every attribute of a stand-in module: a class that may be inherited but not used."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # Rasa decorates methods with `@tf.function` while it is being imported; every other call is a use.
        if len(args) == 1 and isinstance(args[0], FunctionType) and not kwargs:
            return args[0]
        raise TensorFlowMissingError(cls.__qualname__)


def _stand_in(name: str) -> Any:
    return _StandInType(name, (), {"__module__": __name__})


class _StandInModule(ModuleType):
    _jobsamtale_stand_in = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{self.__name__}.{name}")


class StandInFinder:
    """Answers Rasa's imports of TensorFlow and its relatives (finder and loader in one)."""

    _jobsamtale_stand_in = True

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a stand-in, or None when the import is none of our business."""
        top = fullname.partition(".")[0]
        if top not in STANDS_IN_FOR or is_installed(top):
            return None
        # A part of a stand-in follows its whole; the whole is given to Rasa alone.
        if top == fullname and not _asked_by_rasa(sys._getframe(1)):
            return None
        return ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the empty stand-in module."""
        return _StandInModule(spec.name, "Stands in for a package that is not installed.")

    def exec_module(self, module: ModuleType) -> None:
        """Let Rasa's own check of missing packages know what is real; a stand-in has nothing to execute."""
        _tell_rasa()


def is_installed(package: str) -> bool:
    """Tell whether the real top-level package can be found on `sys.path`."""
    return PathFinder.find_spec(package) is not None


def is_stand_in(package: str) -> bool:
    """Tell whether the package has been imported as one of our stand-ins."""
    # By mark, not by class: the `.pth` file and `bot` may each have loaded this module under its own name.
    return bool(vars(type(sys.modules.get(package))).get(_MARK, False))


def _asked_by_rasa(frame: FrameType | None) -> bool:
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith("importlib") and name != __name__:
            return bool(name == "rasa" or name.startswith("rasa."))
        frame = frame.f_back
    return False


def _tell_rasa() -> None:
    """Make Rasa's check "are the packages of this component installed?" see through the stand-ins.

    Rasa asks it of every component named in the configuration, before training and when it loads a model, by
    importing the packages. A stand-in can be imported; it must count as missing all the same.
    """
    common = sys.modules.get("rasa.utils.common")
    original = getattr(common, "find_unavailable_packages", None)
    if common is None or original is None or getattr(original, _MARK, False):
        return

    def find_unavailable_packages(package_names: list[str]) -> set[str]:
        absent = {name for name in package_names if is_stand_in(name)}
        missing: set[str] = original([name for name in package_names if name not in absent])
        return missing | {f"{name} (install it with: {REMEDY})" for name in absent}

    setattr(find_unavailable_packages, _MARK, True)
    common.find_unavailable_packages = find_unavailable_packages  # type: ignore[attr-defined]


def activate() -> None:
    """Put the finder at the front of `sys.meta_path`; once, however often it is called."""
    if not any(getattr(finder, _MARK, False) for finder in sys.meta_path):
        sys.meta_path.insert(0, StandInFinder())


def components_needing_tensorflow(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the components of a parsed `config.yml` that need TensorFlow, in their order there.

    A component may be written as a module path (`rasa.nlu.….DIETClassifier`); its last part counts.
    """
    parts = [*(config.get("pipeline") or []), *(config.get("policies") or [])]
    names = [str(part.get("name", "")) for part in parts if isinstance(part, dict)]
    return tuple(name for name in names if name.rpartition(".")[2] in NEEDS_TENSORFLOW)


def check_config(path: Path) -> None:
    """Raise `TensorFlowMissingError` if a configuration needs TensorFlow and it is not installed.

    Raises also `OSError` and `yaml.YAMLError` when the file cannot be read.
    """
    import yaml

    if is_installed("tensorflow"):
        return
    names = components_needing_tensorflow(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    if names:
        raise TensorFlowMissingError(f"{path.name} names {', '.join(names)}, which")


def install(site_packages: Path) -> Path:
    """Write the `.pth` file that activates the finder at every start of this environment's Python.

    The file holds this module's absolute path and does nothing once the module is gone. It also turns Rasa's
    telemetry off where nobody has decided about it: its crash reports would carry what people wrote. Returns its path.
    Raises `FileNotFoundError` if the folder does not exist.
    """
    from pathlib import Path

    source = Path(__file__).resolve()
    module = "_jobsamtale_without_tensorflow"
    line = (
        f"import sys, importlib.util as u; s = u.spec_from_file_location({module!r}, {str(source)!r}); "
        f"m = __import__('os').path.exists(s.origin) and u.module_from_spec(s); "
        f"m and (sys.modules.setdefault({module!r}, m), s.loader.exec_module(m), m.activate())\n"
    )
    target = site_packages / PTH_NAME
    quiet = "import os; os.environ.setdefault('RASA_TELEMETRY_ENABLED', 'false')\n"
    target.write_text(line + quiet, encoding="utf-8")
    return target


def _main(arguments: list[str]) -> int:
    import sysconfig
    from pathlib import Path

    if arguments != ["install"]:
        print("usage: python bot/without_tensorflow.py install", file=sys.stderr)
        return 2
    print(install(Path(sysconfig.get_path("purelib"))))
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1:]))
