"""Reading a message: its words in one spelling, ways of speaking taken away, and the signs that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nlu.crisis.signs import Found, Signs
from nlu.crisis.words import QUOTE, STOP, words

FIGURE = "figure"
"""The word put where a way of speaking stood, so that no sign is found in it."""
_SHORTEST_GLUED = 7
_SHORTEST_TYPO = 5


@dataclass(frozen=True)
class Reading:
    """What stands in a message. `words` are those after figures of speech were taken away."""

    words: tuple[str, ...]
    strong: tuple[Found, ...]
    hints: frozenset[str]
    figures: int
    quoted: frozenset[int] = field(default_factory=frozenset)


class Reader:
    """Reads messages with the signs of the content files. Pure, and linear in the length of the message."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs
        known = signs.strong_finder.vocabulary() | signs.figures.vocabulary()
        self._known = frozenset(known | signs.hints.vocabulary() | set(signs.spelling) | signs.not_typos)
        self._deletions: dict[str, str] = {}
        for word in sorted(signs.often_misspelt):
            for shorter in _with_one_less(word):
                self._deletions.setdefault(shorter, word)
        self._mend = lru_cache(maxsize=20_000)(self._mend_word)

    def read(self, text: str) -> Reading:
        """The signs in `text`."""
        plain: list[str] = []
        for word in words(text, self._signs.emojis):
            plain += self._mend(word)
        quoted = _quoted(plain)
        figures = self._signs.figures.find(plain)
        masked = list(plain)
        for found in figures:
            masked[found.start : found.end] = [FIGURE] * (found.end - found.start)
        return Reading(
            words=tuple(masked),
            strong=tuple(self._signs.strong_finder.find(masked)),
            hints=frozenset(found.name for found in self._signs.hints.find(masked)),
            figures=len(figures),
            quoted=quoted,
        )

    def _mend_word(self, word: str) -> tuple[str, ...]:
        """`word` in the spelling of the signs: sms forms, words written together, one letter wrong."""
        if word in self._signs.spelling:
            return tuple(self._signs.spelling[word].split())
        if word in self._known or len(word) < _SHORTEST_TYPO:
            return (word,)
        if len(word) >= _SHORTEST_GLUED:
            parts = _unglue(word, self._signs.written_together)
            if len(parts) >= 2:
                return tuple(parts)
        right = self._typo_of(word)
        return (right or word,)

    def _typo_of(self, word: str) -> str | None:
        """The word of a sign that differs from `word` by one letter (left out, added, changed or swapped)."""
        for candidate in (word, *_with_one_less(word)):
            right = self._deletions.get(candidate)
            if right and right[0] == word[0] and abs(len(right) - len(word)) <= 1:
                return right
        return None


def _with_one_less(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))] + [word]


def _unglue(word: str, small_words: frozenset[str]) -> list[str]:
    """`word` as a row of `small_words`, as few as possible; empty when it is not one."""
    if len(word) > 40:
        return []
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 8), end):
            before = best[start]
            if before is not None and word[start:end] in small_words:
                row = [*before, word[start:end]]
                if best[end] is None or len(row) < len(best[end] or ()):
                    best[end] = row
    return best[len(word)] or []


def _quoted(text: Sequence[str]) -> frozenset[int]:
    """The places of words that stand between two quotation marks, at most forty words apart."""
    marks = [at for at, word in enumerate(text) if word == QUOTE]
    inside: set[int] = set()
    for start, end in zip(marks[::2], marks[1::2], strict=False):
        if end - start <= 40:
            inside.update(range(start + 1, end))
    return frozenset(inside)


def sentences(text: Sequence[str]) -> list[list[str]]:
    """`text` cut at its sentence ends."""
    rows: list[list[str]] = [[]]
    for word in text:
        if word == STOP:
            rows.append([])
        else:
            rows[-1].append(word)
    return [row for row in rows if row]
