"""Measures a trained model on lines it has not seen: intents, abstentions, schemes by name, time per message.

A line is a JSON object with `text` and what is right about it: `intent`, and where schemes are asked about by
name `schemes` (their ids; any of them is right) or `scheme_name` (a name as in the content files).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.names import Entry, SchemeNames
from knowledge.schema import read_content

ABSTAINED = "nlu_fallback"
_SHOWN_CONFUSIONS = 25


@dataclass(frozen=True)
class Line:
    """A held-out line; `intent` is None and `schemes` empty where the line says nothing about them."""

    text: str
    intent: str | None
    schemes: frozenset[str]


@dataclass(frozen=True)
class Reading:
    """What the model made of a line: intent, the scheme named first (an id), milliseconds it took."""

    intent: str | None
    scheme: str | None
    milliseconds: float


def read_lines(path: Path, names: SchemeNames) -> list[Line]:
    """Read a file of held-out lines; `names` turns a scheme's name into its id.

    Raises `ValueError` with file and line number when a line is not valid JSON or has no text.
    """
    lines = []
    for number, written in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            fields = json.loads(written)
            lines.append(Line(fields["text"], fields.get("intent"), _right_schemes(fields, names)))
        except (KeyError, ValueError) as error:
            raise ValueError(f"{path}, line {number}: {error!r}") from error
    return lines


def _right_schemes(fields: dict[str, Any], names: SchemeNames) -> frozenset[str]:
    named = names.find(fields.get("scheme_name") or "")
    return frozenset(fields.get("schemes") or [mention.scheme_id for mention in named])


def all_names() -> SchemeNames:
    """Return the finder of names over the content files."""
    return SchemeNames(Entry(scheme.id, scheme.all_names()) for scheme in read_content().schemes)


def load_agent(model: Path) -> Any:
    """Load a trained model as a Rasa agent. Raises Rasa's `ModelNotFound` when there is none."""
    from rasa.core.agent import Agent

    return Agent.load(str(model))


def read_with(agent: Any, lines: Sequence[Line]) -> list[Reading]:
    """Let the agent read each line, one after the other as in a conversation.

    Not for use inside a running event loop.
    """

    async def read_all() -> list[Reading]:
        readings = []
        for line in lines:
            start = time.perf_counter()
            parsed = await agent.parse_message(line.text)
            elapsed = (time.perf_counter() - start) * 1000
            named = [e["value"] for e in parsed["entities"] if e["entity"] == "scheme"]
            readings.append(Reading(parsed["intent"]["name"], named[0] if named else None, elapsed))
        return readings

    # A loop of its own: `asyncio.run` would take the caller's away.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(read_all())
    finally:
        loop.close()


def measure(lines: Sequence[Line], readings: Sequence[Reading]) -> dict[str, Any]:
    """Compare readings with what is right. Shares are between 0 and 1, times in milliseconds.

    `accuracy` counts an abstention as wrong; `accuracy_when_answered` leaves abstentions out. Scheme `recall` is
    the share of lines about known schemes whose first named scheme is right; `precision` is that share of the
    lines of this kind where any was found.
    """
    result: dict[str, Any] = {"lines": len(lines)}
    pairs = [(n.intent, r.intent or "") for n, r in zip(lines, readings, strict=True) if n.intent]
    if pairs:
        right = sum(is_ == said for is_, said in pairs)
        answered = sum(said != ABSTAINED for _, said in pairs)
        by_intent = _by_intent(pairs)
        wrong = Counter((is_, said) for is_, said in pairs if is_ != said)
        result["intents"] = {
            "accuracy": right / len(pairs),
            "macro_f1": float(np.mean([row["f1"] for row in by_intent.values()])),
            "abstained": 1 - answered / len(pairs),
            "accuracy_when_answered": right / answered if answered else 0.0,
            "by_intent": by_intent,
            "confusions": [
                {"is": is_, "said": said, "times": times} for (is_, said), times in wrong.most_common(_SHOWN_CONFUSIONS)
            ],
        }
    named = [(n.schemes, r.scheme) for n, r in zip(lines, readings, strict=True) if _asks_by_name(n)]
    if named:
        found = [(right_ones, said) for right_ones, said in named if said]
        hits = sum(said in right_ones for right_ones, said in found)
        result["schemes"] = {
            "lines": len(named),
            "recall": hits / len(named),
            "precision": hits / len(found) if found else 0.0,
            "by_scheme": _by_scheme(named),
        }
    times = [reading.milliseconds for reading in readings]
    result["milliseconds"] = {f"p{q}": float(np.percentile(times, q)) for q in (50, 95)} if times else {}
    return result


def _asks_by_name(line: Line) -> bool:
    return bool(line.schemes) and line.intent in (None, "ask_scheme")


def _by_scheme(named: Sequence[tuple[frozenset[str], str | None]]) -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for scheme in sorted({scheme for right_ones, _ in named for scheme in right_ones}):
        its = [(right_ones, said) for right_ones, said in named if scheme in right_ones]
        table[scheme] = {
            "lines": len(its),
            "recall": sum(said in right_ones for right_ones, said in its) / len(its),
        }
    return table


def _by_intent(pairs: Sequence[tuple[str, str]]) -> dict[str, dict[str, float]]:
    table = {}
    for intent in sorted({is_ for is_, _ in pairs}):
        hits = sum(is_ == said == intent for is_, said in pairs)
        there = sum(is_ == intent for is_, _ in pairs)
        said_so = sum(said == intent for _, said in pairs)
        table[intent] = {
            "lines": there,
            "recall": hits / there,
            "precision": hits / said_so if said_so else 0.0,
            "f1": 2 * hits / (there + said_so),
        }
    return table


def evaluate(model: Path | Any, files: Iterable[Path], folder: Path | None = None) -> dict[str, Any]:
    """Measure a model (a path, or an agent already loaded) on files of held-out lines.

    Returns what `measure` returns, by the name of the file. With `folder` the result is also written there as
    `understanding.json` and `understanding.md`. Raises `ValueError` for a broken line.
    """
    agent = load_agent(model) if isinstance(model, Path) else model
    names = all_names()
    report: dict[str, Any] = {}
    for path in files:
        lines = read_lines(path, names)
        report[path.stem] = measure(lines, read_with(agent, lines))
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "understanding.json").write_text(
            json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        (folder / "understanding.md").write_text(as_markdown(report), encoding="utf-8")
    return report


def as_markdown(report: dict[str, Any]) -> str:
    """Write a report as tables that a person reads."""
    out = [
        "# How well the assistant understands lines it has not seen",
        "",
        "| File | Lines | Accuracy | Macro-F1 | Abstained | Right when answered "
        "| Scheme recall | Scheme precision | p50 ms | p95 ms |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, result in report.items():
        intents, schemes, times = result.get("intents"), result.get("schemes"), result["milliseconds"]
        cells = [
            *(
                _share(intents and intents[key])
                for key in ("accuracy", "macro_f1", "abstained", "accuracy_when_answered")
            ),
            *(_share(schemes and schemes[key]) for key in ("recall", "precision")),
            *(f"{times[key]:.1f}" if times else "" for key in ("p50", "p95")),
        ]
        out.append(f"| {name} | {result['lines']} | " + " | ".join(cells) + " |")
    for name, result in report.items():
        if "intents" not in result:
            continue
        out += ["", f"## {name}", "", "| Intent | Lines | Recall | Precision |", "|---|---|---|---|"]
        for intent, row in result["intents"]["by_intent"].items():
            out.append(f"| {intent} | {row['lines']} | {_share(row['recall'])} | {_share(row['precision'])} |")
        out += ["", "| Is | Was taken for | Times |", "|---|---|---|"]
        out += [f"| {c['is']} | {c['said']} | {c['times']} |" for c in result["intents"]["confusions"]]
    return "\n".join(out) + "\n"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
