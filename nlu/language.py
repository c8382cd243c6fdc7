"""Which language a message is in, told by the small words that the other languages do not have."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import yaml

SURE = 3
"""Small words of one language, and none of another, from which we are sure."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def language_of(text: str) -> str | None:
    """The code of the language that `text` is surely in, or None: too short, mixed, or another language."""
    languages = _small_words()
    words = (word.replace("’", "'") for word in _WORD.findall(text.casefold()))
    found = Counter(languages[word] for word in words if word in languages)
    if len(found) != 1:
        return None
    [(language, count)] = found.items()
    return language if count >= SURE else None


@lru_cache(maxsize=1)
def _small_words() -> dict[str, str]:
    written = yaml.safe_load((Path(__file__).parent / "languages.yml").read_text(encoding="utf-8"))
    return {word: language for language, words in written.items() for word in words.split()}
