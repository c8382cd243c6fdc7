"""What an answer looks like in Telegram: parts short enough to be sent, as HTML that says only what the text says."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LONGEST = 4096
"""UTF-16 units of a message's text after markup, the unit Telegram counts in (Bot API, sendMessage)."""
BREAKS = ("\n\n", "\n", ". ", " ")
"""Where a long text is cut, the best place first."""
FILE = "file"
EXPORT = "export"
"""What a reply of ours may ask to attach: the file itself, or the question whether it may go through Telegram."""


@dataclass(frozen=True)
class Part:
    """One message to send. `buttons` are titles and what pressing them means; `attach` may be `FILE` or `EXPORT`."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    attach: str | None = None


def parts_of(replies: Iterable[dict[str, Any]]) -> list[Part]:
    """The messages that an answer becomes, always the same for the same answer; buttons stand under the last piece."""
    parts: list[Part] = []
    for reply in replies:
        buttons = tuple((button["title"], button["payload"]) for button in reply.get("buttons") or ())
        pieces = split(reply["text"])
        parts += [Part(piece) for piece in pieces[:-1]]
        parts += [Part(piece, buttons, reply.get("attach")) for piece in pieces[-1:]]
    return parts


def units(text: str) -> int:
    """The length of `text` as Telegram counts it: UTF-16 units, so that most emoji count two."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, longest: int = LONGEST) -> list[str]:
    """`text` in pieces of at most `longest` units, cut between paragraphs where possible; no piece is empty."""
    pieces = []
    rest = text.strip()
    while units(rest) > longest:
        head = rest.encode("utf-16-le")[: longest * 2].decode("utf-16-le", "ignore")
        cut = next((at + len(b.rstrip()) for b in BREAKS if (at := head.rfind(b)) > 0), len(head))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def as_html(text: str) -> str:
    """`text` as HTML in which nothing is markup."""
    return html.escape(text, quote=False)


def with_choice(text: str, chosen: str) -> str | None:
    """`text` with what was chosen under it, as HTML; None when there is no room."""
    if units(text) + units(chosen) + 2 > LONGEST:
        return None
    return f"{as_html(text)}\n\n<b>{as_html(chosen)}</b>"
