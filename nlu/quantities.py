"""Reads marks from 0 to 10, hours a week and days out of short answers, Danish first, plain English too. Pure.

An answer is first made plain (`_plain`): one spelling, number words as figures, misspelt numbers and days mended. Then
what belongs to another time, another person or another unit is blanked, and a few patterns read what is left.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from nlu.crisis.words import fold

FULL_TIME = 37.0
"""Hours of a full week in Denmark, by agreement between the social partners."""
MOST_HOURS = 60.0
WORKING_DAYS = 5
LONGEST_DAY = 9
"""Hours above which a figure beside a number of days is the week's and not a day's."""
HIGHEST = 10
_LONGEST = 2000
"""Characters of an answer that are read; nobody's mark, hours or day stands behind them."""

_T: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "quantities_da.yml").read_text(encoding="utf-8"))


def _join(words: str) -> str:
    """A pattern written over several lines in the table, on one."""
    return words.strip().replace("| ", "|")


def _word(key: str) -> str:
    return rf"\b(?:{_join(_T[key])})(?!\w)"


@dataclass(frozen=True)
class Hours:
    """Hours a week, both ends included; `low` is 0 where somebody said "max 20"."""

    low: float
    high: float


@dataclass(frozen=True)
class Day:
    """A day that was said, or (`date` None) the person's own words for a time nobody can put in a calendar."""

    date: date | None
    vague: str | None


# --- Plain text ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Plain:
    text: str
    written: str
    starts: tuple[int, ...]
    """For each sign of `text`, where it begins in `written`."""
    ends: tuple[int, ...]

    def said(self, start: int, end: int) -> str:
        """What the person wrote where `text` reads `start` to `end`."""
        return self.written[self.starts[start] : self.ends[end - 1]].strip(" .,!?;:\n")


_WEEKDAYS = {name: i for i, names in enumerate(_T["weekdays"]) for name in names}
_MONTHS = {name: i + 1 for i, names in enumerate(_T["months"]) for name in names}
_NUMBERS = {
    word: f"{value:g}"
    for key in ("numbers", "ones", "tens", "english_ones", "english_tens", "marks")
    for word, value in _T[key].items()
    if word not in ("en", "one")
}
_DAYS = {name: _T["weekdays"][i][0] for name, i in _WEEKDAYS.items()} | {
    name: _T["months"][i - 1][0] for name, i in _MONTHS.items() if name not in ("jul", "may")
}
_ORDINALS = {word: f"{value}." for word, value in _T["ordinals"].items()}
_ONES, _TENS = _T["ones"] | _T["english_ones"], _T["tens"] | _T["english_tens"]
_PIECE = re.compile(
    rf"(?P<compound>(?<!\w)(?:(?:{'|'.join(_T['ones'])}) ?(?:og|å) ?(?:{'|'.join(_T['tens'])})"
    rf"|(?:{'|'.join(_T['english_tens'])})[- ]?(?:{'|'.join(_T['english_ones'])}))(?!\w))"
    rf"|(?P<short>(?:(?<=\bpå )|(?<=\bpa )|(?<=\bon )|\A)(?:{'|'.join(_T['short_days'])})\b"
    r"(?=\W*(?:\Z|kl|\d|d\b|den\b|før\b|for\b|formiddag|morgen|eftermiddag|aften)))"
    r"|(?P<word>[^\W\d_½]+(?:['’][^\W\d_½]+)?)|\d+|\s+|.",
    re.IGNORECASE | re.DOTALL,
)
_LANGUAGE = re.compile(r"\b(?:the|is|it|my|i'm|if|about|hours|can|maybe|week|but|after|next|would|want|not)\b", re.I)
_MENDED = 5
"""Letters from which one wrong letter is mended, towards a word that has one more at least."""
_UNMENDED = {*_T["marks"], *_T["ordinals"]}
"""Too near to too many other words ("ottende", "sætte")."""


@lru_cache(maxsize=4096)
def _plain_word(word: str, with_days: bool) -> str:
    folded = fold(word).replace("aa", "a").replace("oe", "o")
    known = _NUMBERS | (_DAYS | _ORDINALS if with_days else {})
    if folded in known:
        return known[folded]
    for ending in ("eren", "ere", "eren", "en", "s"):
        stem = folded.removesuffix(ending)
        if stem != folded and stem + ("er" if ending.startswith("er") else "") in _T["marks"]:
            return _NUMBERS[stem + ("er" if ending.startswith("er") else "")]
    if len(folded) < _MENDED or folded in _T["not_misspelt"]:
        return folded
    near = [name for name in (*known, *_T["also_mended"]) if len(name) > _MENDED and name not in _UNMENDED]
    best = extractOne(folded, near, scorer=OSA.distance, score_cutoff=1)
    return known.get(best[0], best[0]) if best and folded[0] == best[0][0] else folded


def _compound(word: str) -> int:
    """What "femogtyve" or "twenty-five" is: the tens stand at one end, the ones at the other."""
    tens = next(name for name in _TENS if word.endswith(name) or (word.startswith(name) and name in _T["english_tens"]))
    ones = [n for n in _ONES if (word.endswith(n) if tens in _T["english_tens"] else word.startswith(n))]
    return int(_TENS[tens] + _ONES[ones[0]])


def _plain(text: str, with_days: bool = False) -> _Plain:
    written = text[:_LONGEST].strip()
    english = len(_LANGUAGE.findall(written)) > 0
    pieces, starts, ends = [], [], []
    for found in _PIECE.finditer(written):
        kind, piece = found.lastgroup, found.group()
        if kind == "compound":
            plain = str(_compound(piece.lower()))
        elif kind == "short" and with_days:
            plain = _T["weekdays"][_T["short_days"][piece.lower()]][0]
        elif kind in ("word", "short"):
            plain = "to" if english and piece.lower() == "to" else _plain_word(piece, with_days)
        elif piece == "½":
            plain = ".5" if pieces and pieces[-1].isdigit() else "0.5"
        elif piece in "–—−":
            plain = "-"
        else:
            plain = " " if piece.isspace() and "\n" not in piece else fold(piece)
        if (
            pieces
            and pieces[-1][-1].isdigit() != plain[0].isdigit()
            and pieces[-1][-1].isalnum()
            and plain[0].isalnum()
        ):
            plain = " " + plain  # "20t", "3x4", "uge50"
        pieces.append(plain)
        starts += [found.start()] * len(plain)
        ends += [found.end()] * len(plain)
    return _Plain("".join(pieces), written, tuple(starts), tuple(ends))


# --- What is somebody's own, and holds now --------------------------------------------------------------------------

_N = r"(?<![\w#])(?<!\d[.,])\d{1,3}(?:[.,]\d{1,2})?(?![\w])"
_CLOCK = re.compile(_word("clock").removesuffix(r"(?!\w)"))
_UNITS = re.compile(rf"{_N}(?: ?(?:-|til|to|eller) ?{_N})? ?(?:{_join(_T['adjectives'])} )?{_join(_T['other_units'])}")
_SPANS = re.compile(rf"{_N}(?: ?(?:-|til|to|eller) ?{_N})? ?(?:{_join(_T['hour_units'])}|{_join(_T['day_units'])})\b")
_NUMBERED = re.compile(
    r"\b(?:nummer|nr\.?|uge|week|side|stue|lokale) ?\d+|§ ?\d+|\d+\. ?(?:gang|dag|uge|klasse|time|sal|[a-hj-z])\b"
)
_PAST_WORDS = rf"(?<!som )(?<!same as )\b(?:{_join(_T['past'])})(?!\w)"
_PAST = re.compile(_PAST_WORDS)
_EARLIER = re.compile(_word("earlier").removesuffix(r"(?!\w)"))
_OTHERS = re.compile(_word("others"))
_NOW = re.compile(_word("now"))
_CUT = re.compile(
    rf"[.!?;:,](?!\d)|\n|\b(?:men|but|sa)\b|\b(?=(?:{_join(_T['now'])}|{_PAST_WORDS}|i morges|this morning)\b)"
)
_CORRECTION = re.compile(rf"\b(?:{_join(_T['correction'])})\b(?:[ ,.:]+(?!\d|ikke|not)\w+){{0,3}}[ ,.:]+(?=\d)")


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: "#" * len(found.group()), text)


def _own(text: str, not_own: tuple[re.Pattern[str], ...]) -> str:
    """`text` without the figures of the clauses that `not_own` is found in."""
    cuts = [0, *(found.start() for found in _CUT.finditer(text)), len(text)]
    parts = [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
    for i, part in enumerate(parts):
        if not any(pattern.search(part) for pattern in not_own):
            continue
        if not any(c.isdigit() for c in part) and i and part[:1].isalpha() and not _NOW.match(parts[i - 1]):
            i -= 1  # "en sekser i går": the time stands behind the figure.
        parts[i] = re.sub(r"\d", "#", parts[i])
    return "".join(parts)


def _readings(text: str, *not_own: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    """What to read, best first: the person's own figures before others', what a correction says before the rest."""
    for patterns in not_own:
        own = _own(text, patterns)
        corrected = list(_CORRECTION.finditer(own))
        if corrected:
            yield own[corrected[-1].end() :]
        yield own


def _value(figure: str) -> float:
    return float(figure.replace(",", "."))


# --- Marks ----------------------------------------------------------------------------------------------------------

_RANGE = rf"(?P<low>{_N})(?:(?: ?(?:-|/|til|to|og|eller|elle|el|or|maske|maybe) ?| )(?P<high>{_N}))?"
_SCALE_WORDS = re.compile(rf"(?:\W|jeg|er|i dag|lige nu|i am|i'm|im)*\b({'|'.join(_T['scale_words'])})\b")
_OF_TEN = re.compile(rf"(?P<low>{_N}) ?{_T['out_of_ten']}")
_PERCENT = re.compile(r"(?<!\d)(\d{1,3}) ?(?:%|procent|pct|percent)")
_SAID = re.compile(rf"\b(?:{_join(_T['mark_said'])}) (?:(?:en|et|a|som|det|til|bare|nok|vi|jeg) )*{_RANGE}(?!\w)")
_AT_START = re.compile(rf"\W*(?:(?!\d)[^\W\d]+\W+){{0,2}}?{_RANGE}")
_ONE_AT_START = re.compile(r"\W*(?:en|et|one)\W*(?:$|[.,!\n])")
_BELOW = re.compile(r"\W*(?:minus |-)\d")
_NOT_MARK = re.compile(
    rf"\b(?:fra |from )?0 ?(?:-|til|to) ?10\b|\b(?:ikke|not|under|over|than) {_N}(?! ?(?:-|til|to) ?10\\b)|{_join(_T['asks'])}"
)
_DOTTED_CLOCK = re.compile(r"\b\d{1,2}\.[0-5]\d\b")
_A_MARK = re.compile(rf"{_RANGE}(?=\W*$|\W*[.,!?;:\n)]|'|[ ]+(?:{_join(_T['after_mark'])})\b)")


def scale(text: str) -> int | None:
    """The mark from 0 to 10 in an answer to "from 0 to 10, how …?"; None where there is none.

    Between two marks ("4-5", "7,5") the lower one counts: never more than the person said. With several marks the one
    for now counts, then a corrected one, then one that is said to be it ("skriv 6"), then the first word of the answer,
    then the last mark. A figure over 10 is none, unless it is said to be out of ten.
    """
    plain = _plain(text).text
    if found := _SCALE_WORDS.match(plain):
        return int(_T["scale_words"][found.group(1)])
    if _ONE_AT_START.match(plain):
        return 1
    if _BELOW.match(plain):
        return 0
    plain = _blank(_NUMBERED, _blank(_DOTTED_CLOCK, _blank(_CLOCK, plain)))
    for own in _readings(plain, (_PAST, _EARLIER, _OTHERS), (_PAST,)):
        for pattern in (_OF_TEN, _PERCENT):
            if marks := pattern.findall(own):
                return min(HIGHEST, math.floor(_value(marks[-1]) / (HIGHEST if pattern is _PERCENT else 1)))
        own = _blank(_NOT_MARK, _blank(_SPANS, _blank(_UNITS, own)))
        for found in (
            *[*_SAID.finditer(own)][::-1],
            *[found for found in [_AT_START.match(own)] if found],
            *[*_A_MARK.finditer(own)][::-1],
        ):
            mark = min(_value(found[end]) for end in ("low", "high") if found[end])
            if mark <= HIGHEST:
                return math.floor(mark)
    return None


# --- Hours ----------------------------------------------------------------------------------------------------------

_HOUR = rf"(?:{_join(_T['hour_units'])})\b"
_HALF = re.compile(rf"({_N}) (?:og )?(?:en|et|a|and a) (?:halv|half)t?\b")
_HALF_ALONE = re.compile(rf"\b(?:en |et |a )?(?:halv|half)(?: an?)? (?={_HOUR})")
_ONE_HOUR = re.compile(rf"\b(?:en|et|one|an) (?={_HOUR})")
_COUPLE = re.compile(r"\b(?:et par|a couple of|a couple)\b")
_PARTS = [
    (re.compile(rf"\b(?:{pattern})(?!\w)"), FULL_TIME * part) for pattern, part in _T["parts_of_full_time"].items()
]
_DATE = re.compile(rf"\b\d{{1,2}}\. (?:{'|'.join(_MONTHS)})\b|" r"\b(?:den|d\.?|the) ?\d{1,2}\b\.?|\b\d{1,2}/\d{1,2}\b")
_AMOUNT = rf"(?P<low>{_N})(?: ?{_HOUR})?(?:(?: ?(?:-|/|til|to|og|eller|elle|or|max|maks) ?| )(?P<high>{_N}))?"
_AN_AMOUNT = re.compile(_AMOUNT)
_DAY_UNIT = rf"(?:{_join(_T['day_units'])})\b"
_DAYS_A_WEEK = re.compile(rf"(?<![\w,.])(\d)(?:-\d)? {_DAY_UNIT}")
_EACH = re.compile(rf"{_AMOUNT} ?(?:{_HOUR})?.{{0,12}}?\b(?:{_join(_T['each_day'])})\b")
_HOURS_DAYS = re.compile(
    rf"{_AMOUNT} ?{_HOUR}(?:,? ?(?:i )?(?P<days>\d) {_DAY_UNIT}| ?(?:x|\*|×|gange) ?(?P<times>\d)\b)"
)
_FROM_TO = re.compile(
    rf"\b(?:fra |from )?(?:kl|klokken)\b\.? ?(\d{{1,2}}) ?(?:-|til|to) ?(?:kl\.? ?)?(\d{{1,2}})\b"
    rf"|\bfra (\d{{1,2}}) til (\d{{1,2}})\b(?=,? (?:\d {_DAY_UNIT}|hver dag))"
)
_AGE = re.compile(rf"\b(?:jeg er|i am|i'm|im) \d\d\b(?! ?{_HOUR})")
_DAYS_HOURS = re.compile(
    rf"(?P<days>\d) ?(?:{_DAY_UNIT}|x|\*|×)(?: (?:om ugen|a week|per week))? ?,? ?(?:(?:med|a|pa|af|of|with|hver|x|\*) )*{_AMOUNT}"
)
_WEEKDAY_NAME = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})\b")
_EVERY_DAY = re.compile(_word("every_day"))
_SHARED = re.compile(rf"\b(?:{_join(_T['shared'])}) .{{0,8}}?\d(?: {_DAY_UNIT})?|\b(?:over|pa) \d {_DAY_UNIT}")
_AT_MOST = re.compile(rf"\b(?:{_join(_T['at_most'])})\W+(?:\w+ )?{_AMOUNT}")
_AT_LEAST = re.compile(rf"\b(?:{_join(_T['at_least'])})\W+{_AMOUNT}")
_NO_MORE = re.compile(rf"(?:\bikke |\bnot )?{_N} ?(?:{_HOUR})? ?\b(?:{_join(_T['no_more'])})\b|\b(?:ikke|not) {_N}")


def hours(text: str) -> Hours | None:
    """Hours a week in an answer to "how many hours a week …?"; None where there are none, or more than 60.

    Hours a day are multiplied with the days that are said, else with five. Several figures that hold ("15, maybe 20 in
    summer") are the ends of a span; a full week is 37 hours, half of it 18.5.
    """
    plain = _plain(text).text
    for pattern, week in _PARTS:
        plain = pattern.sub(f" {week:g} ", plain)
    plain = _COUPLE.sub("2", plain)
    plain = _FROM_TO.sub(_between, plain)
    plain = _HALF.sub(lambda found: f"{_value(found[1]) + 0.5:g}", plain)
    plain = _HALF_ALONE.sub("0.5 ", plain)
    plain = _ONE_HOUR.sub("1 ", plain)
    plain = _blank(_AGE, _blank(_NUMBERED, _blank(_DATE, _blank(_CLOCK, plain))))
    for own in _readings(plain, (_PAST, _EARLIER, _OTHERS), (_PAST, _EARLIER)):
        if found := _week(own):
            return found
    return None


def _between(found: re.Match[str]) -> str:
    """ "From 8 to 12" as hours a day."""
    start, end = (int(hour) for hour in found.groups() if hour)
    return f" {end - start} timer om dagen " if end > start else found.group()


def _week(own: str) -> Hours | None:
    """The hours a week in `own`, where only figures that hold are left."""
    own = _blank(_SHARED, own)
    most = _AT_MOST.search(own)
    each = _EACH.search(own)
    days = _days_a_week(own, each) if each else 0
    if not each and (each := _HOURS_DAYS.search(own) or _DAYS_HOURS.search(own)):
        days = int(each["days"] or each["times"]) if "times" in each.groupdict() else int(each["days"])
        if _value(each["low"]) > LONGEST_DAY:
            days = 0  # "20 timer, 4 dage" are the hours of a week.
    if each and days:
        span = _span([_value(each[key]) * days for key in ("low", "high") if each[key]])
        return Hours(0, span.high) if span and re.search(rf"\b(?:{_join(_T['at_most'])})\W", own) else span
    own = _blank(_UNITS, _blank(_DAYS_A_WEEK, own if most else _blank(_NO_MORE, own)))
    values = [_value(found[k]) for found in _AN_AMOUNT.finditer(own) for k in ("low", "high") if found[k]]
    if most and values:
        before = [_value(found["low"]) for found in _AN_AMOUNT.finditer(own[: most.start()])]
        return _span([*(before or [0]), _value(most["high"] or most["low"])])
    if _AT_LEAST.search(own) and values:
        return _span([values[0], max(FULL_TIME, values[0])])
    return _span(values)


def _days_a_week(own: str, each: re.Match[str]) -> int:
    """On how many days: said as a figure, as "every day", or by their names; else all working days."""
    said = _DAYS_A_WEEK.search(own[: each.start()] + "#" + own[each.end() :]) or _DAYS_A_WEEK.search(own)
    if said:
        return int(said.group(1))
    named = 0 if _EVERY_DAY.search(own) else len(set(_WEEKDAY_NAME.findall(own)))
    return named or WORKING_DAYS


def _span(values: list[float]) -> Hours | None:
    values = [value for value in values if value <= MOST_HOURS]
    return Hours(min(values), max(values)) if values else None


# --- Days -----------------------------------------------------------------------------------------------------------

_W = rf"(?P<weekday>{'|'.join(names[0] for names in _T['weekdays'])})\b"
_M = rf"(?P<month>{'|'.join(names[0] for names in _T['months'])}|jul|may)"
_NEXT = rf"(?:{_T['next']})"
_UNIT = r"(?P<unit>dage?|days?|dages|dogn|uger?|uges|weeks?|maned\w*|months?|ar|years?)(?: ?tid)?\b"
_COUNT = r"(?P<count>\d{1,3}|en|et|a|one|et par|a couple of|et halvt|half a|1.5)"
_DAY_NUMBER = r"(?P<day>\d{1,2}|(?<=den )anden|(?<=d )anden|second)"
_Read = Callable[[re.Match[str], date], date | None]


def _next_weekday(today: date, weekday: int) -> date:
    """The first such weekday after `today`."""
    return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)


def _monday(today: date, weeks: int) -> date:
    return today + timedelta(7 * weeks - today.weekday())


def _ahead(today: date, year: int, month: int, day_number: int) -> date | None:
    """That day in `year`, or a year later where it is over; None where there is no such day."""
    try:
        found = date(year, month, day_number)
        return found if found >= today else date(year + 1, month, day_number)
    except ValueError:
        return None


def _in_month(found: re.Match[str], today: date) -> date | None:
    name = found["month"]
    month = int(name) if name.isdigit() else {"jul": 7, "may": 5}.get(name) or _MONTHS[name]
    number = 2 if found["day"] in ("anden", "second") else int(found["day"])
    if not found["year"]:
        return _ahead(today, today.year, month, number)
    try:
        return date(2000 + int(found["year"]) % 100, month, number)
    except ValueError:
        return None


def _iso(found: re.Match[str], today: date) -> date | None:
    try:
        return date.fromisoformat(found.group())
    except ValueError:
        return None


def _numbered(found: re.Match[str], today: date) -> date | None:
    """The next day with that number: this month, or a later one that has it."""
    number = 2 if found["day"] in ("anden", "second") else int(found["day"])
    months = (today.replace(day=1) + relativedelta(months=i) for i in range(int(bool(found["later"])), 4))
    days = (_ahead(date.min, m.year, m.month, number) for m in months)
    return next((d for d in days if d and d >= today), None)


def _count(found: re.Match[str], today: date) -> date | None:
    count = {"et par": 2.0, "a couple of": 2.0, "et halvt": 0.5, "half a": 0.5}.get(found["count"])
    count = count or (_value(found["count"]) if found["count"][0].isdigit() else 1.0)
    unit = found["unit"]
    if unit.startswith(("dag", "day", "dog")):
        return today + timedelta(round(count))
    if unit.startswith(("u", "w")):
        return today + timedelta(round(7 * count))
    return today + relativedelta(months=round(count * (12 if unit.startswith(("ar", "y")) else 1)))


def _of_week(found: re.Match[str], today: date) -> date:
    """A week: its Monday, or the weekday or part of it that is said."""
    weekday = found["weekday"] or found["weekday2"]
    part = 2 if found["middle"] else 4 if found["late"] else 0
    return _monday(today, 1) + timedelta(_WEEKDAYS[weekday] if weekday else part)


def _week_number(found: re.Match[str], today: date) -> date | None:
    weekday = _WEEKDAYS.get(found["weekday"] or found["weekday2"] or "", 0)
    for year in (today.isocalendar().year, today.isocalendar().year + 1):
        try:
            day_found = date.fromisocalendar(year, int(found["week"]), weekday + 1)
        except ValueError:
            continue
        if day_found + timedelta(6 - weekday) >= today:
            return max(day_found, today)
    return None


def _weekday(found: re.Match[str], today: date) -> date:
    weekday = _WEEKDAYS[found["weekday"]]
    if found["next"]:
        return _monday(today, 1) + timedelta(weekday)
    weeks = 2 if found["fortnight"] else 1 if found["eight"] else 0
    return _next_weekday(today, weekday) + timedelta(7 * weeks)


def _holiday(name: str, today: date) -> date | None:
    on = next(on for pattern, on in _T["holidays"].items() if re.fullmatch(pattern, name))
    if isinstance(on, str):
        return _ahead(today, today.year, *map(int, on.split("-")))
    days = (easter(year) + timedelta(on) for year in (today.year, today.year + 1))
    return next(d for d in days if d >= today)


def _is_workday(on: date) -> bool:
    """Whether `on` is no weekend and no Danish public holiday."""
    moving = {easter(on.year) + timedelta(days) for days in (-3, -2, 1, 39, 50)}
    return on.weekday() < WORKING_DAYS and (on.month, on.day) not in ((1, 1), (12, 25), (12, 26)) and on not in moving


def _first_after(found: re.Match[str], today: date) -> date | None:
    """The first workday or weekday after a holiday, or in a month."""
    if found["month"]:
        start = _ahead(today.replace(day=1), today.year, _MONTHS.get(found["month"], 5), 1)
    elif found["holiday"]:
        start = _holiday(found["holiday"], today)
        start = start and start + timedelta(1)
        if start and re.match("jul|christmas|xmas", found["holiday"]):
            start += timedelta(2)
    else:
        start = today.replace(day=1) + relativedelta(months=1)
    while start and (
        start < today
        or not (_is_workday(start) if not found["weekday"] else start.weekday() == _WEEKDAYS[found["weekday"]])
    ):
        start += timedelta(1)
    return start


def _end_of_month(found: re.Match[str], today: date) -> date:
    return today + relativedelta(day=31, months=1 if found["next"] else 0)


_HOLIDAY = rf"(?P<holiday>{'|'.join(_T['holidays'])})\b"
_RULES: tuple[tuple[str, _Read], ...] = (
    (r"\b\d{4}-\d\d-\d\d\b", _iso),
    (
        rf"\b(?:1\.?|1st|forste) (?:(?:hverdag|arbejdsdag|workday|working day)|{_W}) (?:efter|i|in|after|of) (?:{_HOLIDAY}|{_M}|{_NEXT} maned|next month)",
        _first_after,
    ),
    (rf"\b{_DAY_NUMBER}(?: ?(?:st|nd|rd|th))?\.? ?(?:of )?{_M}\b(?:,? (?P<year>20\d\d))?", _in_month),
    (rf"\b{_M} (?:the |den )?{_DAY_NUMBER}(?: ?(?:st|nd|rd|th))?\b(?:,? (?P<year>20\d\d))?", _in_month),
    (
        r"(?<![\d/])(?P<day>\d{1,2})(?:\.? ?/ ?|\.|-|\.? i )(?P<month>1[012]|0?[1-9])(?!\d|:|%)(?! ?(?:dage?|uger?|days|weeks|maned))(?:[/.-](?P<year>\d{2}(?:\d\d)?))?(?!/)",
        _in_month,
    ),
    (
        rf"(?<!\bi )\b(?:den|d\.?|the) ?{_DAY_NUMBER}(?: ?(?:st|nd|rd|th))?\b\.?(?! ?(?:dag|uge|time|gang))(?P<later>(?: i)? (?:{_NEXT} maned|next month))?",
        _numbered,
    ),
    (r"\A(?P<later>)(?P<day>\d{1,2})(?:\.| ?(?:st|nd|rd|th)\b)\Z", _numbered),
    (
        r"\b(?:i )?(?:(?P<weekday>\w+dag) )?(?:i )?(?:uge|week) (?P<week>\d{1,2})\b(?: (?:pa )?(?P<weekday2>\w+dag)\b)?",
        _week_number,
    ),
    (
        rf"(?:(?P<middle>midt|mid\w*)|(?P<late>sidst|slut\w*|end))?(?: ?(?:i|pa|in|af|of))?(?: ?{_W}(?:,? i)?)? ?\b(?:{_NEXT}) (?:uge|week)(?: (?:pa )?(?P<weekday2>\w+dag)\b)?",
        _of_week,
    ),
    (rf"\b(?:{_T['end_of']}) (?P<next>{_NEXT} )?(?:maned\w*|month)", _end_of_month),
    (
        rf"\b{_W},? (?:{_T['following']})",
        lambda found, today: _next_weekday(today, _WEEKDAYS[found["weekday"]]) + timedelta(7),
    ),
    (
        rf"\b(?P<next>{_NEXT} )?{_W}(?: om)?(?:(?P<fortnight>,? (?:14 dage|2 uger|2 weeks))|(?P<eight>,? (?:8 dage|en uge|1 uge)))?",
        _weekday,
    ),
    (
        rf"\b(?:(?P<over>{_T['after_tomorrow']})|{_T['tomorrow']})\b",
        lambda found, today: today + timedelta(2 if found["over"] else 1),
    ),
    (
        rf"\b(?:om|in|inden for|within) (?:ca\.? |cirka |omkring |about |en (?=\d))?{_COUNT}(?:(?:-| til | eller | to | or | )\d+)? {_UNIT}",
        _count,
    ),
    (
        rf"\A\W*(?!e[nt] dag|one day|a day)(?:(?!\d)\w+ (?!e[nt] dag))?{_COUNT}(?:(?:-| til | eller | )\d+)? ?{_UNIT}",
        _count,
    ),
    (rf"\b(?:after|efter) (?:the )?{_T['weekend']}\b", lambda found, today: _next_weekday(today, 0)),
    (rf"\b{_T['weekend']}\b", lambda found, today: _next_weekday(today, 5)),
    (rf"(?<!efter )(?<!after )\b{_HOLIDAY}", lambda found, today: _holiday(found["holiday"], today)),
    (rf"\b(?:{_T['today']})\b", lambda found, today: today),
)
_PATTERNS = [(re.compile(pattern), read) for pattern, read in _RULES]
_CORRECTED_DAY = re.compile(r"\b(?:nej|undskyld|rettelse|hellere|jeg mener|mener jeg|sorry|i mean|actually|rather)\b")
_NOT_DAY = re.compile(rf"\b(?:ikke|not|undtagen) (?:pa |on |i )?(?:{_NEXT} )?{_W}|\b(?:sidste|forrige|last) \w+dag\b")
_VAGUE = re.compile(
    rf"(?:\b(?:{_join(_T['vague'])})(?!\w)|\b(?:{_T['vague_from']}) [^\W\d]|\b(?:(?:{_T['part']}) )?(?:i|til|in|by|of) {_M}\b|\b(?:efter|after|mellem) {_HOLIDAY})[^.,;!?\n]*"
)


def day(text: str, today: date) -> Day | None:
    """The day in an answer to "when …?", counted from `today` (Danish time); None where no time is named.

    A weekday is the next one after today; "næste fredag" is the Friday of the next calendar week (the word means both
    that and the coming one; who means the coming one says "på fredag"); "mandag otte dage" is a week after the next
    Monday. A week is its Monday, a weekend its Saturday, "inden X" is X. A day without a year that is over this year is
    next year's. With a correction the corrected day counts, else an exact date before a weekday before a span. "Efter
    jul", "når jeg har fået løn" are `vague`: the person's words, no date.
    """
    plain = _plain(text, with_days=True)
    left = _blank(_NOT_DAY, _blank(_PAST, _blank(_CLOCK, plain.text)))
    corrected = list(_CORRECTED_DAY.finditer(left))
    for start in ([corrected[-1].end()] if corrected else []) + [0]:
        for pattern, read in _PATTERNS:
            for found in pattern.finditer(left[start:]):
                if on := read(found, today):
                    return Day(on, None)
    if found := _VAGUE.search(left):
        return Day(None, plain.said(found.start(), found.end()))
    return None
