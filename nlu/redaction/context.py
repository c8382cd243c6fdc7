"""What stands around a number: labels before it, units after it; and small helpers that all detectors share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache

from nlu.redaction.view import View
from nlu.redaction.words import listed, public_numbers

Span = tuple[str, int, int]
"""Kind of secret, start and end in the view."""

Detector = Callable[[View], Iterable[Span]]

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Years between which eight digits in a row may be a date."""

_LOOK_BACK = 40
"""How many characters before a number may hold the word that says what it is."""


def digits_of(text: str) -> str:
    """Only the digits of a text."""
    return re.sub(r"\D", "", text)


def before(low: str, start: int, length: int = _LOOK_BACK) -> str:
    """The text right before a position."""
    return low[max(0, start - length) : start]


def captured(kind: str, patterns: Iterable[re.Pattern[str]], low: str) -> Iterator[Span]:
    """The first group of every match."""
    for pattern in patterns:
        for match in pattern.finditer(low):
            yield kind, match.start(1), match.end(1)


def is_date(year: int, month: int, day: int) -> bool:
    """Whether the three make a calendar date in our time."""
    if not _FIRST_YEAR <= year < _LAST_YEAR:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_public(digits: str) -> bool:
    """Whether the digits are a help line or another number that everybody may read, with or without 45."""
    public = public_numbers()
    return digits in public or digits.removeprefix("00").removeprefix("45") in public


def is_labelled_thing(low: str, start: int) -> bool:
    """Whether the number at `start` is said to belong to a firm or a thing ("CVR", "ordrenr.", "ISBN")."""
    return bool(_thing_label().search(before(low, start)))


def is_measured(low: str, end: int) -> bool:
    """Whether a unit ("timer", "kr.") follows the number that ends at `end`, on the same line."""
    return bool(_unit().match(low, end))


def is_priced(low: str, end: int) -> bool:
    """Whether the number that ends at `end` is an amount of money: of eight digits and more nothing else is measured.

    "Min" after a long number is "my", not minutes.
    """
    return bool(_MONEY.match(low, end))


_MONEY = re.compile(
    r"[^\S\n]{0,2}(?:kr|kroner|dkk|eur|euro|usd|mio|mia)(?![^\W\d_])|[^\S\n]?,-"
    r"|[^\S\n]?(?:er|is)\s(?:vores|mit|our|firmaets)\s(?:cvr|ordre|kunde)"
)


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@lru_cache(maxsize=1)
def _thing_label() -> re.Pattern[str]:
    labels = _alternatives(listed("numbers", "thing_labels"))
    number = r"(?:[\s.\-]{0,2}(?:nr|nummer|no|number|id)\b)?"
    filling = r"(?:[\s.:#=]|\b(?:er|is|på|no|nr|hedder)\b){0,6}"
    return re.compile(rf"\b(?:{labels}){number}{filling}(?:[a-zæøå]{{1,3}}[\s\-]?)?$")


@lru_cache(maxsize=1)
def _unit() -> re.Pattern[str]:
    units = _alternatives(listed("numbers", "units"))
    owner = r"\s?(?:er|is)\s(?:vores|mit|our|firmaets)\s(?:cvr|ordre|kunde)"
    return re.compile(rf"[^\S\n]{{0,2}}(?:{units})(?![^\W\d_])|[^\S\n]?,-|{owner}")
