"""Numbers of cases, policies, passports, licences, cars and machines: masked where they are clearly marked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.redaction.context import Span, captured, is_measured
from nlu.redaction.view import View

_NUMBER = r"[\s.\-]{0,2}(?:nr|nummer|no|number|id|num)\b"
_IS = r"[.\s]{0,2}[:#=]?\s{0,2}(?:er|is|på)?\s{0,2}"
_CASE = re.compile(
    rf"(?:\b(?:sags?|sps-journal|journal|j|akt|klage|skades?|police|forsikringspolice|policy|case|claim"
    rf"|reference|ydelses)"
    rf"{_NUMBER}|\b(?:sag|police|forsikringspolice|policy|case|claim|reference|ref)\b){_IS}"
    r"((?:[a-zæøå]{1,4}[\s\-]?)?\d[\w./\-]{2,30}\w(?: \d{2,4}(?!\d)(?! ?(?:timer|uger|dage|år|kr|gange))){0,3})"
)
_DOCUMENT = re.compile(
    rf"\b(?:pas|passport|residence card|residence permit|opholdskort|opholdstilladelse|id-?kort"
    rf"|kørekort(?:et)?|koerekort|driver'?s licen[cs]e"
    rf"|driving licen[cs]e|sundhedskort|sygesikringskort|udlændinge|person-?id|udl"
    rf"|autorisations-?id)(?:{_NUMBER})?{_IS}"
    r"([a-zæøå]{0,3}[ \-]?\d(?:[ \-]?\d){5,19}[a-z]?)(?!\d)"
)
_PLATE = re.compile(
    r"(?<![\w\-])((?!DK|PN|NR|KR|SE|UG|IP|ID|EU|HK|EL|HP)[A-ZÆØÅ]{2} ?\d\d ?\d{3})(?![\w\-]|[.,]\d| \d)"
)
_PLATE_LABELLED = re.compile(
    r"\b(?:nummerplade(?:n)?|reg\.?nr|plade(?:n)?|plates?|bil(?:en)?|car|stelnummer"
    r"|registreringsnummer)\b\.?[\s:]{0,2}"
    r"(?:(?:er|is|med|har|nummer|nr\.?|på)\s{1,2}){0,2}((?!på|er|nr)[a-zæøå]{2} ?\d\d ?\d{3})(?![\w\-]| \d)"
)
_IPV4 = re.compile(r"(?<![\d.])((?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d))(?![\d]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])((?:[\da-f]{1,4}:){4,7}[\da-f]{1,4})(?![\w:])")
_MAC = re.compile(r"(?<![\w:\-])((?:[\da-f]{2}[:\-]){5}[\da-f]{2})(?![\w:\-])")


def case_numbers(view: View) -> Iterator[Span]:
    """Case, journal, policy and reference numbers after the word that says so."""
    for kind, start, end in captured("id", (_CASE,), view.low):
        found = view.low[start:end]
        is_year = re.fullmatch(r"(?:19|20)\d\d", found)
        amount = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*(?:,\d\d)?", found)
        if (
            sum(character.isdigit() for character in found) >= 4
            and not is_year
            and not (amount and is_measured(view.low, end))
        ):
            yield kind, start, end


def documents(view: View) -> Iterator[Span]:
    """Passports, residence cards, driving licences, number plates, IP and MAC addresses."""
    yield from captured("id", (_DOCUMENT, _PLATE_LABELLED, _IPV4, _IPV6, _MAC), view.low)
    yield from captured("id", (_PLATE,), view.text)
