"""Phone numbers in digits, Danish and foreign. Help lines and other public numbers stay."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from nlu.redaction.context import Span, before, digits_of, is_date, is_labelled_thing, is_priced, is_public
from nlu.redaction.view import View

_DANISH = re.compile(
    r"(?=(?<![\d+])((?:\(?\+\s?45\)?|\(?00\s?45\)?|\(45\)|45)[ .\-/]{0,2})?((?:\d[ .\-/]{0,2}){7}\d)(?!\d))"
)
"""Eight digits with any separators; overlapping, so that a number in front does not hide the one behind."""
_FOREIGN = re.compile(r"\+\s?(?!45)[1-9]\d{0,2}(?:(?:[ \-/()]|\.(?! )){0,3}\d){5,13}(?!\d)")
_DIALLED_ABROAD = re.compile(r"(?<![\d.,])00\s?(?!45)[1-9]\d{0,2}(?:(?:[ \-/()]|\.(?! )){0,3}\d){6,12}(?!\d)")
_NATIONAL = re.compile(
    r"(?<![\d.,\w])0\d{1,4}(?:[ \-/]\d{2,4}){2,4}(?!\d)|(?<![\d.,\w\-])0[1-9]\d{2,3}[ \-]?\d{5,6}(?!\d)"
)
"""As written inside Sweden, Germany or Britain: a leading zero and nine to eleven digits in all."""
_CUE = re.compile(
    r"(?:\btlf|telefon|\bmob|\btel\b|\bfon\b|\bring|\bsms|\bnr|nummer|\bcall|\bphone|\bfax|whats ?app|\bviber"
    r"|\breach me|\bkald|\bfang mig|\bfanges|\btræffes|\bnås|kontakt|\bdirekte|\btext me|\bnumber|\bcell)\w{0,12}"
    r"\W{0,3}(?:(?:til|er|på|mig|is|on|at|me|jeg|nr|nu|den|her|min|mor|far|chef|gerne)\W{1,2}){0,3}$"
)
_SERIAL_HEAD = re.compile(r"(?:^|[^\w])[a-zæøå]{0,3}\d{0,9}[a-zæøå]{1,3}-?$")
_GLUED_CUE = re.compile(r"(?:tlf|nr|mob|tel|på|er)[.:\-]?$")
_CURRENCY = re.compile(r"(?:\bkr\.?|\bdkk|€|\$|£)\s?$")
_GROUPINGS = frozenset(
    {
        (8,), (2, 2, 2, 2), (4, 4), (3, 3, 2), (2, 3, 3), (3, 2, 3), (2, 2, 4), (4, 2, 2), (2, 4, 2), (2, 6), (6, 2),
        (3, 5), (5, 3), (1,) * 8,
    }
)  # fmt: skip


_COUNTING_STEPS = (0, 1, 2, 5, 10)
_FOUR_MORE = re.compile(r" (?!19|20)\d{4}(?!\d)")


def phones(view: View) -> Iterator[Span]:
    """Danish phone numbers in every grouping, and foreign ones with +, 00 or a leading zero."""
    low = view.low
    for pattern in (_FOREIGN, _DIALLED_ABROAD, _NATIONAL):
        for match in pattern.finditer(low):
            found = digits_of(match.group())
            if pattern is _NATIONAL and not 9 <= len(found) <= 11:
                continue
            thing = is_labelled_thing(low, match.start()) or is_priced(low, match.end())
            if not is_public(found) and not thing:
                yield "phone", match.start(), match.end()
    reached = 0
    for match in _DANISH.finditer(low):
        if match.start() >= reached and _is_phone(low, match):
            reached = match.end(2)
            more = _FOUR_MORE.match(low, reached)
            if more and re.fullmatch(r"\d{4} \d{4}", match.group(2)):
                reached = more.end()  # "siden 2026 2281 4067": which eight are the phone cannot be told
            yield "phone", match.start(), reached


def is_phone_cue(front: str) -> bool:
    """Whether a text ends in words that announce a phone number ("ring til mig på")."""
    return bool(_CUE.search(front))


def _is_phone(low: str, match: re.Match[str]) -> bool:
    prefix, number = match.groups()
    digits = digits_of(number)
    if is_public(digits):
        return False
    if prefix and not prefix.startswith("45"):
        return True
    front = before(low, match.start())
    spoken_of = any(character.isalpha() for character in front)  # spares long rows of digits the slow patterns
    cued = spoken_of and is_phone_cue(front)
    if (spoken_of and is_labelled_thing(low, match.start())) or is_priced(low, match.end(2)) or _CURRENCY.search(front):
        return False
    if re.search(r"\d[.,]$", front) or (_SERIAL_HEAD.search(front) and not _GLUED_CUE.search(front)):
        return False
    if cued:
        return True
    decimal = re.match(r"[.,]\d", low[match.end(2) :][:2])
    groups = tuple(len(group) for group in re.findall(r"\d+", number))
    spoken_like = len(groups) >= 4 and set(re.findall(r"\D+", number)) == {" "}
    if decimal or not (groups in _GROUPINGS or spoken_like) or _is_other_number(number, groups):
        return False
    # No Danish number begins with 0 or 1; "12 34 56 78" is written all the same, hours and days are not like it.
    return digits[0] not in "01" or (
        groups == (2, 2, 2, 2) and max(map(int, number.split(" "))) > 31 if spoken_like else False
    )


def _is_other_number(number: str, groups: tuple[int, ...]) -> bool:
    """Whether eight digits without a word about phones are a date, times, years, an amount or a count."""
    digits, gaps = digits_of(number), re.findall(r"\D+", number)
    first, last = int(digits[:4]), int(digits[4:])
    if groups in ((8,), (4, 2, 2)) and is_date(first, int(digits[4:6]), int(digits[6:])):
        return True
    if groups in ((8,), (2, 2, 4)) and is_date(last, int(digits[2:4]), int(digits[:2])):
        return True
    if groups == (4, 4):
        return all(1940 <= year <= 2060 for year in (first, last))
    if groups == (2, 3, 3):
        return gaps == [".", "."]
    if groups == (2, 2, 2, 2) and gaps[0] == gaps[2] != gaps[1]:
        return True  # "22.00-06.00", "20/10-24/10", "20-25 30-35"
    values = [int(group) for group in re.findall(r"\d+", number)]
    steps = {b - a for a, b in itertools.pairwise(values)}
    return len(values) >= 4 and len(steps) == 1 and abs(steps.pop()) in _COUNTING_STEPS
