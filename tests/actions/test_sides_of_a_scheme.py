"""Which side of a scheme a message asks about."""

from __future__ import annotations

import pytest

from nlu.aspects import ASPECTS, aspect_of


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("hvem søger så?", "applies"),
        ("hvordan søger man", "applies"),
        ("hvor skal jeg søge om det", "applies"),
        ("hvem kan få det?", "who"),
        ("kan jeg få personlig assistance", "who"),
        ("er der nogen betingelser", "who"),
        ("hvad får jeg", "what"),
        ("hvor meget er det i kroner", "what"),
        ("har du nogle gode råd", "advice"),
        ("giv mig et eksempel", "example"),
        ("hvad er din kilde", None),
        ("vis mig kilderne", "sources"),
        ("hvor ved du det fra", "sources"),
        ("bliver det ændret i 2027", "change"),
        ("hvad skal arbejdsgiveren gøre", "duties"),
        ("how much do I get", "what"),
        ("who applies", "applies"),
        ("Hvad er personlig assistance, og hvem søger?", None),
        ("fortæl mig om fleksjob", None),
        ("hvem søger, og hvad får man", None),
        ("fleksjob", None),
        ("", None),
    ],
)
def test_the_side_asked_about(text: str, aspect: str | None) -> None:
    """One side is that side; several, or "hvad er", is the whole."""
    assert aspect_of(text) == aspect


def test_every_side_has_a_title_for_its_button() -> None:
    """A side that can be asked about in words can be pressed too, where it has a button."""
    assert {"who", "what", "applies", "duties", "advice", "example", "sources", "change"} <= ASPECTS
