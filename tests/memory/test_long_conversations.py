"""A conversation can be long: it neither forgets its thread nor grows slower."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

FILLER = ("Hvad er fleksjob?", "tak", "er du en maskine?", "Hvad er mentorstøtte?", "hvad kan du?")


def test_a_form_resumes_after_200_other_turns_and_turn_500_costs_what_turn_10_costs(
    talk: Callable[..., Any],
) -> None:
    person = talk()
    person.says("hej")
    person.presses("Kom i gang")
    assert person.active_form == "welcome_form"
    asked = person.slots["requested_slot"]
    seconds = []
    for turn in range(500):
        began = time.perf_counter()
        person.says(FILLER[turn % len(FILLER)])
        seconds.append(time.perf_counter() - began)
        if turn == 200:
            assert person.active_form == "welcome_form"
            assert person.slots["requested_slot"] == asked
    early, late = statistics.median(seconds[5:30]), statistics.median(seconds[-25:])
    assert late < early * 1.6, f"turn 10 took {early * 1000:.0f} ms, turn 500 {late * 1000:.0f} ms"

    person.says("ja")
    assert person.slots["adult"] is True
    from bot import service

    everything = service.people().history(person.person)
    assert sum(event["event"] == "user" for event in everything) >= 503, "the full history stays for the export"
