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
from itertools import pairwise
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
_ENGLISH = re.compile(
    r"\b(?:the|is|it|my|i'm|if|about|hours|can|maybe|week|but|after|next|would|want|not|guess|ten|fifteen)\b", re.I
)
_GLUED = re.compile(r"\d[^\W\d]|[^\W\d]\d")
_MENDED = 5
"""Letters from which one wrong letter is mended, towards a word that has one more at least."""
_UNMENDED = {*_T["marks"], *_T["ordinals"]}
"""Too near to too many other words ("ottende", "sætte")."""


_KNOWN = {False: _NUMBERS, True: _NUMBERS | _DAYS | _ORDINALS}
_NEAR = {
    with_days: [w for w in (*known, *_T["also_mended"]) if len(w) > _MENDED and w not in _UNMENDED]
    for with_days, known in _KNOWN.items()
}


@lru_cache(maxsize=4096)
def _plain_word(word: str, with_days: bool) -> str:
    """`word` in one spelling; as a figure where it is a number, and a day or month by its Danish name (`with_days`)."""
    folded = fold(word).replace("aa", "a").replace("oe", "o")
    known = _KNOWN[with_days]
    if folded in known:
        return known[folded]
    for ending in ("en", "e", "s"):  # "syveren", "ottere", "syvtals"
        if folded.removesuffix(ending) in _T["marks"]:
            return known[folded.removesuffix(ending)]
    if len(folded) < _MENDED or folded in _T["not_misspelt"]:
        return folded
    best = extractOne(folded, _NEAR[with_days], scorer=OSA.distance, score_cutoff=1)
    return known.get(best[0], best[0]) if best and folded[0] == best[0][0] else folded


def _compound(word: str) -> int:
    """What "femogtyve" or "twenty-five" is: the tens stand at one end, the ones at the other."""
    tens = next(name for name in _TENS if word.endswith(name) or (word.startswith(name) and name in _T["english_tens"]))
    ones = [n for n in _ONES if (word.endswith(n) if tens in _T["english_tens"] else word.startswith(n))]
    return int(_TENS[tens] + _ONES[ones[0]])


def _plain(text: str, with_days: bool = False) -> _Plain:
    """`text` in plain words and figures; weekdays, months and "den tredje" too where `with_days`."""
    written = text[:_LONGEST].strip()
    english = bool(_ENGLISH.search(written))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
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
        if _GLUED.fullmatch(f"{pieces[-1][-1:] if pieces else ''}{plain[:1]}"):
            plain = " " + plain  # "20t", "3x4", "uge50"
        pieces.append(plain)
        starts += [found.start()] * len(plain)
        ends += [found.end()] * len(plain)
    return _Plain("".join(pieces), written, tuple(starts), tuple(ends))


_GROUPS = {
    "weekday": rf"(?P<weekday>{'|'.join(names[0] for names in _T['weekdays'])})\b",
    "month": rf"(?P<month>{'|'.join(names[0] for names in _T['months'])}|jul|may)",
    "holiday": rf"(?P<holiday>{'|'.join(_T['holidays'])})\b",
    "weekday_name": "|".join(_WEEKDAYS),
    "month_name": "|".join(_MONTHS),
    "scale_word": "|".join(_T["scale_words"]),
}
_PIECES: dict[str, str] = _T["words"] | _T["pieces"] | _GROUPS


def _expand(pattern: str) -> str:
    """A pattern of the table in full: names after "@" replaced, and lines joined."""
    return re.sub(r"@(\w+)", lambda found: _expand(_PIECES[found[1]]), pattern.replace("\n", ""))


_P = {name: re.compile(_expand(pattern)) for name, pattern in _T["patterns"].items()}
_PARTS = [(re.compile(rf"\b(?:{words})(?!\w)"), FULL_TIME * part) for words, part in _T["parts_of_full_time"].items()]

# --- What is somebody's own, and holds now --------------------------------------------------------------------------


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: "#" * len(found.group()), text)


def _own(text: str, not_own: tuple[re.Pattern[str], ...]) -> str:
    """`text` without the figures of the clauses that `not_own` is found in."""
    cuts = [0, *(found.start() for found in _P["cut"].finditer(text)), len(text)]
    parts = [text[a:b] for a, b in pairwise(cuts)]
    for i, part in enumerate(parts):
        if not any(pattern.search(part) for pattern in not_own):
            continue
        if not any(c.isdigit() for c in part) and i and part[:1].isalpha() and not _P["now"].match(parts[i - 1]):
            i -= 1  # "en sekser i går": the time stands behind the figure.
        parts[i] = re.sub(r"\d", "#", parts[i])
    return "".join(parts)


def _readings(text: str, *not_own: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    """What to read, best first: the person's own figures before others', what a correction says before the rest."""
    for patterns in not_own:
        own = _own(text, patterns)
        corrected = list(_P["correction"].finditer(own))
        if corrected:
            yield own[corrected[-1].end() :]
        yield own


def _value(figure: str) -> float:
    return float(figure.replace(",", "."))


# --- Marks ----------------------------------------------------------------------------------------------------------


def scale(text: str) -> int | None:
    """The mark from 0 to 10 in an answer to "from 0 to 10, how …?"; None where there is none.

    Between two marks ("4-5", "7,5") the lower one counts: never more than the person said. With several marks the one
    for now counts, then a corrected one, then one that is said to be it ("skriv 6"), then the first word of the answer,
    then the last mark. A figure over 10 is none, unless it is said to be out of ten.
    """
    plain = _plain(text).text
    if found := _P["scale_word"].match(plain):
        return int(_T["scale_words"][found.group(1)])
    if _P["one_at_start"].match(plain):
        return 1
    if _P["below"].match(plain):
        return 0
    plain = _blank(_P["numbered"], _blank(_P["dotted_clock"], _blank(_P["clock"], plain)))
    for own in _readings(plain, (_P["past"], _P["earlier"], _P["others"]), (_P["past"],)):
        for pattern in (_P["of_ten"], _P["percent"]):
            if marks := pattern.findall(own):
                return min(HIGHEST, math.floor(_value(marks[-1]) / (HIGHEST if pattern is _P["percent"] else 1)))
        own = _blank(_P["not_mark"], _blank(_P["spans"], _blank(_P["units"], own)))
        for found in (
            *[*_P["said"].finditer(own)][::-1],
            *[found for found in [_P["at_start"].match(own)] if found],
            *[*_P["mark"].finditer(own)][::-1],
        ):
            mark = min(_value(found[end]) for end in ("low", "high") if found[end])
            if mark <= HIGHEST:
                return math.floor(mark)
    return None


# --- Hours ----------------------------------------------------------------------------------------------------------


def hours(text: str) -> Hours | None:
    """Hours a week in an answer to "how many hours a week …?"; None where there are none, or more than 60.

    Hours a day are multiplied with the days that are said, else with five; hours of named days are added. Figures that
    are joined ("15-20", "15, maybe 20 in summer") are the ends of a span; else the last one counts, for people correct
    themselves and tell first what was, what others want and what the contract says. "At most 20" is 0 to 20, "at least
    20" is 20 to a full week. A full week is 37 hours, half of it 18.5.
    """
    plain = _plain(text).text
    for pattern, week in _PARTS:
        plain = pattern.sub(f"{week:g}", plain)
    plain = _P["comma"].sub(",", plain)
    plain = _P["couple"].sub("2", plain)
    plain = _P["from_to"].sub(_between, plain)
    plain = _P["half"].sub(lambda found: f"{_value(found['whole']) + 0.5:g}", plain)
    plain = _P["half_alone"].sub("0.5 ", plain)
    plain = _P["one_hour"].sub("1 ", plain)
    for other in ("money", "age", "numbered", "date", "clock", "shared", "has_things"):
        plain = _blank(_P[other], plain)
    never = (_P["past"], _P["earlier"], _P["worked"], _P["others"], _P["others_alone"], _P["not_work"])
    own = _own(plain, (*never, _P["doubtful"]))
    found = _week(_blank(_P["other_things"], own))
    if found or _P["refusal"].search(plain):
        return found
    return _week(_own(plain, never))


def _between(found: re.Match[str]) -> str:
    """ "From 8 to 12" as hours a day."""
    start, end = (int(hour) for hour in found.groups() if hour)
    return f" {end - start} timer om dagen " if end > start else found.group()


def _week(own: str) -> Hours | None:
    """The hours a week in `own`, where only figures that hold are left."""
    own = _P["too_much"].sub(r"max \g<low>", own)
    own = _P["days_hours"].sub(_times_days, _P["hours_days"].sub(_times_days, _each_day(own)))
    own = _blank(_P["units"], _blank(_P["days_a_week"], _blank(_P["no_more"], own)))
    week: Hours | None = None
    end, began, unit = 0, False, False
    for found in _P["amount"].finditer(own):
        values = [_value(found[key]) for key in ("low", "high") if found[key]]
        if max(values) > MOST_HOURS:
            continue
        if _P["falling"].search(found.group()) and values[0] > values[-1]:
            values = values[1:]  # "Ned fra 37 til 32".
        said = Hours(min(values), max(values))
        before, after = own[end : found.start()], own[found.end() :]
        clause = _P["stop"].split(before)[-1] + found.group() + _P["cut"].split(after, 1)[0]
        in_hours = bool(_P["in_hours"].search(found.group()) or _P["in_hours"].match(after))
        corrects = bool(_P["corrects"].search(before))
        end = found.end()
        if not week:
            began, unit = bool(_P["first_words"].match(before)), in_hours
        elif own.rfind("(", 0, found.start()) > own.rfind(")", 0, found.start()):
            continue  # It tells how the week adds up.
        if _P["least_before"].search(before) or _P["least_after"].match(after):
            week = Hours(said.low, max(FULL_TIME, said.high) if not week or week.low else max(week.high, said.low))
        elif any((_P["most_before"].search(before), _P["most_after"].match(after), _P["most_later"].match(after))):
            week = Hours(week.low if week and week.low < said.high else 0, said.high)
        elif not week:
            week = said
        elif said.high == week.high and not corrects:
            continue
        elif _P["joins"].search(clause) or (
            _P["joined"].fullmatch(before) and (week.low <= said.low or before.strip(" ,"))
        ):
            week = Hours(min(week.low, said.low), max(week.high, said.high))
        elif not began or corrects or _P["asserts"].search(clause) or in_hours > unit:
            week, began = said, False  # What the answer begins with stands until it is corrected.
    return week


def _a_week(found: re.Match[str], days: int) -> str:
    """Hours of a day as those of `days`, in a bracket: beside the hours of a week they only tell how it adds up."""
    values = [_value(found[key]) for key in ("low", "high") if found[key]]
    if not days or max(values) > LONGEST_DAY:
        return found.group()  # "20 timer, 4 dage" are the hours of a week.
    return f" ({'-'.join(f'{value * days:g}' for value in values)} timer) "


def _times_days(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return _a_week(found, int(groups["days"] or groups["times"]))


def _each_day(own: str) -> str:
    """`own` with the hours of days with a name, and of every day, as those of a week."""
    own = _P["day_range"].sub(_days_between, own)
    named = len(set(_P["weekday_name"].findall(own)))
    if not _P["in_all"].search(own):
        own = _P["named_days"].sub(_added, own)
    if not (each := _P["each"].search(own)):
        return own
    said = _P["days_a_week"].search(own[each.end() :]) or _P["days_a_week"].search(own)
    days = int(said.group(1)) if said else WORKING_DAYS if _P["every_day"].search(own) else named or WORKING_DAYS
    return _P["each"].sub(lambda found: _a_week(found, days), own)


def _days_between(found: re.Match[str]) -> str:
    """ "Mandag til torsdag" as all of those days."""
    first, last = _WEEKDAYS[found["first"]], _WEEKDAYS[found["last"]]
    return ", ".join(names[0] for names in _T["weekdays"][first : last + 1]) or found.group()


def _added(found: re.Match[str]) -> str:
    """The sum of "4 timer mandag og onsdag, 6 fredag" or "mandag 4, onsdag 6"."""
    parts = [p if p[0].isdigit() else "" for p in _P["figure_or_day"].findall(found.group())]
    if not parts[0]:
        parts.reverse()
    total, figure = 0.0, 0.0
    for part in parts:
        figure = _value(part) if part else figure
        if figure > LONGEST_DAY:
            return found.group()
        total += 0 if part else figure
    return f" ({total:g} timer) "


# --- Days -----------------------------------------------------------------------------------------------------------

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


def _after(found: re.Match[str], today: date) -> date | None:
    """The day after a holiday, that is not over, or after the next such weekday; Christmas ends with its second day."""
    if not found["holiday"]:
        return _next_weekday(today, _WEEKDAYS[found["weekday"]]) + timedelta(1)
    days = 3 if re.fullmatch("jul|julen|juledagene|christmas|xmas", found["holiday"]) else 1
    on = _holiday(found["holiday"], today - timedelta(days))
    return on and on + timedelta(days)


def _beside(found: re.Match[str], today: date) -> date | None:
    if not found["before"]:
        return _after(found, today)
    if found["holiday"]:
        on = _holiday(found["holiday"], today + timedelta(1))
        return on and on - timedelta(1)
    return _next_weekday(today, _WEEKDAYS[found["weekday"]]) - timedelta(1)


def _first_after(found: re.Match[str], today: date) -> date | None:
    """The first workday or weekday after a holiday, or in a month."""
    if found["month"]:
        start = _ahead(today.replace(day=1), today.year, _MONTHS.get(found["month"], 5), 1)
    elif found["holiday"]:
        start = _after(found, today)
    else:
        start = today.replace(day=1) + relativedelta(months=1)
    while start and (
        start < today
        or not (_is_workday(start) if not found["weekday"] else start.weekday() == _WEEKDAYS[found["weekday"]])
    ):
        start += timedelta(1)
    return start


def _weekday_in_weeks(found: re.Match[str], today: date) -> date | None:
    """ "In three weeks, on Monday": the weekday nearest to the day that many weeks ahead."""
    then = _count(found, today)
    return then and _next_weekday(then - timedelta(4), _WEEKDAYS[found["weekday"]])


def _end_of_month(found: re.Match[str], today: date) -> date:
    return today + relativedelta(day=31, months=1 if found["next"] else 0)


_READ: dict[str, _Read] = {
    "iso": _iso,
    "beside": _beside,
    "between": _after,
    "first_after": _first_after,
    "in_month": _in_month,
    "numbered": _numbered,
    "week_number": _week_number,
    "next_week": _of_week,
    "end_of_month": _end_of_month,
    "weekday_in_weeks": _weekday_in_weeks,
    "weekday_after": lambda found, today: _next_weekday(today, _WEEKDAYS[found["weekday"]]) + timedelta(7),
    "weekday": _weekday,
    "tomorrow": lambda found, today: today + timedelta(2 if found["over"] else 1),
    "counted": _count,
    "monday": lambda found, today: _next_weekday(today, 0),
    "saturday": lambda found, today: _next_weekday(today, 5),
    "holiday": lambda found, today: _holiday(found["holiday"], today),
    "today": lambda found, today: today,
}
_RULES = [(re.compile(_expand(pattern)), _READ[name]) for name, pattern in _T["days"]]


def day(text: str, today: date) -> Day | None:
    """The day in an answer to "when …?", counted from `today` (Danish time); None where no time is named.

    A weekday is the next one after today; "næste fredag" is the Friday of the next calendar week (the word means both
    that and the coming one; who means the coming one says "på fredag"); "mandag otte dage" is a week after the next
    Monday. A week is its Monday, a weekend its Saturday, "inden X" is X. A day without a year that is over this year is
    next year's. With a correction the corrected day counts, else an exact date before a weekday before a span. "Efter
    jul", "når jeg har fået løn" are `vague`: the person's words, no date.
    """
    plain = _plain(text, with_days=True)
    left = _blank(_P["not_day"], _blank(_P["past"], _blank(_P["clock"], plain.text)))
    corrected = list(_P["corrected_day"].finditer(left))
    for start in ([corrected[-1].end()] if corrected else []) + [0]:
        for pattern, read in _RULES:
            for found in pattern.finditer(left[start:]):
                if on := read(found, today):
                    return Day(on, None)
    if vague := _P["vague"].search(left):
        return Day(None, plain.said(vague.start(), vague.end()))
    return None
