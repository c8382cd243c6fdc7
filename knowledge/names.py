"""Finds the names of schemes in what people write.

People write "lontilskud", "løn tilskud", "løntilskudsjob" and "fleksjobet"; all of them name a scheme. The
names and aliases come from the content files, the tolerance from this module: letters æ, ø, å written as ae,
oe, aa or as a, o, a; Danish and English inflection; compounds; words split or joined; one typo in a long word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from rapidfuzz.distance import OSA

_WORD = re.compile(r"§|\d+|[^\W\d_]+")
_PARENTHESIS = re.compile(r"\(([^)]*)\)")
_EVERYDAY_FILE = Path(__file__).with_name("everyday_words.yml")

_MAX_WORDS = 9
"""Longest name in words, counted as `_WORD` counts them."""
_SUFFIXES = frozenset(
    ("s", "e", "t", "n", "r", "en", "et", "er", "es", "ne", "ens", "ets", "ene", "erne", "ernes", "ers")
)
"""Endings that leave a Danish or English name the same name."""
_MIN_ADJECTIVE = 5
_MIN_TYPO_IN_PHRASE, _MAX_WORDS_WITH_TYPO = 11, 3
_MIN_INFLECTED, _MIN_COMPOUND, _MIN_TYPO, _MIN_TWO_TYPOS = 4, 6, 7, 14
"""Shortest names, in letters, that may be inflected, be part of a compound, hold one typo, hold two."""
_SHORT_QUESTION = 4
"""So many words beside a name still make a question about that name alone."""
_EXACT, _INFLECTED, _COMPOUND, _TYPO, _EVERYDAY = 1.0, 0.95, 0.85, 0.8, 0.6


@dataclass(frozen=True)
class Entry:
    """One scheme as this module needs it: its id, and its names and aliases in any language."""

    scheme_id: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Mention:
    """A scheme named in a text: where (offsets in the text as given) and how surely (0-1)."""

    scheme_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class _Word:
    key: str
    start: int
    end: int


@dataclass(frozen=True)
class _Everyday:
    """Words that name a scheme only when asked about, not in passing (`everyday_words.yml`)."""

    words: frozenset[str]
    look_alikes: frozenset[str]
    asking: frozenset[str]


@lru_cache(maxsize=1)
def _everyday() -> _Everyday:
    tables = yaml.safe_load(_EVERYDAY_FILE.read_text(encoding="utf-8"))
    words, look_alikes, asking = (
        frozenset(key for word in tables[name] for key in spellings(word))
        for name in ("words", "look_alikes", "asking")
    )
    return _Everyday(words, look_alikes, asking)


def _lower(text: str) -> str:
    return text.casefold().translate(_LETTERS)


_LETTERS = str.maketrans("äöüéèêáàóí", "æøyeeeaaoi")
_KEYBOARDS = tuple(
    str.maketrans(dict(zip("æøå", letters, strict=True)))
    for letters in (("æ", "ø", "å"), ("ae", "oe", "aa"), ("a", "o", "a"), ("e", "o", "aa"))
)
"""What people type for æ, ø and å, the first being right."""


def _words(text: str) -> list[_Word]:
    return [_Word(_lower(m[0]), m.start(), m.end()) for m in _WORD.finditer(text)]


def spellings(name: str) -> frozenset[str]:
    """Return the keys under which a name is looked up: its words joined, with and without Danish letters."""
    first, *rest = (word.key for word in _words(name)) if _WORD.search(name) else ("",)
    firsts = {first}
    if rest and len(first) >= _MIN_ADJECTIVE:
        # "personlig assistent" and "den personlige assistent", "delvis rask" and "delvist rask".
        stem = first.removesuffix("e").removesuffix("t")
        firsts |= {stem, f"{stem}e", f"{stem}t"}
    keys = {"".join((word, *rest)) for word in firsts}
    return frozenset(key.translate(table) for key in keys for table in _KEYBOARDS)


def _written_forms(name: str) -> Iterable[str]:
    """Yield a name, and for "Isbryder (løntilskud)" also the part outside and the part inside."""
    yield name
    inside = _PARENTHESIS.findall(name)
    if inside:
        yield _PARENTHESIS.sub(" ", name)
        yield from inside


class SchemeNames:
    """All names of all schemes, ready to be found in a text. Building takes milliseconds; `find` is pure."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Build the look-up. When two schemes share a name, the one that comes first has it."""
        self._schemes: dict[str, str] = {}
        self._capitals: dict[str, str] = {}
        for entry in entries:
            for name in entry.names:
                for form in _written_forms(name):
                    self._add(form, entry.scheme_id)
        self._stems = sorted((k for k in self._schemes if len(k) >= _MIN_COMPOUND), key=len, reverse=True)
        self._typo_keys: dict[str, list[str]] = {}
        for key in self._schemes:
            if len(key) >= _MIN_TYPO and key.isalpha() and key not in _everyday().words:
                self._typo_keys.setdefault(key[0], []).append(key)
        self._guess = lru_cache(maxsize=4096)(self._guess_word)

    def _add(self, form: str, scheme_id: str) -> None:
        if len(form.strip()) <= 2 and form.isupper():
            # "PA" is a scheme, "pa" is "på" without its ring.
            self._capitals.setdefault(form.strip(), scheme_id)
            return
        for key in spellings(form):
            if len(key) > 2:
                self._schemes.setdefault(key, scheme_id)

    def find(self, text: str) -> list[Mention]:
        """Return the schemes named in a text, in their order there, none overlapping.

        The longest match wins ("fastholdelsesfleksjob" is not "fleksjob"); of equal length the surest. Words of
        everyday language ("refusion", "sygemeldt") count only when the message asks about them. Never raises.
        """
        words = _words(text)
        found = [m for i in range(len(words)) for m in self._starting_at(i, words, text)]
        found.sort(key=lambda m: (m.start - m.end, -m.score, m.start))
        kept: list[Mention] = []
        for mention in found:
            if all(mention.end <= other.start or mention.start >= other.end for other in kept):
                kept.append(mention)
        return sorted(kept, key=lambda m: m.start)

    def _starting_at(self, i: int, words: list[_Word], text: str) -> Iterable[Mention]:
        first = words[i]
        written = text[first.start : first.end]
        if written in self._capitals and (len(words) == 1 or not text.isupper()):
            yield Mention(self._capitals[written], first.start, first.end, _EXACT)
        key = ""
        for j in range(i, min(i + _MAX_WORDS, len(words))):
            key += words[j].key
            hit = self._exact_or_inflected(key)
            if hit is None:
                hit = self._guess(key) if j == i else self._guess_phrase(key, words[i : j + 1])
            if hit is None:
                continue
            name, score = hit
            if name in _everyday().words:
                if not _asks_about(i, j, words):
                    continue
                score = min(score, _EVERYDAY)
            yield Mention(self._schemes[name], first.start, words[j].end, score)

    def _exact_or_inflected(self, key: str) -> tuple[str, float] | None:
        if key in self._schemes:
            return key, _EXACT
        for cut in range(1, min(6, len(key) - _MIN_INFLECTED + 1)):
            if key[-cut:] in _SUFFIXES and key[:-cut] in self._schemes:
                return key[:-cut], _INFLECTED
        return None

    def _guess_word(self, word: str) -> tuple[str, float] | None:
        """Read one word as a compound with a name in it, or as a name with a typo."""
        everyday = _everyday()
        if len(word) < _MIN_COMPOUND or word in everyday.look_alikes:
            return None
        for stem in self._stems:
            if word.startswith(stem) and stem not in everyday.words:
                return stem, _COMPOUND
        for stem in self._stems:
            if len(stem) > _MIN_COMPOUND and word.endswith(stem) and stem not in everyday.words:
                return stem, _COMPOUND
        return self._nearest(word)

    def _guess_phrase(self, key: str, words: list[_Word]) -> tuple[str, float] | None:
        """Read several words as a name with a typo, or as a compound that was split and lost its link."""
        if len(words) > _MAX_WORDS_WITH_TYPO or len(key) < _MIN_TYPO_IN_PHRASE:
            return None
        # A small word beside a name is no typo in it ("revalidering det").
        if min(len(words[0].key), len(words[-1].key)) < _MIN_INFLECTED:
            return None
        return self._nearest(key)

    def _nearest(self, word: str) -> tuple[str, float] | None:
        best: tuple[int, int, str] | None = None
        for key in self._typo_keys.get(word[0], ()):
            allowed = 2 if len(key) >= _MIN_TWO_TYPOS else 1
            if abs(len(key) - len(word)) > allowed + 3:
                continue
            # A typo may sit in an inflected word ("fleksjobett"): compare with the name's own length too.
            for candidate in {word, *(word[:-n] for n in (1, 2, 3) if word[-n:] in _SUFFIXES)}:
                distance = OSA.distance(candidate, key, score_cutoff=allowed)
                if distance <= allowed and (best is None or (distance, -len(key), key) < best):
                    best = (distance, -len(key), key)
        return (best[2], _TYPO) if best else None


def _asks_about(i: int, j: int, words: list[_Word]) -> bool:
    """Tell whether the words i..j are what the message asks about: all it says, or led up to by asking."""
    others = [word.key for word in (*words[:i], *words[j + 1 :])]
    if len(others) <= _SHORT_QUESTION:
        return not others or any(word in _everyday().asking for word in others)
    return i <= _SHORT_QUESTION and any(word.key in _everyday().asking for word in words[max(0, i - 2) : i])
