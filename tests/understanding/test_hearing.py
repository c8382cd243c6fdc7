"""An answer in own words is told from what people write beside the question."""

from __future__ import annotations

import pytest

from nlu.hearing import LONGEST, Heard, Kind, chosen, hear, how_it_went, own_words


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "kind"),
    [
        # What it was understood as is wrong, and the words show it.
        ("bare en pause fra at gå derhjemme", "pause", 0.99, Kind.ANSWER),
        ("alt", "delete_all", 0.95, Kind.ANSWER),
        ("jeg vil gerne hjælpe andre mennesker", "help", 0.56, Kind.ANSWER),
        ("min chef er en idiot", "insult", 0.72, Kind.ANSWER),
        ("et fleksjob på et plejehjem", "ask_scheme", 0.86, Kind.ANSWER),
        ("ringe til min sagsbehandler på mandag", "human", 0.51, Kind.ANSWER),
        ("i morgen", "pause", 0.95, Kind.ANSWER),
        ("noget med dyr", "nlu_fallback", 0.3, Kind.ANSWER),
        ("ro og faste rammer", "slower", 0.35, Kind.ANSWER),
        ("hvor der er stille", "out_of_scope", 0.7, Kind.ANSWER),
        ("meeting people again", "job_meeting", 0.9, Kind.ANSWER),
        ("holde møde med min sagsbehandler", "job_meeting", 0.9, Kind.ANSWER),
        # And here it is right.
        ("kan vi forberede mødet med kommunen i stedet", "job_meeting", 0.9, Kind.ASIDE),
        ("kan vi holde en pause", "pause", 0.99, Kind.ASIDE),
        ("slet alt om mig", "delete_all", 1.0, Kind.ASIDE),
        ("du er en idiot", "insult", 1.0, Kind.ASIDE),
        ("hvad er fleksjob", "ask_scheme", 1.0, Kind.ASIDE),
        ("kan jeg få mentor?", "ask_scheme", 0.98, Kind.ASIDE),
        ("hvorfor spørger du om det", "why_ask", 1.0, Kind.ASIDE),
        ("vis min plan", "show_plan", 0.97, Kind.ASIDE),
        ("jeg vil hellere tale med et menneske", "human", 1.0, Kind.ASIDE),
        ("tusind tak", "thanks", 1.0, Kind.ASIDE),
        ("what do you keep about me", "privacy", 0.98, Kind.ASIDE),
        # Manners of the question itself.
        ("spring over", "skip", 1.0, Kind.SKIP),
        ("gå tilbage", "go_back", 0.9, Kind.BACK),
        ("ved ik", "unsure", 1.0, Kind.UNSURE),
        ("no idea", "unsure", 0.9, Kind.UNSURE),
        ("ja tak", "affirm", 1.0, Kind.YES),
        ("nej", "deny", 1.0, Kind.NO),
        ("ingenting", "deny", 0.4, Kind.NO),
        ("nej, jeg mente 4", "deny", 0.99, Kind.CORRECTION),
        ("hov, jeg mente noget med hunde", "deny", 0.4, Kind.CORRECTION),
        ("jeg mener at ro er vigtigt", "deny", 0.4, Kind.ANSWER),
        # Buttons name their intent.
        ("/affirm", "affirm", 1.0, Kind.YES),
        ("/skip", "skip", 1.0, Kind.SKIP),
        ('/ask_scheme{"scheme": "fleksjob"}', "ask_scheme", 1.0, Kind.ASIDE),
    ],
)
def test_a_message_is_heard_as_what_it_is(text: str, intent: str, confidence: float, kind: Kind) -> None:
    assert hear(text, intent, confidence).kind is kind


def test_a_correction_keeps_only_what_it_shall_be() -> None:
    assert hear("nej, jeg mente 4", "deny", 0.9) == Heard(Kind.CORRECTION, "4")
    assert hear("no, I meant 4", "deny", 0.9) == Heard(Kind.CORRECTION, "4")


def test_own_words_stay_as_they_are_but_on_one_line_and_not_endless() -> None:
    assert own_words("  ro\n og   tid ") == "ro og tid"
    long = own_words("ord " * 500)
    assert len(long) <= LONGEST
    assert long.endswith("ord…")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("2", [1]),
        ("nummer 2", [1]),
        ("den første", [0]),
        ("den sidste tak", [2]),
        ("1 og 3", [0, 2]),
        ("jeg tager 1, 2", [0, 1]),
        ("alle tre", []),
        ("alle", [0, 1, 2]),
        ("En rolig plads", [0]),
        ("number two", []),
        ("the second one", [1]),
        ("9", []),
        ("d. 3. januar 2020", []),
        ("jeg sover kun 3 timer", []),
        ("", []),
    ],
)
def test_a_choice_is_a_number_or_a_title_and_nothing_else(text: str, places: list[int]) -> None:
    assert chosen(text, ["En rolig plads", "Flere pauser", "Beskeder på skrift"]) == places


@pytest.mark.parametrize(
    ("text", "went"),
    [
        ("det lykkedes", "yes"),
        ("jeg gjorde det!", "yes"),
        ("noget af det", "partly"),
        ("det blev ikke til noget", "no"),
        ("jeg glemte det", "no"),
        ("it went well", "yes"),
        ("vejret var gråt", None),
    ],
)
def test_how_it_went(text: str, went: str | None) -> None:
    assert how_it_went(Heard(Kind.ANSWER, text)) == went
