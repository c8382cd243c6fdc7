"""Train when the training data changed; otherwise use the model that is there."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

from bot import without_tensorflow
from bot.settings import ROOT, SENTENCES

DOMAIN = ROOT / "dialogues" / "domain"
STORIES = ROOT / "dialogues" / "stories"
EXAMPLES = ROOT / "nlu"
CONFIG = ROOT / "config.yml"


def model_file(folder: Path) -> Path:
    """The file of the model that the training data, as it is now, leads to.

    Its name carries a hash of everything that training reads. The sentences of the domain are not part of it:
    they are read when the service starts (see `bot.replies`).
    """
    digest = hashlib.sha256()
    digest.update((ROOT / "uv.lock").read_bytes())
    for file in sorted(DOMAIN.glob("*.yml")):
        digest.update(repr(_without_sentences(file)).encode())
    examples = [file for file in sorted(EXAMPLES.rglob("*.yml")) if b"\nnlu:" in file.read_bytes()]
    for file in [CONFIG, *sorted(STORIES.glob("*.yml")), *examples]:
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    learned = [EXAMPLES / "data" / name for name in ("situations_*.jsonl", "challenges_*.jsonl")]
    code = [EXAMPLES / f"{name}.py" for name in ("fact_rows", "facts", "labels", "lines", "situations", "vectors")]
    lines = [file for pattern in learned for file in sorted(pattern.parent.glob(pattern.name))]
    for file in [*lines, *code, EXAMPLES / "facts_da.yml", *sorted((EXAMPLES / "components").glob("*.py"))]:
        digest.update(file.read_bytes())
    return folder / f"jobsamtale-{digest.hexdigest()[:12]}.tar.gz"


def _without_sentences(file: Path) -> dict[str, Any]:
    domain = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    named_by_rules = sorted(domain.get("responses") or {})
    return {key: value for key, value in domain.items() if key not in SENTENCES} | {"responses": named_by_rules}


def train(folder: Path) -> Path:
    """Train the model anew and put it in its place, whole or not at all; and the reader of crisis signs beside it.

    Returns:
        The file of the model.

    Raises:
        RuntimeError: Rasa could not train; what it said stands above.
        TensorFlowMissingError: the configuration names a component that needs TensorFlow, which is not installed.
    """
    without_tensorflow.check_config(CONFIG)
    from rasa.model_training import train as rasa_train

    from bot import logs
    from nlu.crisis import load_classifier
    from nlu.vectors import keep_in

    logs.configure()
    keep_in(folder.parent)

    target = model_file(folder)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "draft"
    result = rasa_train(
        domain=str(DOMAIN),
        config=str(CONFIG),
        training_files=[str(STORIES), str(EXAMPLES)],
        output=str(draft),
        fixed_model_name="model",
        force_training=True,
    )
    if result.code != 0 or not result.model:
        raise RuntimeError("Training failed.")
    Path(result.model).replace(target)
    draft.rmdir()
    load_classifier(folder.parent)
    for old in folder.glob("jobsamtale-*.tar.gz"):
        if old != target:
            old.unlink()
    return target
