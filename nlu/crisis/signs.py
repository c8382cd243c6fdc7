"""Signs as editors write them, and finding them in a text.

A sign is a row of words as a person would type them, in folded spelling (ae, oe, aa):

    tager|tage mit|sit liv      either word at that place
    skaer*                      any word that begins so
    @pills                      any word of the list `pills`
    at?                         the word may be left out
    _                           any one word
    ..                          up to four words in between, within the sentence
    ...                         up to twelve words in between, also across sentences

Words are found by their first word in a table, so the time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlu.crisis.words import QUOTE, STOP, fold

GAP = 4
LONG_GAP = 12


@dataclass(frozen=True)
class Part:
    """One place in a sign: the words that may stand there, or a gap of up to `gap` words."""

    exact: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    gap: int = 0
    anything: bool = False
    optional: bool = False

    def fits(self, word: str) -> bool:
        """Whether `word` may stand here."""
        if self.anything:
            return word not in (STOP, QUOTE)
        return word in self.exact or (bool(self.stems) and word.startswith(self.stems))


@dataclass(frozen=True)
class Sign:
    """A row of parts and the name of what it is a sign of."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Found:
    """That the sign `name` stands at words `start` to `end` (end excluded)."""

    name: str
    start: int
    end: int


def parse(name: str, row: str, lists: Mapping[str, str]) -> Sign:
    """A sign from the row an editor wrote.

    Raises:
        KeyError: the row names a word list that does not exist.
        ValueError: the row is empty or begins or ends with a gap.
    """
    parts = tuple(_part(piece, lists) for piece in row.split())
    if not parts or parts[0].gap or parts[-1].gap or parts[0].anything or parts[0].optional:
        raise ValueError(f"The sign {row!r} of {name!r} must begin and end with a word.")
    return Sign(name, parts)


def _part(piece: str, lists: Mapping[str, str]) -> Part:
    if piece in ("..", "..."):
        return Part(gap=GAP if piece == ".." else LONG_GAP)
    if piece == "_":
        return Part(anything=True)
    optional = piece.endswith("?")
    piece = piece.removesuffix("?")
    options: list[str] = []
    for option in piece.split("|"):
        options += lists[option[1:]].split() if option.startswith("@") else [option]
    folded = [fold(option) for option in options]
    return Part(
        exact=frozenset(option for option in folded if not option.endswith("*")),
        stems=tuple(option[:-1] for option in folded if option.endswith("*")),
        optional=optional,
    )


@dataclass
class Finder:
    """Finds many signs at once."""

    signs: Sequence[Sign]
    _first: dict[str, list[Sign]] = field(default_factory=dict)
    _stems: dict[str, list[Sign]] = field(default_factory=dict)
    _shortest: int = 99

    def __post_init__(self) -> None:
        """Lay the signs out by their first word."""
        for sign in self.signs:
            for word in sign.parts[0].exact:
                self._first.setdefault(word, []).append(sign)
            for stem in sign.parts[0].stems:
                self._stems.setdefault(stem, []).append(sign)
                self._shortest = min(self._shortest, len(stem))

    def find(self, text: Sequence[str]) -> list[Found]:
        """Every sign in `text`, at most once per place where it begins."""
        found = []
        for start, word in enumerate(text):
            for sign in self._beginning(word):
                end = _ends(sign.parts, text, 1, start + 1)
                if end:
                    found.append(Found(sign.name, start, end))
        return found

    def _beginning(self, word: str) -> Iterable[Sign]:
        yield from self._first.get(word, ())
        for length in range(self._shortest, len(word) + 1):
            yield from self._stems.get(word[:length], ())

    def vocabulary(self) -> set[str]:
        """Every word that stands somewhere in a sign as a whole."""
        return {word for sign in self.signs for part in sign.parts for word in part.exact}


def _ends(parts: Sequence[Part], text: Sequence[str], part: int, at: int) -> int:
    """Where the parts from `part` end when they begin at word `at`; 0 when they do not fit."""
    if part == len(parts):
        return at
    gap = parts[part].gap
    if gap:
        for skipped in range(gap + 1):
            end = _ends(parts, text, part + 1, at + skipped)
            if end:
                return end
            if at + skipped >= len(text) or (text[at + skipped] == STOP and gap == GAP):
                return 0
        return 0
    word = at
    while word < len(text) and text[word] == QUOTE:
        word += 1
    if word < len(text) and parts[part].fits(text[word]):
        end = _ends(parts, text, part + 1, word + 1)
        if end:
            return end
    return _ends(parts, text, part + 1, at) if parts[part].optional else 0


@dataclass(frozen=True)
class Strong:
    """What a sign alone means: a level and a kind."""

    level: str
    kind: str


@dataclass(frozen=True)
class Together:
    """Hints that mean `strong` when all of them stand in one message."""

    hints: frozenset[str]
    strong: Strong


@dataclass(frozen=True)
class Signs:
    """All that the content files say, ready for use."""

    strong: Mapping[str, Strong]
    strong_finder: Finder
    hints: Finder
    together: tuple[Together, ...]
    figures: Finder
    spelling: Mapping[str, str]
    emojis: Mapping[str, str]
    often_misspelt: frozenset[str]
    not_typos: frozenset[str]
    written_together: frozenset[str]


@lru_cache(maxsize=4)
def read_signs(files: tuple[Path, ...]) -> Signs:
    """The signs of several languages together.

    Raises:
        OSError: a file cannot be read.
        ValueError, KeyError: a file does not follow the form described above.
    """
    contents: list[dict[str, Any]] = [
        yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for file in files
    ]
    strong: dict[str, Strong] = {}
    strong_signs: list[Sign] = []
    hints: list[Sign] = []
    together: list[Together] = []
    figures: list[Sign] = []
    spelling: dict[str, str] = {}
    emojis: dict[str, str] = {}
    often_misspelt: set[str] = set()
    not_typos: set[str] = set()
    written_together: set[str] = set()
    for content in contents:
        lists = content.get("lists") or {}
        for name, entry in (content.get("strong") or {}).items():
            strong[name] = Strong(entry["level"], entry["kind"])
            strong_signs += [parse(name, row, lists) for row in entry["rows"]]
        for name, rows in (content.get("hints") or {}).items():
            hints += [parse(name, row, lists) for row in rows]
        together += [
            Together(frozenset(entry["hints"]), Strong(entry["level"], entry["kind"]))
            for entry in (content.get("together") or {}).values()
        ]
        figures += [parse("figure", row, lists) for row in content.get("figures") or []]
        for right, forms in (content.get("spelling") or {}).items():
            spelling.update({fold(form): fold(right) for form in str(forms).split()})
        emojis.update(content.get("emojis") or {})
        often_misspelt.update(fold(word) for word in str(content.get("often_misspelt") or "").split())
        not_typos.update(fold(word) for word in str(content.get("not_typos") or "").split())
        written_together.update(fold(word) for word in str(content.get("written_together") or "").split())
    return Signs(
        strong=strong,
        strong_finder=Finder(strong_signs),
        hints=Finder(hints),
        together=tuple(together),
        figures=Finder(figures),
        spelling=spelling,
        emojis=emojis,
        often_misspelt=frozenset(often_misspelt),
        not_typos=frozenset(not_typos),
        written_together=frozenset(written_together),
    )
