"""What a line shows besides its words: the cues of `cues.yml`, and how much of it the other side has just said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.components.intents import fold

FILE = Path(__file__).with_name("cues.yml")
_NOT_WORDS = re.compile(r"[^\w ]+")
_SPACES = re.compile(r"\s+")
_SAME_WORD = 4
"""Letters: words that begin alike are taken for forms of one word ("bange", "bangere")."""


@dataclass(frozen=True)
class Cues:
    """The cues as written down, their patterns compiled: of the line, and of the line before it."""

    line: dict[str, tuple[re.Pattern[str], ...]]
    before: dict[str, tuple[re.Pattern[str], ...]]
    small_words: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """All that `seen` may give, in a fixed order."""
        return (*self.line, *(f"before_{name}" for name in self.before), *_MEASURES)


_MEASURES = ("mark", "mark_before", "first", "said_before", "new", *(f"length_{n}" for n in range(6)))


@lru_cache(maxsize=1)
def read(file: Path = FILE) -> Cues:
    """The cues of `file`."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    line, before = (
        {name: tuple(re.compile(p) for p in patterns) for name, patterns in data[part].items()}
        for part in ("line", "before")
    )
    return Cues(line, before, frozenset(data["small_words"].split()))


def plain(text: str) -> str:
    """`text` as the cues read it: folded, words and single spaces only."""
    return _SPACES.sub(" ", _NOT_WORDS.sub(" ", fold(text))).strip()


def content(text: str) -> frozenset[str]:
    """The beginnings of the words of `text` that carry something."""
    small = read().small_words
    return frozenset(word[:_SAME_WORD] for word in plain(text).split() if word not in small and len(word) > 2)


def said_before(line: str, previous: str) -> float:
    """The share of the carrying words of `line` that `previous` holds too, 0 to 1; 0 where there are none."""
    words = content(line)
    return len(words & content(previous)) / len(words) if words else 0.0


def seen(pieces: tuple[str, ...], previous: str | None) -> dict[str, float]:
    """The cues of a line, given as its clauses: name → 1, or a share for the measures."""
    cues = read()
    folded = [plain(piece) for piece in pieces]
    found = {name: 1.0 for name, patterns in cues.line.items() if any(p.search(t) for p in patterns for t in folded)}
    whole = " ".join(folded)
    if previous:
        before = plain(previous)
        found |= {f"before_{n}": 1.0 for n, patterns in cues.before.items() if any(p.search(before) for p in patterns)}
        found["mark_before"] = float("?" in previous)
        words = content(whole)
        found["said_before"] = said_before(whole, previous)
        found["new"] = min(len(words - content(previous)), 8) / 8
    else:
        found["first"] = 1.0
    found["mark"] = float(any("?" in piece for piece in pieces))
    found[f"length_{min(len(whole.split()) // 5, 5)}"] = 1.0
    return {name: value for name, value in found.items() if value}
