"""Takes secrets out of what people write, before anything is stored or understood.

Masked: CPR numbers, birth dates that are said to be so, phones, mail addresses, postal addresses, bank accounts,
cards, full names, initials, user names, numbers of cases, passports, licences, plates and machines. Kept: hours,
paragraphs, ages, scale values, dates, amounts, municipalities, schemes, organisations, help lines and first names
alone.

The detectors run one after another on a view of the text in which what is found becomes one character; they run
until nothing more is found. A text with placeholders gives the same view as the text it came from, so redacting it
again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nlu.redaction.bank import accounts, cards, ibans
from nlu.redaction.context import Detector, Span
from nlu.redaction.cpr import birth_dates, cpr_numbers, unusual_cpr_numbers
from nlu.redaction.internet import mail_addresses, user_names
from nlu.redaction.labelled import case_numbers, documents
from nlu.redaction.names import full_names, initials
from nlu.redaction.phone import phones
from nlu.redaction.places import addresses
from nlu.redaction.spoken import spoken_numbers
from nlu.redaction.view import PLACEHOLDERS, View

__all__ = ["PLACEHOLDERS", "Redaction", "Secret", "redact"]

# The order matters: what has the clearest shape goes first, and hides its digits from the next.
_DETECTORS: tuple[Detector, ...] = (
    mail_addresses,
    ibans,
    cards,
    accounts,
    case_numbers,
    cpr_numbers,
    unusual_cpr_numbers,
    documents,
    spoken_numbers,
    birth_dates,
    phones,
    addresses,
    user_names,
    full_names,
    initials,
)

_MAX_PASSES = 8
"""Masking one secret may uncover another; ordinary texts need two passes, the second to find nothing."""


@dataclass(frozen=True)
class Secret:
    """A kind of secret (a key of `PLACEHOLDERS`) and its place in the original text, never its value."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Redaction:
    """The text with placeholders, and where the secrets were in the original, in order."""

    text: str
    secrets: tuple[Secret, ...]


def redact(text: str) -> Redaction:
    """Replace every secret in `text` by a short Danish placeholder such as "[telefonnummer]".

    Never raises on any string; takes time in proportion to the length; does nothing to an already redacted text.
    """
    view = View.of(text)
    secrets: list[Secret] = []
    for _ in range(_MAX_PASSES):
        found = False
        for detector in _DETECTORS:
            spans = _apart(detector(view), view)
            if spans:
                found = True
                secrets += (Secret(kind, view.starts[start], view.ends[end - 1]) for kind, start, end in spans)
                view = view.masked(spans)
        if not found:
            break
    secrets.sort(key=lambda secret: secret.start)
    return Redaction(_replaced(text, secrets), tuple(secrets))


def _apart(spans: Iterable[Span], view: View) -> list[Span]:
    """The spans in order, the longer one where two overlap, none over something that is masked already."""
    chosen: list[Span] = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        free = not chosen or start >= chosen[-1][2]
        if free and start < end and not any("\ue000" <= character <= "\uf8ff" for character in view.text[start:end]):
            chosen.append((kind, start, end))
        elif chosen and not free and end > chosen[-1][2] and kind == chosen[-1][0]:
            chosen[-1] = (kind, chosen[-1][1], end)
    return chosen


def _replaced(text: str, secrets: list[Secret]) -> str:
    parts: list[str] = []
    at = 0
    for secret in secrets:
        parts += (text[at : secret.start], PLACEHOLDERS[secret.kind])
        at = secret.end
    return "".join(parts) + text[at:]
