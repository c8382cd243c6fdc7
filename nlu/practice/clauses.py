"""Splits a line into the clauses that may each be coded, also where there is no punctuation."""

from __future__ import annotations

import re

_ENDS = re.compile(r"(?<=[.!?…;])\s+|\n+|\s+[–—]\s+")
_OPENS = re.compile(
    r",?\s+(?=(?:(?:og|men|så|saa|for|and|but|so)\s+)?(?:hvad|hvordan|hvornår|hvornaar|hvilke[nt]?|hvem|what|how|which)\s+"
    r"(?:er|var|har|kan|kunne|vil|ville|skal|skulle|tænker|taenker|siger|synes|gør|goer|mener|is|are|do|would|could)\b)"
    r"|,?\s+(?=(?:må|maa)\s+jeg\b|er\s+det\s+(?:ok|okay|i\s+orden)\b|(?:og|men|and|but)\s+(?:du|I|det|jeg|vi|you|it)\s)",
    re.IGNORECASE,
)
_SHORTEST = 3
"""Words. A shorter piece ("Ja.", "Okay", "ikke?") says nothing of its own and goes with its neighbour."""
MOST = 8
"""Clauses that are looked at; MITI 4.2.1 gives a line at most eight codes."""


def clauses(line: str) -> tuple[str, ...]:
    """The clauses of `line` in order, at most `MOST`; the line itself where there is only one."""
    pieces: list[str] = []
    for sentence in _ENDS.split(line.strip()):
        for piece in _OPENS.split(sentence):
            piece = piece.strip()
            if not piece:
                continue
            if pieces and (len(piece.split()) < _SHORTEST or len(pieces[-1].split()) < _SHORTEST):
                pieces[-1] = f"{pieces[-1]} {piece}"
            else:
                pieces.append(piece)
    return tuple(pieces[:MOST]) or (line.strip(),)
