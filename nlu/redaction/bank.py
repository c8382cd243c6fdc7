"""Bank accounts, IBANs and payment cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import luhn, numdb

from nlu.redaction.context import Span, captured, is_labelled_thing, is_priced
from nlu.redaction.view import MARKS, View

_IS = r"[.\s]{0,2}[:=]?\s{0,2}(?:er|is)?\s{0,2}"
_KONTO = r"(?:(?:bank|nem|løn|loen)?konto[ \-]?(?:nr|nummer|no)?|account[ \-]?(?:number|no|nr)?|\bacc\b)"
_REG = r"\breg(?:istrerings|istration)?[.\-\s]{0,2}(?:nr|nummer|no|number)?"
_REG_AND_ACCOUNT = re.compile(
    rf"{_REG}{_IS}(\d{{4}})(?!\d)(?:[\s,;.:/\-+]{{0,3}}(?:og|and|med|samt)?\s{{0,2}}{_KONTO}?{_IS}"
    r"(\d(?:[ .\-]?\d){4,11})(?!\d))?"
)
_ACCOUNT = re.compile(
    rf"\b{_KONTO}\w{{0,3}}(?![^\W\d_])[^\d\n.\ue000-\uf8ff]{{0,30}}?[^\d\n\ue000-\uf8ff]{{0,4}}(\d(?:(?: - "
    rf"|[ .\-/])?\d){{5,14}})(?!\d)(?![.,]\d)"
)
_BANK = re.compile(
    r"\b(?:\w{0,12}bank(?:en)?|nordea|sparekassen?|lunar|nykredit|revolut)\b[^\d\n\ue000-\uf8ff]{0,25}"
    r"(\d{4}[ .\-/]{0,3}\d(?:[ .]?\d){5,9})(?!\d)"
)
_UNLABELLED = re.compile(
    r"(?<![\d.,])(\d{4}\s?[\-/ ]\s?\d{10}|\d{4}\s?[\-/]\s?\d{7,9}|\d{4} \d{4} \d{3} \d{3}|\d{4}[ \-]\d{3} \d{3} \d{4}"
    r"|\d{4} \d\d \d\d \d\d \d\d \d\d)(?!\d)(?![.,]\d)"
)
"""Four digits and up to ten, in the ways that only accounts are written."""
_SORT_CODE = re.compile(r"\bsort code\W{0,3}(?:is )?(\d\d[\- ]?\d\d[\- ]?\d\d)(?!\d)")
_IBAN = re.compile(r"(?<![^\W_])([a-z]{2}) ?\d\d(?=[ \-]?[a-z0-9])")

_CARD = re.compile(
    r"(?<![\d.,])([2-6]\d{3}[ .\-/]{0,2}\d{4}[ .\-/]{0,2}\d{4}[ .\-/]{0,2}\d{4}"
    r"|3[47]\d\d[ \-]?\d{6}[ \-]?\d{5})(?!\d)"
)
_CARD_GLUED = re.compile(r"(?<!\d)([3-6]\d{12,18})(?!\d)")
_CARD_LABELLED = re.compile(
    r"\b(?:\w{0,12}kort(?:nr|nummer|et)?|dankort|visa|mastercard|card(?: number)?)\b[^\d\n\ue000-\uf8ff]{0,20}"
    r"(\d(?:[ .\-]?\d){11,18})(?!\d)"
)
_EXPIRY = re.compile(rf"{MARKS['card']}[^\d\n\ue000-\uf8ff]{{0,30}}(\d{{1,2}}\s?[/\-.]\s?\d{{2,4}})(?!\d)")
_EXPIRY_LABELLED = re.compile(
    r"\b(?:udløbsdato|kortet udløber|expiry(?: date)?|exp)\b\W{0,3}(?:er |is )?(\d{1,2}\s?[/\-]\s?\d{2,4})(?!\d)"
)
_CONTROL = re.compile(
    r"\b(?:cvv2?|cvc2?|cv2|kontrolcifre(?:ne)?|sikkerhedskode(?:n)?|security code)\b\W{0,3}(?:er "
    r"|is )?(\d{3,4})(?!\d)"
)


def accounts(view: View) -> Iterator[Span]:
    """Bank accounts: registration number with account, either of them alone when it is named."""
    low = view.low
    for match in _REG_AND_ACCOUNT.finditer(low):
        last = 2 if match.group(2) is not None and not is_priced(low, match.end(2)) else 1
        if last == 2 or not is_priced(low, match.end(1)):
            yield "account", match.start(1), match.end(last)
    for kind, start, end in captured("account", (_ACCOUNT, _BANK, _UNLABELLED, _SORT_CODE), low):
        if not is_priced(low, end) and not is_labelled_thing(low, start):
            yield kind, start, end


def ibans(view: View) -> Iterator[Span]:
    """IBANs: a country's letters and as many letters and digits as its IBANs have, most of them digits."""
    low = view.low
    for match in _IBAN.finditer(low):
        length = _iban_length(match.group(1))
        count, digits, at = 4, 0, match.end()
        while count < length and at < len(low):
            if low[at].isascii() and low[at].isalnum():
                count += 1
                digits += low[at].isdigit()
            elif low[at] not in " -." or not low[at - 1].isalnum():
                break
            at += 1
        if 0 < length == count and digits * 3 >= (length - 4) * 2 and not low[at : at + 1].isdigit():
            yield "account", match.start(), at


@lru_cache(maxsize=512)
def _iban_length(country: str) -> int:
    """Length of an IBAN of a country (two letters), 0 if it has none. Source: python-stdnum's table."""
    properties = numdb.get("iban").info(country.upper() + "00")[0][1]
    return 4 + sum(int(part) for part in re.findall(r"\d+", properties["bban"])) if properties else 0


def cards(view: View) -> Iterator[Span]:
    """Payment cards, with expiry date and control digits."""
    low = view.low
    for kind, start, end in captured("card", (_CARD, _CARD_GLUED), low):
        grouped = not low[start:end].isdigit() or end - start == 16
        if (grouped or luhn.is_valid(low[start:end])) and not is_labelled_thing(low, start):
            yield kind, start, end
    yield from captured("card", (_CARD_LABELLED, _EXPIRY, _EXPIRY_LABELLED, _CONTROL), low)
