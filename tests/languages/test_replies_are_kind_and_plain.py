"""How we write to people: short words and sentences, no promises, none of the words that hurt."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

DOMAIN = Path(__file__).resolve().parents[2] / "dialogues" / "domain"
CITIZENS, EMPLOYERS = 30, 38
"""The highest LIX for citizens and for employers (and caseworkers)."""
OFTEN_MET = (
    "say_greet",
    "say_not_understood",
    "say_not_understood_again",
    "say_not_understood_in_question",
    "say_pick_up",
    "say_resume",
    "say_skip",
    "say_which_scheme",
    "utter_affirm",
    "utter_bye",
    "utter_compliment",
    "utter_deny",
    "utter_frustration",
    "utter_insult",
    "utter_joke",
    "utter_out_of_scope",
    "utter_pause",
    "utter_slower",
    "utter_thanks",
    "utter_unsure",
)
LISTS = ("utter_overview", "say_crisis_choose_region")
"""Replies whose buttons are a list to choose from."""
AVOIDED = re.compile(
    r"jobcent|sindssyg|\bpsyko|\bpsykisk syg|begå\w* selvmord|begik selvmord|misbrug|matchgruppe|arbejdsmarkedsparat"
    r"|umotiveret|ustabil|upålidelig|\bde normale\b|\bde raske\b|brød\w* sammen|gik ned med|skånehensyn|særbehandling"
    r"|\bdefekt\b|svaghed|medicineret|forstår præcis|tag dig sammen|\bstærk\b",
    re.IGNORECASE,
)
PROMISES = re.compile(
    r"\bdu har ret til\b|\bjeg lover\b|\bdu får helt sikkert\b|\bdet skal nok gå\b|\bgaranter", re.IGNORECASE
)


def texts() -> dict[str, list[str]]:
    """Reply name → its Danish texts."""
    found: dict[str, list[str]] = {}
    for file in sorted(DOMAIN.glob("*.yml")):
        found.update({name: [v["text"] for v in several] for name, several in replies_in(file).items()})
    return found


def replies_in(file: Path) -> dict[str, list[dict[str, Any]]]:
    """The replies of one file: those that rules name and those that are named elsewhere."""
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {**(written.get("responses") or {}), **(written.get("replies") or {})}


def for_work(name: str) -> bool:
    """Whether a reply is said to employers and caseworkers only."""
    return "employer" in name or "caseworker" in name


def lix(text: str) -> float:
    """The LIX number: words per sentence, and how many of hundred words have more than six letters."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"{\w+}", "", text))
    if not words:
        return 0.0
    sentences = [part for part in re.split(r"[.!?:]+(?=\s|$)|\n", text) if part.strip()]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


def hard(limit: int, work: bool) -> tuple[list[str], int]:
    """The texts above the limit, and how many there are in all."""
    measured = [
        (lix(text), name, text) for name, several in texts().items() if for_work(name) is work for text in several
    ]
    return [f"{score:.0f} {name}: {text}" for score, name, text in sorted(measured) if score > limit], len(measured)


def test_lix_is_words_per_sentence_and_long_words() -> None:
    """Ten words in two sentences, two of them long: 5 + 20."""
    assert lix("Jeg er en lille maskine. Vi ses igen i weekenden.") == 25


def test_nine_of_ten_replies_to_citizens_are_easy() -> None:
    """LIX at most 30."""
    above, count = hard(CITIZENS, work=False)
    assert len(above) <= count * 0.1, "\n".join(above)


def test_replies_to_employers_are_plain() -> None:
    """LIX at most 38, every one."""
    above, _ = hard(EMPLOYERS, work=True)
    assert not above, "\n".join(above)


def test_nothing_is_said_in_words_that_hurt() -> None:
    """The words to avoid, and "kommunen" instead of "jobcentret"."""
    hurting = [f"{n}: {text}" for n, several in texts().items() for text in several if AVOIDED.search(text)]
    assert not hurting


def test_nothing_is_promised() -> None:
    """We inform; kommunen decides."""
    promising = [f"{n}: {text}" for n, several in texts().items() for text in several if PROMISES.search(text)]
    assert not promising


def test_a_question_of_a_form_is_one_question() -> None:
    """One at a time."""
    asking = [text for name, several in texts().items() if name.startswith("say_ask_") for text in several]
    assert asking
    assert all(text.count("?") <= 1 for text in asking)


def test_what_is_often_met_is_said_in_three_ways_at_least() -> None:
    """Nobody should hear a machine repeat itself."""
    few = [name for name in OFTEN_MET if len(texts()[name]) < 3]
    assert not few


def test_whoever_asks_for_help_sees_the_numbers_first() -> None:
    """112, then Livslinien."""
    for text in texts()["utter_help"]:
        first, second = text.splitlines()[:2]
        assert "112" in first
        assert "70 201 201" in second


def test_every_question_of_a_form_says_why_and_has_three_wordings() -> None:
    """The second asking uses other words; the third offers to skip."""
    known = texts()
    for file in sorted(DOMAIN.glob("*.yml")):
        for form in (yaml.safe_load(file.read_text(encoding="utf-8")).get("forms") or {}).values():
            for slot in form["required_slots"]:
                assert known[f"say_why_{slot}"]
                wordings = [set(known[f"say_ask_{slot}{again}"]) for again in ("", "_again", "_or_skip")]
                assert not (wordings[0] & wordings[1])
                assert not (wordings[1] & wordings[2])
                assert all(re.search("spring|sig bare nej", text, re.IGNORECASE) for text in wordings[2])


def test_buttons_are_few_and_short() -> None:
    """At most four under an answer, eight in a list; a title fits on a phone."""
    for file in sorted(DOMAIN.glob("*.yml")):
        for name, variations in replies_in(file).items():
            for variation in variations:
                buttons = variation.get("buttons", [])
                assert len(buttons) <= (8 if name in LISTS else 4), name
                assert all(len(button["title"]) <= 30 for button in buttons), name
