"""A text as the detectors read it: one plain spelling per character, with the way back to the original.

People (and dictation, and copying from a PDF) hide the same number behind full-width digits, hard spaces,
zero-width joiners, combining accents and three sorts of dashes. The view irons that out. What has been masked
is one character (`MARKS`), so that no later pattern can reach across it, and so that a text that already holds
placeholders is read just as it was when they were put in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

PLACEHOLDERS = {
    "cpr": "[cpr-nummer]",
    "phone": "[telefonnummer]",
    "email": "[mailadresse]",
    "address": "[adresse]",
    "account": "[kontonummer]",
    "card": "[kortnummer]",
    "full_name": "[navn]",
    "birthdate": "[fødselsdato]",
    "id": "[id]",
}
"""What stands in the text instead of a secret, by kind of secret."""

MARKS = {kind: chr(0xE000 + number) for number, kind in enumerate(PLACEHOLDERS)}
"""The character a placeholder is in a view. Private use: no letter, no digit, no space, in no pattern."""

_PLACEHOLDER = re.compile("|".join(re.escape(placeholder) for placeholder in PLACEHOLDERS.values()))
_KIND_OF = {placeholder: kind for kind, placeholder in PLACEHOLDERS.items()}
_DROPPED = frozenset({"Cf", "Co", "Cn", "Me"})
_ALIKE = {"’": "'", "‘": "'", "´": "'", "`": "'", "ʼ": "'", "\r": "\n", "\t": " ", "\x0b": "\n", "\x0c": "\n"}
_ALIKE |= {"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "−": "-", "·": ".", "•": ".", "‧": ".", "∙": "."}


@dataclass(frozen=True)
class View:
    """`text` in plain spelling, `low` the same in lower case; character i comes from original[starts[i]:ends[i]]."""

    text: str
    low: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> View:
        """Read a text. Any string will do, also one with lone surrogates."""
        characters: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        attached = False  # does a combining mark here belong to the last character of the view?
        for position, character in enumerate(original):
            if character < "\x7f":
                plain = character if character >= " " else _ALIKE.get(character, "")
                if character == "\n":
                    plain = "\n"
            elif unicodedata.category(character) == "Mn":
                if attached:
                    composed = unicodedata.normalize("NFC", characters[-1] + character)
                    characters[-1] = composed if len(composed) == 1 else characters[-1]
                    ends[-1] = position + 1
                continue
            else:
                plain = _plain(character)
            attached = bool(plain)
            for one in plain:
                characters.append(one)
                starts.append(position)
                ends.append(position + 1)
        text = "".join(characters)
        view = cls(text, _lower(text), tuple(starts), tuple(ends))
        typed = [(_KIND_OF[m.group()], m.start(), m.end()) for m in _PLACEHOLDER.finditer(text)]
        return view.masked(typed)

    def masked(self, spans: Iterable[tuple[str, int, int]]) -> View:
        """The view in which each (kind, start, end) is one mark. The spans are in order and do not overlap."""
        texts: list[str] = []
        lows: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for kind, start, end in spans:
            mark = MARKS[kind]
            texts += (self.text[at:start], mark)
            lows += (self.low[at:start], mark)
            starts += (*self.starts[at:start], self.starts[start])
            ends += (*self.ends[at:start], self.ends[end - 1])
            at = end
        if not at:
            return self
        texts.append(self.text[at:])
        lows.append(self.low[at:])
        starts += self.starts[at:]
        ends += self.ends[at:]
        return View("".join(texts), "".join(lows), tuple(starts), tuple(ends))


def _plain(character: str) -> str:
    """One character beyond ASCII as the patterns expect it; the empty string if it carries nothing to read."""
    if character in _ALIKE:
        return _ALIKE[character]
    category = unicodedata.category(character)
    if category in _DROPPED or category == "Cc":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    compatible = unicodedata.normalize("NFKC", character)
    if len(compatible) == 1 or compatible.isalpha():
        return compatible
    return character


def _lower(text: str) -> str:
    """Lower case, character by character, so that positions stay (`"İ".lower()` is two characters)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(character.lower()[:1] for character in text)
