"""CPR numbers in digits, and birth dates that are said to be birth dates.

Numbers given out since 2007 need not pass modulo 11, so the date is all that can be checked, as `stdnum.dk.cpr`
does. Here the day is not even checked against the month: a slip of the pen is still a CPR number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.redaction.context import Span, before, captured, digits_of
from nlu.redaction.view import MARKS, View
from nlu.redaction.words import tables

_CUE = re.compile(
    r"(?:cpr|personn|person[ -]nummer|personal id|social security|civil registration"
    r"|\bcp[ -]?nr)[^\d\ue000-\uf8ff]{0,25}$"
)
_NOT_IN_A_NUMBER = r"(?<!\d)(?<!\d[.,])"
_WHOLE = re.compile(
    rf"{_NOT_IN_A_NUMBER}(\d\d)([ .\-/]?)(\d\d)(?:\2|(?<=[./]\d\d)-)((?:19"
    rf"|20)?\d\d)([ .\-/_:,]{{0,3}})(\d\d[ .\-]?\d\d)(?!\d)(?![.,]\d)"
)
"""Day, month, year and four digits, with the same separator inside the date."""
_LOOSE = re.compile(rf"(?={_NOT_IN_A_NUMBER}(?<!\d[\-/])((?:\d[ .\-/_:,]{{0,2}}){{9}}\d)(?!\d)(?![.,\-/]\d))")
"""Any ten digits; overlapping, so that a number in front does not hide the one behind."""
_HIDDEN = re.compile(r"(?<!\d)(\d{6}[ \-]{0,3}\d{0,3}(?:[x*?_#]{1,4}|\.\.\.?))(?![x*\w])")
_LABELLED = re.compile(
    r"(?:\bcpr|personnummer|\bcivil registration)[\w\-]{0,8}\.?\s?(?:nr|nummer|number|no)?\.?"
    r"\s{0,2}[:=#]?\s{0,2}(?:er|is|på)?\s{0,2}[:=]?\s{0,2}(\d(?:[ .\-/_:,]{0,3}\d){5,9})(?!\d)"
)
_NEAR_LABEL = re.compile(
    r"(?:\bcpr|personnummer)[^\d\n\ue000-\uf8ff]{1,25}(\d{6} ?[\-./]? ?\d{1,5})(?!\d)(?!\s?(?:kr|timer))"
)
_LAST_FOUR = re.compile(
    r"\b(?:sidste|last)\s{1,2}(?:4|fire|four)\b\s{0,2}(?:cifre|tal|numre|digits|(?:i|på) mit cpr\w{0,10})?"
    r"\s{0,2}(?:er|is|are|så|:|=|,|-){0,2}\s{0,2}(\d(?:[ .]?\d){3})(?!\d)(?!\s?(?:timer|uger|dage|år|mdr|kr))"
)
_AFTER_BIRTH_DATE = re.compile(
    rf"{MARKS['birthdate']}(?:[ \-/]{{0,3}}|,? (?:og så|og|and|then|plus|-) (?!19|20))(\d{{4}})(?! ?\d)"
    r"(?!\s?(?:timer|uger|dage|år|kr))"
)
_FIRM_NUMBER = re.compile(
    r"\b(?:isbn|ean|gln|p-nummer|p nummer|produktionsnummer|cvr)[\w\-]{0,8}\W{0,3}(?:er |nr\.? ?)?$"
)
_LAST_BIRTH_YEAR = 2014
"""Nobody who writes here is younger; a date after it with four digits behind is a day and a time."""


def is_cpr_date(digits: str) -> bool:
    """Whether six digits can begin a CPR number: DDMMYY, with 60 added to the day in replacement numbers."""
    day, month = int(digits[:2]), int(digits[2:4])
    return (1 <= day <= 31 or 61 <= day <= 91) and 1 <= month <= 12


def cpr_numbers(view: View) -> Iterator[Span]:
    """CPR numbers: in one, in groups, glued to words, after "cpr", and the last four said on their own."""
    low = view.low
    for match in _WHOLE.finditer(low):
        day, separator, month, year, gap, serial = match.groups()
        cued = bool(_CUE.search(before(low, match.start())))
        if _FIRM_NUMBER.search(before(low, match.start())):
            continue
        if is_cpr_date(day + month) and (cued or not _is_appointment(separator, year, gap, serial)):
            yield "cpr", match.start(), match.end()
    for match in _LOOSE.finditer(low):
        if _FIRM_NUMBER.search(before(low, match.start())):
            continue
        gaps = set(re.findall(r"\D+", match.group(1)))
        even = len(gaps) <= 1 and not any("," in gap or ":" in gap for gap in gaps)
        if is_cpr_date(digits_of(match.group(1))) and (even or _CUE.search(before(low, match.start()))):
            yield "cpr", match.start(1), match.end(1)
    for match in _HIDDEN.finditer(low):
        if is_cpr_date(match.group(1)):
            yield "cpr", match.start(), match.end()
    yield from captured("cpr", (_LABELLED, _NEAR_LABEL, _LAST_FOUR, _AFTER_BIRTH_DATE), low)


def _is_appointment(separator: str, year: str, gap: str, serial: str) -> bool:
    """Whether a date and four digits are a day and a time ("14.02.2027 1430") rather than a CPR number."""
    if len(year) == 4:
        return int(year) > _LAST_BIRTH_YEAR
    hour, minute = int(digits_of(serial)[:2]), int(digits_of(serial)[2:])
    is_time = hour < 24 and minute < 60 and minute % 5 == 0
    return bool(separator.strip()) and gap.startswith((" ", ",")) and 20 <= int(year) <= 40 and is_time


_MONTH = "(?:" + "|".join(sorted(" ".join(tables()["spoken"]["months"]).split(), key=len, reverse=True)) + ")"
_DATE = (
    r"(?:\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\- ]\s?(?:\d{4}|\d\d)|\d{4}-\d\d-\d\d|\d\d \d\d (?:\d{4}|\d\d)|\d{6}|\d{8}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)?\s?(?:of |i )?{_MONTH}\b\.?,?(?:\s?(?:i )?(?:\d{{4}}|'?\d\d))?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
_BORN = re.compile(
    r"\b(?:født|foedt|f\.|f\b|(?:fødsels|foedsels)(?:dato|dag|dagen|datoen)|fdato|born|date of birth|d\.?o\.?b\.?"
    r"|birthday|birthdate)[\s:,=]{0,3}(?:(?:er|den|d\.|d|på|is|on|the|hun|han|jeg|blev|in|i"
    r"|i [^\W\d_]{2,20})\s{1,2}){0,3}"
    rf"({_DATE})(?!\d)(?!\s?(?:kl|kr|timer))"
)
_WAS_BORN = re.compile(
    rf"(?<!\d)({_DATE})\s{{1,2}}(?:(?:er|blev|var|is|was)\s{{1,2}})?(?:(?:jeg|hun|han|vi|my|the)\s{{1,2}})?"
    r"(?:født|foedt|born|birthday|fødselsdag)\b"
)


_WITH_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}}\.?[ \-]?{_MONTH}\.?[ \-]?(?:19)?\d\d ?- ?\d{{4}})(?!\d)")
_MISREAD = re.compile(r"(?<![^\W_])((?=(?:[^\W_\-]{0,10}\d){2})[\doil]{6}-[\doil]{4})(?![^\W_])")
_LOOK_ALIKE = str.maketrans("oil", "011")
_CUT_SHORT = re.compile(r"(?<![\d\-.])(\d{6}-\d{2,3})(?![\d\-]|[.,]\d)")


def unusual_cpr_numbers(view: View) -> Iterator[Span]:
    """CPR numbers with the month in letters ("14feb78-1935"), with letters for digits ("14O278-1O35"), or cut short."""
    yield from captured("cpr", (_WITH_MONTH,), view.low)
    for match in _MISREAD.finditer(view.low):
        digits = match.group(1).translate(_LOOK_ALIKE)
        if is_cpr_date(digits) and sum(character.isdigit() for character in match.group(1)) > 5:
            yield "cpr", match.start(), match.end()
    for match in _CUT_SHORT.finditer(view.low):
        if is_cpr_date(match.group(1)):
            yield "cpr", match.start(), match.end()


def birth_dates(view: View) -> Iterator[Span]:
    """Dates that are said to be somebody's birth date. A year alone ("født i 1984") stays."""
    return captured("birthdate", (_BORN, _WAS_BORN), view.low)
