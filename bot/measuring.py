"""`python -m bot evaluate`: how well we understand, mask and notice, on lines that nothing was trained on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from bot.settings import ROOT, settings
from bot.training import model_file
from knowledge.dated import DatedScheme, scheme_on
from knowledge.dates import today
from knowledge.schema import read_content
from nlu import evaluate as understanding
from nlu import measures
from nlu.crisis import Level, assess, load_classifier
from nlu.crisis.crossvalidation import of_strangers
from nlu.lines import AUDIENCES, CHALLENGES_KEPT_APART, SITUATIONS_KEPT_APART, learn_challenges, read_rows
from nlu.redaction import redact

HELD_OUT = ROOT / "tests" / "data"
UNDERSTANDING = ("acts_heldout", "scheme_questions_heldout", "situations_heldout", "blind/acts", "blind/schemes")
REDACTION = ("redaction_heldout", "blind/redaction")
CRISIS = ("blind/crisis",)
SITUATIONS = ("blind/situations", "blind/cases")
CHALLENGES = ("blind/challenges",)
QUANTITIES = ("answers_heldout", "blind/answers")
WRITTEN = date(2026, 11, 22)
"""The day on which the answers with dates were written."""
WITH_NUMBERS = (Level.RED, Level.ORANGE)
"""Levels at which the numbers are shown at once."""


def evaluate(folder: Path) -> dict[str, Any]:
    """Measure on every held-out file; write `report.json` and `report.md` to `folder`, and return the figures."""
    load_classifier(settings().data_folder)
    agent = understanding.load_agent(model_file(settings().models))
    read = understanding.evaluate(agent, [_file(name) for name in UNDERSTANDING], folder)
    report = {
        "understanding": read,
        "situations": measure_situations(agent),
        "challenges": _challenges(),
        "quantities": {
            f"{name}, {kind}": figures
            for name in QUANTITIES
            for kind, figures in measures.measure_quantities(_lines(name), WRITTEN).items()
        },
        "redaction": {name: masked(_lines(name)) for name in REDACTION},
        "crisis": {
            "lines kept apart": noticed(
                [(line.level, line.hard, level) for line, level in of_strangers(settings().data_folder)]
            ),
            **{name: noticed(_read_for_danger(name)) for name in CRISIS},
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    (folder / "report.md").write_text(_as_text(report), encoding="utf-8")
    print(_as_text(report))
    print(f"Understanding in detail: {folder / 'understanding.md'}")
    return report


def measure_situations(agent: Any) -> dict[str, dict[str, float]]:
    """How a loaded model answers descriptions without a scheme's name, per set of lines; today's schemes count."""
    content = read_content()
    sources = {source.id: source for source in content.sources}
    dated = (scheme_on(scheme, today(), content.changes, sources) for scheme in content.schemes)
    schemes = {one.scheme.id: one for one in dated if isinstance(one, DatedScheme)}
    names = understanding.all_names()
    kept_apart = read_rows(SITUATIONS_KEPT_APART)
    sets = {
        f"lines kept apart, {audience}": [row for row in kept_apart if row["audience"] == audience]
        for audience in AUDIENCES
    }
    sets |= {name: _lines(name) for name in SITUATIONS}
    return {
        name: measures.measure_situations(agent, measures.without_names(rows, names), schemes)
        for name, rows in sets.items()
    }


def _challenges() -> dict[str, dict[str, float]]:
    labeller = learn_challenges(read_content().challenges)
    sets = {"lines kept apart": read_rows(CHALLENGES_KEPT_APART)} | {name: _lines(name) for name in CHALLENGES}
    return {
        name: measures.measure_challenges(labeller, [row for row in rows if row["challenges"]])
        for name, rows in sets.items()
    }


def masked(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Per kind of secret: how many there are, and the share of which nothing is left; likewise what must stay."""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for line in lines:
        text = redact(line["text"]).text
        for secret in line["secrets"]:
            total[secret["type"]] += 1
            right[secret["type"]] += secret["span"] not in text
        for value in line["keep"]:
            total["must stay"] += 1
            right["must stay"] += value in text
    return {kind: {"lines": total[kind], "share": right[kind] / total[kind]} for kind in total}


def noticed(judged: Iterable[tuple[str, bool, Level]]) -> dict[str, dict[str, float]]:
    """Per level of danger (`none, hard` for harmless lines that only look so): how they were answered.

    `judged` holds what a line is, whether it is hard, and how it was met.
    """
    total: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for true, hard, level in judged:
        kind = "none, hard" if true == "none" and hard else true
        total[kind] += 1
        numbers[kind] += level in WITH_NUMBERS
        asked[kind] += level is Level.CHECK_IN
    return {
        kind: {"lines": total[kind], "numbers": numbers[kind] / total[kind], "check_in": asked[kind] / total[kind]}
        for kind in sorted(total)
    }


def _read_for_danger(name: str) -> list[tuple[str, bool, Level]]:
    return [(line["level"], line["hard"], assess(line["text"]).level) for line in _lines(name)]


def _file(name: str) -> Path:
    return HELD_OUT / f"{name}.jsonl"


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _file(name).read_text(encoding="utf-8").splitlines() if line.strip()]


def _as_text(report: dict[str, Any]) -> str:
    rows = ["# What was measured", ""]
    for part in ("situations", "challenges", "quantities"):
        rows += [f"## {part}", "", *_table(report[part]), ""]
    for part in ("redaction", "crisis"):
        for name, kinds in report[part].items():
            rows += [f"## {part}: {name}", "", *_table(kinds), ""]
    return "\n".join(rows)


def _table(kinds: dict[str, dict[str, float]]) -> list[str]:
    columns = list(next(iter(kinds.values())))
    rows = [f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    for kind, figures in kinds.items():
        cells = [str(value) if isinstance(value, int) else f"{value:.3f}" for value in figures.values()]
        rows.append(f"| {kind} | {' | '.join(cells)} |")
    return rows
