"""What the content holds for a question on a day: for those who edit the content, before they load it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from bot.replies import Replies
from knowledge.dated import DatedChange, DatedRate, DatedScheme, Remark, UnknownVersion, remarks
from knowledge.dates import date_text
from knowledge.names import Entry, SchemeNames
from knowledge.search import Hit, Kind
from knowledge.store import Store

MOST_SCHEMES, MOST_OTHERS = 4, 3
FITS = 0.3
"""From which score something found is shown, named or not."""
WIDTH = 110


class Reader(StrEnum):
    """For whom."""

    CITIZEN = "citizen"
    EMPLOYER = "employer"
    CASEWORKER = "caseworker"


OTHERS = {
    Reader.CITIZEN: (Kind.ACCOMMODATION, Kind.TOPIC),
    Reader.EMPLOYER: (Kind.QUESTION, Kind.ACCOMMODATION, Kind.TOPIC),
    Reader.CASEWORKER: (Kind.METHOD, Kind.QUESTION, Kind.TOPIC),
}
"""What else than schemes is looked for, by reader."""


def preview(store: Store, replies: Replies, text: str, on: date, reader: Reader) -> str:
    """What `store` holds for the question `text` on the day `on`, in plain text.

    Schemes come with the remarks that the assistant makes on that day (its own sentences, in Danish), the amounts and
    the changes as they stand then; after them questions, accommodations, methods and topics. Low confidence is marked:
    the assistant keeps such details to itself.
    """
    lines = [f"{text!r} on {date_text(on, 'en')}, as {reader}", ""]
    content = store.content
    names = SchemeNames(Entry(scheme.id, scheme.all_names()) for scheme in content.schemes)
    named = list(dict.fromkeys(mention.scheme_id for mention in names.find(text)))
    fit = {hit.id: hit.score for hit in _found(store, text, on, Kind.SCHEME, MOST_SCHEMES)}
    for scheme_id in list(dict.fromkeys([*named, *fit]))[:MOST_SCHEMES]:
        how = "named" if scheme_id in named else f"found, fits {fit[scheme_id]:.2f}"
        lines += [*_scheme(store, replies, scheme_id, on, reader, how), ""]
    asked = store.asked(text, on) if reader is Reader.EMPLOYER and not named else None
    if asked:
        lines += [f"ANSWERED AS {asked.id}: {asked.question.da}", *map(_item, asked.answer_must_contain), ""]
    for kind in OTHERS[reader]:
        found = _found(store, text, on, kind, MOST_OTHERS)
        if found:
            lines += [f"{kind.upper()}S", *(_item(f"{h.score:.2f}  {h.id}: {h.title.da}") for h in found), ""]
    if len(lines) == 2:
        lines.append("Nothing is found.")
    return "\n".join(lines).rstrip()


def _found(store: Store, text: str, on: date, kind: Kind, most: int) -> list[Hit]:
    return [hit for hit in store.search(text, on, (kind,), most) if hit.score >= FITS]


def _scheme(store: Store, replies: Replies, scheme_id: str, on: date, reader: Reader, how: str) -> Iterator[str]:
    found = store.scheme(scheme_id, on)
    if isinstance(found, UnknownVersion):
        yield f"{found.name.da} [{scheme_id}; {how}]"
        yield _item(f"No text for that day: ours holds from {date_text(found.known_from, 'en')}.")
        return
    assert isinstance(found, DatedScheme)
    yield f"{found.scheme.name.da} [{scheme_id}; {how}]"
    if reader not in found.scheme.audience:
        yield _item(f"Written for {', '.join(found.scheme.audience)} only.")
    if found.undated:
        yield _item("No date is known from which this text holds.")
    yield from map(_item, (_said(replies, remark) for remark in remarks(found)))
    if not found.details_may_be_shown:
        yield _item("Low confidence: the assistant shows name, remarks and whom to ask, nothing of what follows.")
    yield _item(found.scheme.summary.da)
    yield _item(
        f"Law: {'; '.join(found.law) or 'none named'}. Gone through {date_text(found.scheme.reviewed_on, 'en')}."
    )
    yield from (_item(f"Amount: {_rate(rate)}") for rate in store.rates(scheme_id, on))
    yield from (_item(f"Change: {_change(change, reader)}") for change in store.changes(scheme_id, on, unchecked=True))


def _said(replies: Replies, remark: Remark) -> str:
    """The sentence of a remark as a card has it."""
    with_text = remark.about == "expected" and remark.text
    name = f"say_scheme_{remark.about}" + ("_with" if with_text else "")
    values = {"date": date_text(remark.day) if remark.day else "", "change": remark.text or ""}
    parts = [replies.render(name, "da", values)]
    if remark.text and not with_text:
        parts.append(replies.render("say_scheme_instead", "da", {"instead": remark.text}))
    return " ".join(str(part["text"]) for part in parts if part)


def _rate(rate: DatedRate) -> str:
    return f"{rate.what.da}: {rate.display}" + ("" if rate.current else ", the newest figure found")


def _change(dated: DatedChange, reader: Reader) -> str:
    """When, how surely, what, and what it means for the reader."""
    change = dated.change
    day = date_text(change.effective_from, "en") + (" (inferred)" if dated.date_is_inferred else "")
    passed = ", day passed, not seen adopted" if dated.date_passed else ""
    low = "" if dated.details_may_be_shown else ", low confidence, kept back"
    means = change.consequence_for_citizen if reader is Reader.CITIZEN else change.consequence_for_employer
    return f"{day}, {dated.holds.replace('_', ' ')}{passed}{low}: {change.what_changes.da} {means}"


def _item(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="  - ", subsequent_indent="    ")
