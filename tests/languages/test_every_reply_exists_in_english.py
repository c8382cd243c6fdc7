"""English is an overlay on the Danish domain: the same replies, buttons, placeholders and metadata, other words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

DIALOGUES = Path(__file__).resolve().parents[2] / "dialogues"
TOPICS = sorted(file.stem for file in (DIALOGUES / "domain").glob("*.yml"))
PLACEHOLDER = re.compile(r"(?<!{){(\w+)}(?!})")

Variations = list[dict[str, Any]]


def replies(folder: Path, topic: str) -> dict[str, Variations]:
    """The replies of one topic."""
    file = folder / f"{topic}.yml"
    written = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    return {**(written.get("responses") or {}), **(written.get("replies") or {})}


def pairs() -> list[Any]:
    """Every Danish reply beside its English one (None where it is missing)."""
    return [
        pytest.param(danish, replies(DIALOGUES / "translations" / "en", topic).get(name), id=name)
        for topic in TOPICS
        for name, danish in replies(DIALOGUES / "domain", topic).items()
    ]


def of_each(variations: Variations, key: str) -> set[str]:
    """What `variations` hold under `key`, whatever their order and number."""
    return {repr(variation.get(key)) for variation in variations}


def payloads(variations: Variations) -> set[tuple[str, ...]]:
    """The payloads of the buttons, in their order, of each variation."""
    return {tuple(button["payload"] for button in variation.get("buttons", ())) for variation in variations}


def placeholders(variations: Variations) -> set[str]:
    """The values that the texts and titles need."""
    titles = [button["title"] for variation in variations for button in variation.get("buttons", ())]
    return set(PLACEHOLDER.findall(" ".join([*(variation["text"] for variation in variations), *titles])))


@pytest.mark.parametrize(("danish", "english"), pairs())
def test_the_english_reply_matches_the_danish_one(danish: Variations, english: Variations | None) -> None:
    """Same buttons, placeholders and metadata; as many variations; and translated."""
    assert english, "there is no English"
    assert len(english) == len(danish)
    assert payloads(english) == payloads(danish)
    assert placeholders(english) == placeholders(danish)
    assert of_each(english, "metadata") == of_each(danish, "metadata")
    words = {PLACEHOLDER.sub("", variation["text"]).strip() for variation in danish} - {""}
    assert not words & {PLACEHOLDER.sub("", variation["text"]).strip() for variation in english}
    danish_titles = {b["title"] for v in danish for b in v.get("buttons", ()) if len(b["title"]) > 3}
    english_titles = {b["title"] for v in english for b in v.get("buttons", ())}
    assert not {PLACEHOLDER.sub("", title) for title in danish_titles} & english_titles


@pytest.mark.parametrize("topic", TOPICS)
def test_no_english_reply_lacks_a_danish_one(topic: str) -> None:
    """Danish comes first."""
    english = replies(DIALOGUES / "translations" / "en", topic)
    assert english.keys() <= replies(DIALOGUES / "domain", topic).keys()


def test_no_reply_stands_in_two_topics() -> None:
    """The one read last would win without a word."""
    names = [name for topic in TOPICS for name in replies(DIALOGUES / "domain", topic)]
    assert len(names) == len(set(names))
