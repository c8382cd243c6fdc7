"""How well situations, challenges and quantities are read from lines that nothing was learned from.

The lines are JSON objects as `nlu/data/README.md` tells; those of quantities have `question` and `expect`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from knowledge.dated import DatedScheme
from knowledge.names import SchemeNames
from nlu.facts import read_facts
from nlu.labels import Labeller
from nlu.quantities import day, hours, scale
from nlu.situations import SURE_FROM, Fit, shortlist, told_challenges

Row = Mapping[str, Any]
Figures = dict[str, float]
FULL_WEEK = 37
SCALES = ("confidence_0_10", "disclosure_certainty", "form_of_day", "hope_importance", "next_step_confidence")
DAYS = ("follow_up", "next_step_date")


def without_names(rows: Iterable[Row], names: SchemeNames) -> list[Row]:
    """The lines that have a right answer and name no scheme."""
    return [row for row in rows if row["schemes"] and not names.find(row["text"])]


def measure_situations(agent: Any, rows: Sequence[Row], schemes: Mapping[str, DatedScheme]) -> Figures:
    """How a loaded model answers descriptions, from the words to what would be shown.

    `right`: a right scheme is among those shown, or among the buttons of the question. `wrong`: a clearly wrong one is
    shown. `asked`: the share met with a question instead of schemes. `missed`: not understood as a situation.
    """
    right = wrong = asked = missed = shown = 0
    for row, parsed in zip(rows, _parse(agent, [row["text"] for row in rows]), strict=True):
        likely = [one for one in parsed["entities"] if one["entity"] == "likely_scheme"]
        found = shortlist(
            [Fit(one["value"], one["confidence"], one["words"]) for one in likely], schemes, read_facts(row["text"])
        )
        ids = {one.scheme.scheme.id for one in found}
        missed += not found
        asked += bool(found) and found[0].score < SURE_FROM
        right += bool(ids & set(row["schemes"]))
        wrong += bool(ids & set(row["not"]))
        shown += len(ids)
    count = len(rows)
    return {
        "lines": count,
        "right": right / count,
        "wrong": wrong / count,
        "shown": shown / count,
        "asked": asked / count,
        "missed": missed / count,
    }


def _parse(agent: Any, texts: Sequence[str]) -> list[dict[str, Any]]:
    async def all_of_them() -> list[dict[str, Any]]:
        return [await agent.parse_message(text) for text in texts]

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(all_of_them())
    finally:
        loop.close()


def measure_challenges(labeller: Labeller, rows: Sequence[Row]) -> Figures:
    """Micro-F1 of the challenges taken as told, and the share of lines with a right one among the three likeliest."""
    hits = said = there = among_three = 0
    for row in rows:
        found, right = labeller.fits(row["text"], quoted=False), set(row["challenges"])
        told = {fit.label for fit in told_challenges(found)}
        hits += len(told & right)
        said += len(told)
        there += len(right)
        among_three += bool(right & {fit.label for fit in found[:3]})
    return {"lines": len(rows), "micro_f1": 2 * hits / (said + there), "among_three": among_three / len(rows)}


def measure_quantities(rows: Iterable[Row], today: date) -> dict[str, Figures]:
    """The share of answers read exactly as expected, per kind; `today` is the day they were written.

    What has no such value and was asked about must give none.
    """
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for row in rows:
        for kind, is_right in _judged(row["text"], row["question"], row["expect"], today):
            total[kind] += 1
            right[kind] += is_right
    return {kind: {"lines": total[kind], "exact": right[kind] / total[kind]} for kind in sorted(total)}


def _judged(text: str, question: str, expect: Mapping[str, Any], today: date) -> Iterable[tuple[str, bool]]:
    if question in SCALES or expect.get("scale") is not None:
        yield "scales", scale(text) == expect.get("scale")
    if question == "hours" or expect.get("hours") is not None:
        wanted, read = expect.get("hours"), hours(text)
        # Labelled open ends: at least none, at most a full week.
        span = wanted and (wanted[0] or 0, FULL_WEEK if wanted[1] is None else wanted[1])
        yield "hours", (read and (read.low, read.high)) == span
    if question in DAYS or expect.get("date") is not None:
        found = day(text, today)
        yield "dates", (found.date.isoformat() if found and found.date else None) == expect.get("date")
