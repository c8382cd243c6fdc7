"""Finds wordings that hurt in a caseworker's line, with their place in it and a better wording.

The wordings stand in `knowledge/wordings.yml`. What is quoted, spoken about or somebody's own word is left alone. A
channel of its own: it is never mixed into the codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from knowledge import faults, located
from knowledge.faults import ContentError, Fault
from knowledge.models import Model

FILE = Path(__file__).parent.parent.parent / "knowledge" / "wordings.yml"
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_QUOTED = re.compile(r"(?<!\w)['\"“”‘’»«].{2,80}?['\"“”‘’»«](?!\w)")
_LETTERS = ((("å", "aa"), "(?:å|aa)"), (("ø", "oe"), "(?:ø|oe)"), (("æ", "ae"), "(?:æ|ae)"))


class Wording(Model):
    """One idea said in several hurtful ways, and what to say instead."""

    say: tuple[str, ...]
    instead: str
    not_with: tuple[str, ...] = ()


class WordingsFile(Model):
    """`knowledge/wordings.yml`."""

    wordings: tuple[Wording, ...]
    nothing_is_meant: tuple[str, ...]
    perhaps: str


@dataclass(frozen=True)
class Finding:
    """A wording that hurts: where it stands in the line (`start` to `end`), the words, and a better wording.

    Not `sure`: the line only sounds so. Worth a second look, nothing more.
    """

    start: int
    end: int
    span: str
    instead: str
    sure: bool = True


class Wordings:
    """Finds the wordings of a file."""

    def __init__(self, file: WordingsFile) -> None:
        self._hurts = [(_any(w.say), _any(w.not_with), w.instead) for w in file.wordings]
        self._harmless = _any(file.nothing_is_meant)
        self._perhaps = file.perhaps

    def find(self, line: str, previous: str | None = None) -> tuple[Finding, ...]:
        """The wordings in `line` that hurt, in order; of overlapping ones the longest.

        The other side's own word, taken from its line before (`previous`), is not held against the one who takes it up.
        """
        own = (previous or "").casefold()
        said = (one for one in self._all(line) if one.span.casefold() not in own)
        found = sorted(said, key=lambda one: (one.start - one.end, one.start))
        kept: list[Finding] = []
        for one in found:
            if all(one.end <= other.start or one.start >= other.end for other in kept):
                kept.append(one)
        return tuple(sorted(kept, key=lambda one: one.start))

    def perhaps(self, line: str, clause: str) -> Finding:
        """A "perhaps" about `clause` of `line`."""
        start = max(0, line.find(clause))
        return Finding(start, min(len(line), start + len(clause)), clause, self._perhaps, sure=False)

    def _all(self, line: str) -> Iterator[Finding]:
        for sentence in _SENTENCE.finditer(line):
            text, offset = sentence.group(), sentence.start()
            if self._harmless and self._harmless.search(text):
                continue
            quoted = [match.span() for match in _QUOTED.finditer(text)]
            for hurts, another_sense, instead in self._hurts:
                if hurts is None or (another_sense and another_sense.search(text)):
                    continue
                for match in hurts.finditer(text):
                    if not any(start <= match.start() and match.end() <= end for start, end in quoted):
                        yield Finding(offset + match.start(), offset + match.end(), match.group(), instead)


def _any(phrases: Sequence[str]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    return re.compile("|".join(rf"(?<!\w){_pattern(phrase)}(?!\w)" for phrase in phrases), re.IGNORECASE)


def _pattern(phrase: str) -> str:
    words = []
    for word in phrase.split():
        if word == "…":
            words.append(r"\S+(?:\s+\S+){0,2}")
            continue
        pattern = re.escape(word).replace(r"\*", r"\w*")
        for (letter, pair), either in _LETTERS:
            pattern = pattern.replace(pair, letter).replace(letter, either)
        words.append(pattern)
    return r"[\s,]+".join(words)


@lru_cache(maxsize=2)
def read_wordings(file: Path = FILE) -> Wordings:
    """The wordings of `file`. Raises ContentError with file, line and mend."""
    shown = f"knowledge/{file.name}"
    try:
        where = located.read(file.read_text(encoding="utf-8"))
    except located.NotYaml as error:
        raise ContentError([Fault(shown, error.line, error.problem, error.mend)]) from error
    try:
        return Wordings(WordingsFile.parse_obj(where.data))
    except ValidationError as error:
        raise ContentError(faults.of_validation(error, WordingsFile, where, shown)) from error
