"""What holds on a given day: pure answers from the content, with what must be said or held back.

Rules followed here (the facts' own reading rules):

* A text holds from its `valid_from`. Asked about an earlier day, we do not have that version.
* A scheme closed to newcomers was open until its `valid_to`; our text is the one written after it closed.
* Expected and proposed changes are not law, not even when their date has passed.
* Past `review_by` the answer says that the record is overdue.
* Low confidence: the details are held back until somebody has checked them.
* Amounts are shown by their display text only, which holds the year; never drafts; never a secondary source's
  amount as the current one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.models import (
    Bilingual,
    Certainty,
    Change,
    ChangeStatus,
    Confidence,
    Rate,
    Scheme,
    Source,
    SourceLevel,
    Status,
)


class Holds(StrEnum):
    """How a change stands on the day asked about."""

    IN_FORCE = "in_force"
    ADOPTED = "adopted"
    EXPECTED = "expected"


@dataclass(frozen=True)
class DatedChange:
    """A change as it stands on the day asked about.

    `holds`: IN_FORCE (law, and begun), ADOPTED (law, not begun) or EXPECTED (not law: say "ventet").
    `date_passed`: an expected change whose date has come; nobody has seen whether it was adopted.
    `details_may_be_shown`: false while confidence is low; then say only that something is expected.
    """

    change: Change
    holds: Holds
    date_passed: bool
    details_may_be_shown: bool

    @property
    def date_is_inferred(self) -> bool:
        """Whether the date is concluded rather than read in a source."""
        return self.change.date_certainty is Certainty.INFERRED


@dataclass(frozen=True)
class DatedScheme:
    """A scheme as it is known on the day asked about.

    `closed`: cannot be granted to newcomers, never suggest it.
    `unclear`: sources do not show whether it exists; show it only with that caveat.
    `overdue`: `review_by` has passed, say so.
    `details_may_be_shown`: false while confidence is low; then show name, caveat and whom to ask.
    `expected`: what is on its way beside the scheme; it is not law.
    `law`: the texts that may be shown; `sources`: everything the text leans on.
    """

    scheme: Scheme
    on: date
    closed: bool
    unclear: bool
    overdue: bool
    details_may_be_shown: bool
    expected: tuple[DatedChange, ...]
    law: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def may_be_suggested(self) -> bool:
        """Whether it may be offered to someone who does not have it: open, and known to exist."""
        return not (self.closed or self.unclear)

    @property
    def date_is_inferred(self) -> bool:
        """Whether the scheme's dates are concluded rather than read in a source."""
        return self.scheme.date_certainty is Certainty.INFERRED

    @property
    def undated(self) -> bool:
        """Whether no date is known from which the text holds: for a day long past it may not have held."""
        return self.scheme.valid_from is None and self.scheme.valid_to is None


class About(StrEnum):
    """What a remark on a scheme says; the sentence of each is the reply `say_scheme_<value>`."""

    CLOSED = "closed"
    CLOSED_INFERRED = "closed_inferred"
    CLOSED_PROCEDURE = "closed_procedure"
    UNCLEAR = "unclear"
    EXPECTED = "expected"
    EXPECTED_PASSED = "expected_passed"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Remark:
    """What must be said of a scheme before anything else. `day` is the day it names; `text` is Danish, from content.

    `text` says what came instead (closed) or what is expected to change (expected).
    """

    about: About
    day: date | None = None
    text: str | None = None


@dataclass(frozen=True)
class UnknownVersion:
    """The scheme exists, but we do not have the text that held on that day.

    `known_from` is the first day our text holds; `open_until` the last day a closed one could be granted.
    """

    scheme_id: str
    name: Bilingual
    on: date
    known_from: date
    open_until: date | None


@dataclass(frozen=True)
class DatedRate:
    """An amount as it may be shown: `display` holds the year. Not `current`: say "newest figure found"."""

    id: str
    what: Bilingual
    display: str
    current: bool
    official: bool
    source: Source


def scheme_on(
    scheme: Scheme, on: date, changes: Iterable[Change], sources: dict[str, Source]
) -> DatedScheme | UnknownVersion:
    """The scheme as known on the day `on`; `sources` holds the cited sources by id."""
    version = scheme
    for later in scheme.versions:
        if later.valid_from and later.valid_from <= on:
            version = later
    closed = version.status is Status.CLOSED_FOR_NEW
    known_from = version.valid_from
    if closed and version.valid_to:
        known_from = max(known_from or version.valid_to, date.fromordinal(version.valid_to.toordinal() + 1))
    if known_from and on < known_from:
        return UnknownVersion(scheme.id, scheme.name, on, known_from, version.valid_to if closed else None)
    wanted = set(version.expected_change.change_ids) if version.expected_change else set()
    about = (c for c in changes if scheme.id in c.scheme_ids or c.id in wanted)
    return DatedScheme(
        scheme=version,
        on=on,
        closed=closed or (version.valid_to is not None and on > version.valid_to),
        unclear=version.status is Status.UNCLEAR,
        overdue=on > version.review_by,
        details_may_be_shown=version.confidence is not Confidence.LOW,
        expected=tuple(change for change in map_changes(about, on) if change.holds is Holds.EXPECTED),
        law=tuple(dict.fromkeys(law.shown for law in version.law)),
        sources=tuple(sources[source] for source in version.cited()),
    )


def remarks(scheme: DatedScheme) -> tuple[Remark, ...]:
    """What must be said of the scheme on its day, in order: closed, doubtful, about to change, not looked after."""
    record, found = scheme.scheme, []
    if scheme.closed and record.valid_to:
        about = About.CLOSED_INFERRED if scheme.date_is_inferred else About.CLOSED
        # A procedure is nothing that somebody has and keeps.
        about = About.CLOSED_PROCEDURE if record.kind == "meeting" else about
        since = date.fromordinal(record.valid_to.toordinal() + 1)
        found.append(Remark(about, since, record.replaced_by.text if record.replaced_by else None))
    if scheme.unclear:
        found.append(Remark(About.UNCLEAR))
    change = record.expected_change
    if change and change.date <= scheme.on:
        found.append(Remark(About.EXPECTED_PASSED, change.date))
    elif change:
        found.append(Remark(About.EXPECTED, change.date, change.text))
    if scheme.overdue:
        found.append(Remark(About.OVERDUE, record.review_by))
    return tuple(found)


def map_changes(changes: Iterable[Change], on: date) -> tuple[DatedChange, ...]:
    """How each change stands on the day `on`, in the order of their dates."""
    return tuple(_change_on(change, on) for change in sorted(changes, key=lambda c: c.effective_from))


def _change_on(change: Change, on: date) -> DatedChange:
    begun = change.effective_from <= on
    if change.status is not ChangeStatus.IN_FORCE:
        holds = Holds.EXPECTED
    else:
        holds = Holds.IN_FORCE if begun else Holds.ADOPTED
    return DatedChange(
        change=change,
        holds=holds,
        date_passed=begun and holds is Holds.EXPECTED,
        details_may_be_shown=change.confidence is not Confidence.LOW,
    )


def rates_on(rates: Iterable[Rate], on: date, sources: dict[str, Source]) -> tuple[DatedRate, ...]:
    """One amount per series: the official one that holds on the day `on`, else the newest found till then.

    Left out: drafts, amounts without display text, amounts of a later day, repealed ones.
    """
    series: dict[str, list[Rate]] = {}
    for rate in rates:
        repealed = rate.repealed_from is not None and rate.repealed_from <= on
        later = rate.valid_from is not None and rate.valid_from > on
        if rate.display is None or rate.source_level is SourceLevel.DRAFT or repealed or later:
            continue
        series.setdefault(rate.series, []).append(rate)
    return tuple(_rate_on(several, on, sources) for several in series.values())


def _rate_on(several: list[Rate], on: date, sources: dict[str, Source]) -> DatedRate:
    newest = max(several, key=lambda rate: (_is_current(rate, on), rate.valid_from or date.min))
    assert newest.display is not None
    return DatedRate(
        id=newest.id,
        what=newest.what,
        display=newest.display,
        current=_is_current(newest, on),
        official=newest.source_level is SourceLevel.OFFICIAL,
        source=sources[newest.source],
    )


def _is_current(rate: Rate, on: date) -> bool:
    """Whether an official amount holds on `on`; without an end, for its year: amounts change each January."""
    if rate.source_level is not SourceLevel.OFFICIAL or rate.valid_from is None:
        return False
    last = rate.valid_to or date(rate.valid_from.year, 12, 31)
    return rate.valid_from <= on <= last
