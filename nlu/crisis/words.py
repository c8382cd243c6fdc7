"""From what a person typed to plain words: one spelling for æ/ø/å, sms forms, stretched letters and emojis.

Everything is linear in the length of the text, and nothing is ever rejected: a strange text gives strange words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

STOP = "."
"""The word that stands where a sentence ends; no sign reaches across it, except through gaps that allow it."""
QUOTE = '"'
"""The word that stands where something quoted begins or ends."""

_FOLD = str.maketrans({"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa", "ß": "ss", "đ": "d", "ł": "l"})
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])[’'`´](?=[^\W\d_])")
_PIECE = re.compile(r"[^\W_]+|[.!?\n;]+|[\"“”„«»]|(?<!\w)['’‘]|['’‘](?!\w)|[^\w\s]")
_SPELT_OUT = re.compile(r"(?<!\w)(?:\w[ .*\-_]){3,}\w(?!\w)")
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,24}\]")
"""What stands where a name, a number or an address was masked: it says nothing about danger."""
_STARS = re.compile(r"(?<=\w)[*_](?=\w)")


def fold(text: str) -> str:
    """`text` in lower case, æ/ø/å as ae/oe/aa, other accents dropped, letters repeated three times or more as one."""
    lowered = unicodedata.normalize("NFC", text).lower()
    lowered = _STRETCHED.sub(r"\1", lowered).translate(_FOLD)
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


def words(text: str, emojis: Mapping[str, str]) -> list[str]:
    """The words of `text`, folded, with `STOP` at sentence ends and `QUOTE` at quotation marks.

    Letters typed one by one ("s e l v m o r d") are joined, stars inside words dropped ("selvm*rd" stays a word).
    `emojis` maps a single emoji to the word it stands for; other signs are left out.
    """
    folded = _APOSTROPHE.sub("", fold(_PLACEHOLDER.sub(" ", text)))
    folded = _SPELT_OUT.sub(lambda found: re.sub(r"[ .*\-_]", "", found.group()), folded)
    folded = _STARS.sub("", folded)
    found: list[str] = []
    for piece in _PIECE.findall(folded):
        if piece[0].isalnum():
            _add(found, piece)
        elif piece[0] in ".!?\n;":
            if found and found[-1] != STOP:
                found.append(STOP)
        elif piece[0] in "\"“”„«»'’‘":
            found.append(QUOTE)
        elif piece in emojis:
            _add(found, emojis[piece])
    return found


def _add(found: list[str], word: str) -> None:
    """Append `word`, unless it has just been said three times."""
    if found[-3:] != [word] * 3:
        found.append(word)
