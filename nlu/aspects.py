"""Tells which side of a scheme a message asks about. Pure; a table of how Danes and English speakers put it."""

from __future__ import annotations

import re

_WHOLE = re.compile(
    r"\bhvad (?:er|betyder|går)\b|\bfortæl\b|\bforklar\b|\bwhat is\b|\bwhat's\b|\btell me\b|\bexplain\b"
)
"""A message that wants the whole, whatever it mentions besides."""
_ASPECTS = {
    "change": (r"ændre\w*", "2027", r"reform\w*", "nye regler", r"chang\w+", "new rules"),
    "sources": (r"kilde\w*", "hvor (?:ved|har) (?:du|i) det fra", "sources?", "how do you know"),
    "duties": (
        r"(?:arbejdsgiver|chef|leder|virksomhed)\w*(?: \w+)? (?:pligt\w*|opgave\w*|gøre|del)",
        r"skal (?:vi|arbejdsgiver\w*|chefen|lederen) gøre",
        "employer'?s? (?:duties|do)",
    ),
    "advice": ("gode råd", "tips?", "godt at vide", "advice", "good to know"),
    "example": ("eksempel", "fx hvordan", "example"),
    "applies": (
        r"hvem (?:kan |skal |må )?(?:ans)?søge\w*",
        r"hvor\w* (?:\w+ ){0,3}(?:ans)?søge\w*",
        r"ansøg\w*",
        "søger (?:man|jeg|vi)",
        "who applies",
        "appl(?:y|ication)",
    ),
    "who": (
        "hvem (?:kan|må) få",
        "hvem (?:har ret|gælder|er det for)",
        "kan (?:jeg|man|han|hun|vi) få",
        r"betingelse\w*",
        "krav(?:ene)?",
        "who (?:can|may) (?:get|have)",
        r"eligib\w*",
        "can i get",
    ),
    "what": (
        "hvad (?:kan |må )?(?:får|få) (?:jeg|man|vi|du)",
        "hvor (?:meget|mange|længe)",
        "beløb",
        r"sats\w*",
        "timer",
        "penge",
        "what do (?:i|we|you) get",
        "how (?:much|many|long)",
    ),
}
_PATTERNS = {aspect: re.compile(rf"\b(?:{'|'.join(ways)})\b") for aspect, ways in _ASPECTS.items()}
ASPECTS = frozenset(_ASPECTS)


def aspect_of(text: str) -> str | None:
    """The one side that `text` asks about; None when it wants the whole, several sides, or says nothing of them."""
    plain = text.casefold()
    if _WHOLE.search(plain):
        return None
    asked = [aspect for aspect, pattern in _PATTERNS.items() if pattern.search(plain)]
    return asked[0] if len(asked) == 1 else None
