"""Whom to call, and whether they may be shown and are open on a given day. Pure: reads `contacts.yml`, nothing else.

Three rules (facts on safety): hours and "open now" only once an operator has confirmed the entry; an entry past its
day is hidden, except 112 and Livslinien; in a crisis numbers are shown whether confirmed or not, 112 first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

FILE = Path(__file__).with_name("contacts.yml")
DANISH_TIME = ZoneInfo("Europe/Copenhagen")
LONGEST_VALID = timedelta(days=90)
"""How long an entry may be shown after an operator has confirmed it."""
REGIONS = {
    "hovedstaden": "Region Hovedstaden",
    "sjaelland": "Region Sjælland",
    "syddanmark": "Region Syddanmark",
    "midtjylland": "Region Midtjylland",
    "nordjylland": "Region Nordjylland",
}
"""Our ids of the regions, and their names as people know them."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
_KEYS = {
    "id", "name", "number", "channel", "for_whom", "opening_hours", "always_open", "price", "regions", "source",
    "evidence", "verified_on", "verified_by", "valid_to", "check_at",
}  # fmt: skip


@dataclass(frozen=True)
class Hours:
    """An interval that begins on each of `days` (or on holidays); it runs past midnight when `to` is not later."""

    days: tuple[str, ...]
    from_: time
    to: time


@dataclass(frozen=True)
class Contact:
    """One entry of `contacts.yml`; texts by language (`da`, `en`)."""

    id: str
    name: dict[str, str]
    number: str | None
    channel: str
    for_whom: dict[str, str]
    opening_hours: tuple[Hours, ...]
    always_open: bool
    price: dict[str, str] | None
    regions: tuple[str, ...]
    source: dict[str, str]
    evidence: str
    verified_on: date | None
    verified_by: str | None
    valid_to: date
    check_at: str
    never_hidden: bool
    crisis: int | None
    municipalities: tuple[str, ...] = ()


@lru_cache(maxsize=4)
def load_contacts(file: Path = FILE) -> tuple[Contact, ...]:
    """Every contact of the file, in its order.

    Raises:
        OSError: the file cannot be read.
        ValueError: an entry breaks the rules at the top of the file; the text names the entry and the mend.
    """
    rows = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["contacts"]
    contacts = tuple(_contact(row) for row in rows)
    ids = [contact.id for contact in contacts]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{file.name}: two contacts have the same id; every id must be unique.")
    return contacts


def _contact(row: dict[str, Any]) -> Contact:
    who = f"contact {row.get('id')!r}"
    if missing := sorted(_KEYS - set(row)):
        raise ValueError(f"{who} lacks {', '.join(missing)}.")
    if unknown := sorted(set(row) - _KEYS - {"never_hidden", "crisis", "municipalities"}):
        raise ValueError(f"{who} has unknown keys: {', '.join(unknown)}.")
    if row["evidence"] not in ("A", "B", "C"):
        raise ValueError(f"{who}: evidence is A, B or C.")
    if wrong := [region for region in row["regions"] if region not in REGIONS]:
        raise ValueError(f"{who}: unknown region {wrong[0]!r}; known are {', '.join(REGIONS)}.")
    if row.get("municipalities") and (row["regions"] or row.get("crisis") is not None):
        raise ValueError(f"{who}: what is one municipality's own stands without regions and without crisis.")
    if bool(row["verified_on"]) != bool(row["verified_by"]):
        raise ValueError(f"{who}: verified_on and verified_by go together.")
    if row["verified_on"] and row["valid_to"] - row["verified_on"] > LONGEST_VALID:
        raise ValueError(f"{who}: valid_to is at most {LONGEST_VALID.days} days after verified_on.")
    hours = tuple(
        Hours(tuple(one["days"]), time.fromisoformat(one["from"]), time.fromisoformat(one["to"]))
        for one in row["opening_hours"]
    )
    if strange := [day for one in hours for day in one.days if day not in (*DAYS, HOLIDAY)]:
        raise ValueError(f"{who}: unknown day {strange[0]!r}; known are {', '.join((*DAYS, HOLIDAY))}.")
    places = {key: tuple(row.get(key, ())) for key in ("regions", "municipalities")}
    values = {**row, **places, "opening_hours": hours}
    return Contact(**{"never_hidden": False, "crisis": None, **values})


def is_valid(contact: Contact, on: date) -> bool:
    """Whether the entry may be shown on that day."""
    return contact.never_hidden or on <= contact.valid_to


def hours_confirmed(contact: Contact, on: date) -> bool:
    """Whether an operator has confirmed the entry, and the confirmation still holds: only then are hours shown."""
    return contact.verified_on is not None and contact.verified_on <= on <= contact.valid_to


def shown(contacts: Sequence[Contact], on: date, region: str | None = None) -> list[Contact]:
    """The contacts that may be shown on that day; those of other regions are left out once `region` is known.

    What is one municipality's own is left out: see `knowledge.nearby`.
    """
    return [
        contact
        for contact in contacts
        if is_valid(contact, on)
        and not contact.municipalities
        and (not contact.regions or region is None or region in contact.regions)
    ]


def doctor(contacts: Sequence[Contact], on: date, region: str | None) -> Contact | None:
    """The out-of-hours doctor or acute phone of the region; None when it is unknown or past its day."""
    return next((one for one in contacts if region in one.regions and is_valid(one, on)), None)


def in_crisis(contacts: Sequence[Contact], on: date, region: str | None = None) -> list[Contact]:
    """The numbers for a crisis, in order: 112, Livslinien, the region's doctor, then others of evidence A.

    Shown whether confirmed or not. A doctor is only listed for a known region: a number for somewhere else is no help.
    """
    listed = [
        contact
        for contact in contacts
        if contact.crisis is not None
        and is_valid(contact, on)
        and (contact.never_hidden or contact.evidence == "A" or contact.regions)
        and (not contact.regions or region in contact.regions)
    ]
    return sorted(listed, key=lambda contact: contact.crisis or 0)


def open_now(contact: Contact, moment: datetime) -> bool | None:
    """Whether the contact is open at `moment` (with a zone); None when nobody has confirmed the hours.

    112 is always open.

    Raises:
        ValueError: `moment` has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("The moment needs a zone; whether someone is open is asked in Danish time.")
    if contact.always_open and contact.never_hidden:
        return True
    local = moment.astimezone(DANISH_TIME)
    if not hours_confirmed(contact, local.date()):
        return None
    if contact.always_open:
        return True
    return any(
        _open_in(contact.opening_hours, begins, local) for begins in (local.date(), local.date() - timedelta(days=1))
    )


def opens_at(contact: Contact, moment: datetime) -> datetime | None:
    """When the contact opens next (Danish time); None when it is open, always open, or the hours are not confirmed.

    Raises:
        ValueError: `moment` has no zone.
    """
    if open_now(contact, moment) is not False:
        return None
    local = moment.astimezone(DANISH_TIME)
    starts = [
        datetime.combine(day, one.from_, DANISH_TIME)
        for day in (local.date() + timedelta(days=ahead) for ahead in range(8))
        for one in contact.opening_hours
        if _kind_of_day(day) in one.days
    ]
    return min((start for start in starts if start > local), default=None)


def _open_in(hours: Sequence[Hours], begins: date, local: datetime) -> bool:
    for one in hours:
        if _kind_of_day(begins) not in one.days:
            continue
        start = datetime.combine(begins, one.from_, DANISH_TIME)
        end = datetime.combine(begins + timedelta(days=one.to <= one.from_), one.to, DANISH_TIME)
        if start <= local < end:
            return True
    return False


def _kind_of_day(day: date) -> str:
    return HOLIDAY if day in holidays(day.year) else DAYS[day.weekday()]


@lru_cache(maxsize=16)
def holidays(year: int) -> frozenset[date]:
    """The days of a year on which Danish offices are closed: public holidays, and Christmas Eve and New Year's Eve.

    Store bededag is none since 2024.
    """
    easter = easter_sunday(year)
    from_easter = (-3, -2, 0, 1, 39, 49, 50)  # Maundy Thursday … Easter Monday, Ascension, Whit Sunday and Monday
    fixed = {date(year, 1, 1), date(year, 12, 24), date(year, 12, 25), date(year, 12, 26), date(year, 12, 31)}
    bededag = {easter + timedelta(days=26)} if year < 2024 else set()
    return frozenset(fixed | bededag | {easter + timedelta(days=offset) for offset in from_easter})


def easter_sunday(year: int) -> date:
    """Easter Sunday by the Gregorian computus (Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def unconfirmed(contacts: Sequence[Contact], on: date) -> list[Contact]:
    """The contacts an operator has yet to confirm, or to confirm again: for `doctor` and the review list."""
    return [contact for contact in contacts if not hours_confirmed(contact, on)]
