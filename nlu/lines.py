"""The labelled lines that schemes, challenges and audiences are learned from.

They are `nlu/data/situations_*.jsonl` and `challenges_*.jsonl` (how they are written: `nlu/data/README.md`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from knowledge.models import Challenge
from nlu.facts import read_facts
from nlu.labels import Example, Labeller, learn
from nlu.situations import marks

DATA = Path(__file__).resolve().parent / "data"
SCHEMES = tuple(sorted(DATA.glob("situations_*.jsonl")))
CHALLENGES = (*sorted(DATA.glob("challenges_*.jsonl")), *SCHEMES)
SITUATIONS_KEPT_APART = DATA / "situations_kept_apart.jsonl"
CHALLENGES_KEPT_APART = DATA / "challenges_kept_apart.jsonl"
KEPT_APART = (SITUATIONS_KEPT_APART, CHALLENGES_KEPT_APART)
"""Lines of authors that nothing is learned from: we measure with them."""

AUDIENCES = ("citizen", "employer", "caseworker")
_TEMPTING = 4.0
"""How much a label counts where somebody wrote down that it would be clearly wrong."""
_ALSO = 0.05
"""How much a label counts as wrong where it would be acceptable too."""
_UNSAID = 0.1
"""How much a challenge counts as absent where nobody looked for all of them."""


def learn_schemes(labels: list[str]) -> Labeller:
    """A labeller for scheme ids, from all lines but those kept apart.

    Raises:
        OSError, ValueError, KeyError: a file cannot be read, or is not of the form that the README tells.
    """
    return learn([_example(row, "schemes", row["not"], row["also"]) for row in _rows(SCHEMES)], labels)


def learn_challenges(challenges: Iterable[Challenge]) -> Labeller:
    """A labeller for challenge ids, likewise, and from their signs at work in the content.

    The lines about schemes name a challenge here and there, so that its absence there says little.
    """
    examples = [Example(sign, frozenset((one.id,))) for one in challenges for sign in (one.name.da, *one.signs_at_work)]
    ids = [one.id for one in challenges]
    for row in _rows(CHALLENGES):
        if "tempting" in row:
            examples.append(_example(row, "challenges", row["tempting"], ()))
        elif row["challenges"]:
            fits = frozenset(row["challenges"])
            examples.append(Example(row["text"], fits, dict.fromkeys({*ids} - fits, _UNSAID)))
    return learn(examples, ids)


def learn_audiences() -> Labeller:
    """A labeller for who writes, likewise."""
    return learn([Example(row["text"], frozenset((row["audience"],))) for row in _rows(CHALLENGES)], AUDIENCES)


def _rows(files: Iterable[Path]) -> list[dict[str, Any]]:
    return [row for file in files if file not in KEPT_APART for row in read_rows(file)]


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The labelled lines of a file.

    Raises:
        OSError, ValueError: the file cannot be read, or a line is not JSON.
    """
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _example(row: Mapping[str, Any], key: str, wrong: Any, also: Any) -> Example:
    fits = frozenset(row[key])
    counts = {label: _ALSO for label in also if label not in fits} | dict.fromkeys(wrong, _TEMPTING)
    counts = {label: count for label, count in counts.items() if label not in fits}
    return Example(row["text"], fits, counts, marks(read_facts(row["text"])) if key == "schemes" else frozenset())
