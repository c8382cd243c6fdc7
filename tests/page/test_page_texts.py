from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from tests.page.double import PAGE, TEXTS

LONG_WORD = 7
"""Letters from which LIX counts a word as long."""


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return found


class Marked(HTMLParser):
    """Collects the texts of elements that carry `data-text`, and the labels of those that carry `data-label`."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.other: list[str] = []
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        assert not {"style", *(name for name in found if name.startswith("on"))} & set(found), found
        self._inside = found.get("data-text")
        if found.get("data-label"):
            self.texts[str(found["data-label"])] = str(found["aria-label"])

    def handle_endtag(self, tag: str) -> None:
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[self._inside] = data
        elif data.strip():
            self.other.append(data.strip())


@pytest.fixture(scope="module")
def marked() -> Marked:
    parser = Marked()
    parser.feed((PAGE / "index.html").read_text(encoding="utf-8"))
    return parser


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    danish, english = texts("da"), texts("en")
    assert list(danish) == list(english)
    for key, text in danish.items():
        assert text.strip()
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", english[key]), key


def test_the_page_without_its_script_says_what_the_danish_file_says(marked: Marked) -> None:
    danish = texts("da")
    assert marked.texts == {key: danish[key] for key in marked.texts}
    assert marked.other == []


def test_every_text_is_used(marked: Marked) -> None:
    script = (PAGE / "chat.js").read_text(encoding="utf-8")
    used = set(re.findall(r"\btexts\.(\w+)", script)) | set(re.findall(r"\.(?:da|en)\.(\w+)", script))
    assert used | set(marked.texts) == set(texts("da")), "a text is missing or left over"


def test_the_danish_texts_are_easy_to_read() -> None:
    whole = " ".join(text for text in texts("da").values() if text.endswith("."))
    words = re.findall(r"[\w-]+", whole)
    sentences = len(re.findall(r"[.:?!]", whole))
    lix = len(words) / sentences + 100 * sum(len(word) >= LONG_WORD for word in words) / len(words)
    assert lix <= 30


def test_the_page_builds_no_markup_from_text() -> None:
    script = (PAGE / "chat.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", script)
