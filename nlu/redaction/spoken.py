"""Numbers said in words, as dictation writes them: "toogtyve enogfirs fyrre syvogtres", "en fire nul to …"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlu.redaction.context import Span, before, is_labelled_thing, is_measured, is_public
from nlu.redaction.cpr import is_cpr_date
from nlu.redaction.phone import is_phone_cue
from nlu.redaction.view import View
from nlu.redaction.words import listed, tables

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_GAP = re.compile(r"[\s,.;:/+…\-]{0,4}")
_CUES = {
    "cpr": re.compile(
        r"(?:cpr|personn|person nummer|(?:sidste|last) (?:fire|4|four)(?: cifre| tal"
        r"| digits)?)[^\d\n\ue000-\uf8ff]{0,25}$"
    ),
    "account": re.compile(r"(?:\breg\b|\bregistrering|konto|account)[^\d\n\ue000-\uf8ff]{0,25}$"),
    "card": re.compile(r"(?:\bkortn|\bkortet\b|\bcard\b|dankort)[^\d\n\ue000-\uf8ff]{0,20}$"),
    "phone": re.compile(
        r"(?:\btlf|telefon|\bmobil|nummer|\bnr\b|\bring\w{0,3}\b|\bsms|\bcall|\bphone"
        r"|\bnumber)[^\d\n\ue000-\uf8ff]{0,15}$"
    ),
    "birthdate": re.compile(r"(?:født|foedt|fødselsda|born|birth)[^\d\n\ue000-\uf8ff]{0,15}$"),
}
_SHORTEST = {"cpr": 4, "account": 4, "card": 12, "phone": 7, "birthdate": 5}
"""From how many digits a run counts when the word before it says what it is."""


@dataclass(frozen=True)
class _Part:
    """One number in a run: where it stands and the digits it is said as."""

    start: int
    end: int
    digits: str
    in_words: bool
    calendar: bool


@lru_cache(maxsize=1)
def number_words() -> dict[str, str]:
    """Number words from 0 to 99 with the digits they stand for when a number is dictated."""
    spoken = tables()["spoken"]
    words = {word: str(value) for value, line in enumerate(spoken["zero_to_nineteen"]) for word in line.split()}
    ones = {word: value for word, value in words.items() if len(value) == 1 and value != "0"}
    for place, line in enumerate(spoken["tens_danish"], 2):
        for ten in line.split():
            words[ten] = f"{place}0"
            words |= {f"{one}og{ten}": f"{place}{value}" for one, value in ones.items()}
    for place, line in enumerate(spoken["tens_english"], 2):
        for ten in line.split():
            words[ten] = f"{place}0"
            words |= {f"{ten}{one}": f"{place}{value}" for one, value in ones.items()}
    return words


@lru_cache(maxsize=1)
def _calendar_words() -> dict[str, str]:
    """Ordinals and months, as two digits."""
    spoken = tables()["spoken"]
    lines = [*enumerate(spoken["ordinals"], 1), *enumerate(spoken["months"], 1)]
    return {word: f"{value:02}" for value, line in lines for word in line.split()}


def spoken_numbers(view: View) -> Iterator[Span]:
    """CPR numbers, phones, accounts, cards and birth dates of which at least a part is said in words."""
    low = view.low
    for run in _runs(low):
        if len(run) > 1 and is_measured(low, run[-1].end):
            run.pop()  # "… syvogtres, 2 timer": the last number counts something
        if not any(part.in_words for part in run) and not _is_cued_list(low, run):
            continue
        kind = _kind(low, run)
        if kind:
            yield kind, run[0].start, run[-1].end


def _is_cued_list(low: str, run: list[_Part]) -> bool:
    """Groups of digits with commas or fillers between, behind a word about phones ("nr. 22, 81 og så 40 67")."""
    digits = "".join(part.digits for part in run)
    return (
        len(digits) == 8
        and not is_labelled_thing(low, run[0].start)
        and digits[0] not in "01"
        and is_phone_cue(before(low, run[0].start))
    )


def _runs(low: str) -> Iterator[list[_Part]]:
    """Number words and digits that stand side by side, with "og så", "bindestreg" and the like between them."""
    fillers = listed("spoken", "fillers")
    run: list[_Part] = []
    last_end = 0
    doubled = False
    for match in _TOKEN.finditer(low):
        word = match.group()
        if run and not _GAP.fullmatch(low, last_end, match.start()):
            yield run
            run = []
        part = _part(match)
        if part is not None:
            pair = _and_ten(run, low, part)
            if pair is not None:
                run[-1] = pair
            else:
                digits = part.digits * 2 if doubled else part.digits
                run.append(_Part(part.start, part.end, digits, part.in_words or doubled, part.calendar))
            doubled = False
        elif run and word in ("double", "dobbelt"):
            doubled = True
        elif run and word not in fillers:
            yield run
            run = []
        last_end = match.end()
    if run:
        yield run


def _part(match: re.Match[str]) -> _Part | None:
    word = match.group()
    if word.isdigit():
        return _Part(match.start(), match.end(), word, False, False)
    if word in number_words():
        return _Part(match.start(), match.end(), number_words()[word], True, False)
    if word in _calendar_words():
        return _Part(match.start(), match.end(), _calendar_words()[word], True, True)
    return None


def _and_ten(run: list[_Part], low: str, part: _Part) -> _Part | None:
    """ "to og tyve" and "twenty two" in two words are one number; None if the two do not belong together."""
    if not run or not part.in_words or not run[-1].in_words or part.calendar or run[-1].calendar:
        return None
    between = low[run[-1].end : part.start]
    one, ten = run[-1].digits, part.digits
    if len(one) == 1 and one != "0" and len(ten) == 2 and ten[1] == "0" and ten[0] != "1" and between.split() == ["og"]:
        return _Part(run[-1].start, part.end, ten[0] + one, True, False)
    english = low[run[-1].start : run[-1].end].endswith("ty")
    if english and len(ten) == 1 and ten != "0" and one.endswith("0") and between in (" ", "-"):
        return _Part(run[-1].start, part.end, one[0] + ten, True, False)
    return None


def _kind(low: str, run: list[_Part]) -> str | None:
    """What a run of numbers is, or None when it is only talk."""
    digits = "".join(part.digits for part in run)
    if is_public(digits) or is_measured(low, run[-1].end):
        return None
    front = before(low, run[0].start)
    calendar = any(part.calendar for part in run)
    for kind, cue in _CUES.items():
        if len(digits) >= _SHORTEST[kind] and cue.search(front) and not (calendar and kind not in ("cpr", "birthdate")):
            return kind
    if _is_spoken_cpr(digits, calendar):
        return "cpr"
    if calendar or _counts_up(run):
        return None
    if len(digits) in (8, 10) and digits.removeprefix("45" if len(digits) == 10 else "")[0] not in "01":
        return "phone" if len(digits) == 8 or digits.startswith("45") else None
    return "id" if len(digits) >= 12 and 2 * sum(part.in_words for part in run) > len(run) else None


def _is_spoken_cpr(digits: str, calendar: bool) -> bool:
    if len(digits) == 12 and digits[4:6] in ("19", "20"):
        return is_cpr_date(digits) and int(digits[4:8]) < 2015
    recent = calendar and 15 <= int(digits[4:6] or 0) <= 40
    return len(digits) == 10 and is_cpr_date(digits) and not recent


def _counts_up(run: list[_Part]) -> bool:
    """Whether the numbers are only counted up or down ("fem, seks, syv, otte, ni, ti")."""
    values = [int(part.digits) for part in run]
    steps = {b - a for a, b in itertools.pairwise(values)}
    return len(steps) == 1 or steps <= {1, 2, 3} or steps <= {-1, -2, -3}
