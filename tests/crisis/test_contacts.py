"""Whom to call: who is shown on which day, and when someone is said to be open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from knowledge.contacts import (
    DANISH_TIME,
    DAYS,
    REGIONS,
    Contact,
    Hours,
    doctor,
    easter_sunday,
    holidays,
    hours_confirmed,
    in_crisis,
    load_contacts,
    open_now,
    opens_at,
    shown,
    unconfirmed,
)

TODAY = date(2026, 11, 22)
NEXT_YEAR = date(2027, 1, 1)
LATER = date(2027, 6, 1)


@pytest.fixture
def contacts() -> tuple[Contact, ...]:
    return load_contacts()


def _named(contacts: tuple[Contact, ...], name: str) -> Contact:
    return next(contact for contact in contacts if contact.id == name)


def test_every_number_of_the_safety_facts_is_there(contacts: tuple[Contact, ...]) -> None:
    assert [contact.number for contact in contacts] == [
        "112", "70 201 201", "114", "1813", "1818", "70 11 07 07", "70 11 31 31", "70 15 03 00", None,
        "39 25 25 25", "70 23 27 50", "116 111", None, None, "1888",
    ]  # fmt: skip
    assert not [contact for contact in contacts if contact.id.startswith("startlin")]


def test_every_contact_is_named_and_explained_in_both_languages(contacts: tuple[Contact, ...]) -> None:
    for contact in contacts:
        assert set(contact.name) == set(contact.for_whom) == {"da", "en"}
        assert contact.source["title"]
        assert contact.source["url"].startswith("http")
        assert contact.check_at.startswith("https://")


def test_nobody_is_confirmed_yet_so_no_hours_are_kept(contacts: tuple[Contact, ...]) -> None:
    assert unconfirmed(contacts, TODAY) == list(contacts)
    assert not [contact for contact in contacts if contact.opening_hours]


def test_112_and_livslinien_are_never_hidden(contacts: tuple[Contact, ...]) -> None:
    assert [contact.number for contact in shown(contacts, LATER)] == ["112", "70 201 201"]
    assert [contact.number for contact in in_crisis(contacts, LATER)] == ["112", "70 201 201"]
    assert [contact.id for contact in contacts if contact.never_hidden] == ["emergency", "livslinien"]


@pytest.mark.parametrize("region", ["hovedstaden", "sjaelland"])
def test_1813_and_1818_end_with_the_year(region: str, contacts: tuple[Contact, ...]) -> None:
    assert doctor(contacts, date(2026, 12, 31), region) is not None
    assert doctor(contacts, NEXT_YEAR, region) is None


@pytest.mark.parametrize(
    ("region", "number"),
    [
        ("hovedstaden", "1813"),
        ("sjaelland", "1818"),
        ("syddanmark", "70 11 07 07"),
        ("midtjylland", "70 11 31 31"),
        ("nordjylland", "70 15 03 00"),
    ],
)
def test_every_region_has_its_doctor(region: str, number: str, contacts: tuple[Contact, ...]) -> None:
    found = doctor(contacts, TODAY, region)
    assert found is not None
    assert found.number == number
    numbers = [contact.number for contact in in_crisis(contacts, TODAY, region)]
    assert numbers[:3] == ["112", "70 201 201", number]
    assert not set(numbers) & ({"1813", "1818", "70 11 07 07", "70 11 31 31", "70 15 03 00"} - {number})


def test_an_unknown_region_shows_no_doctor(contacts: tuple[Contact, ...]) -> None:
    for region in (None, "", "skaane"):
        assert doctor(contacts, TODAY, region) is None
        assert not [contact for contact in in_crisis(contacts, TODAY, region) if contact.regions]


def test_no_contact_is_valid_longer_than_ninety_days_after_it_was_read(contacts: tuple[Contact, ...]) -> None:
    for contact in contacts:
        assert (contact.valid_to - (contact.verified_on or TODAY)).days <= 90


def test_only_112_is_open_before_anyone_is_confirmed(contacts: tuple[Contact, ...]) -> None:
    night = datetime(2026, 11, 23, 5, 30, tzinfo=DANISH_TIME)
    assert [contact.id for contact in contacts if open_now(contact, night)] == ["emergency"]
    assert open_now(_named(contacts, "livslinien"), night) is None
    assert opens_at(_named(contacts, "livslinien"), night) is None


@pytest.fixture
def confirmed(contacts: tuple[Contact, ...]) -> Contact:
    """Livslinien as if an operator had confirmed 11 to 05 every day."""
    return replace(
        _named(contacts, "livslinien"),
        opening_hours=(Hours((*DAYS, "holiday"), time(11), time(5)),),
        verified_on=TODAY,
        verified_by="operator",
    )


@pytest.mark.parametrize(
    ("hour", "minute", "is_open"),
    [(4, 59, True), (5, 0, False), (5, 30, False), (10, 59, False), (11, 0, True), (23, 59, True), (0, 0, True)],
)
def test_a_line_that_closes_at_five_is_closed_half_an_hour_later(
    hour: int, minute: int, is_open: bool, confirmed: Contact
) -> None:
    assert open_now(confirmed, datetime(2026, 11, 24, hour, minute, tzinfo=DANISH_TIME)) is is_open


def test_when_it_is_closed_it_says_when_it_opens(confirmed: Contact) -> None:
    closed = datetime(2026, 11, 24, 5, 30, tzinfo=DANISH_TIME)
    assert opens_at(confirmed, closed) == datetime(2026, 11, 24, 11, 0, tzinfo=DANISH_TIME)


def test_a_confirmation_runs_out(confirmed: Contact) -> None:
    assert hours_confirmed(confirmed, confirmed.valid_to)
    assert not hours_confirmed(confirmed, LATER)
    assert open_now(confirmed, datetime(2027, 6, 1, 12, tzinfo=DANISH_TIME)) is None


def test_open_is_asked_in_danish_time(confirmed: Contact) -> None:
    from datetime import UTC

    assert open_now(confirmed, datetime(2026, 11, 24, 10, 30, tzinfo=UTC)) is True
    assert open_now(confirmed, datetime(2026, 11, 24, 4, 30, tzinfo=UTC)) is False
    with pytest.raises(ValueError, match="zone"):
        open_now(confirmed, datetime(2026, 11, 24, 12))


def test_weekdays_are_not_holidays(confirmed: Contact) -> None:
    weekdays = replace(confirmed, opening_hours=(Hours(DAYS[:5], time(9), time(17)),), valid_to=date(2027, 2, 1))
    assert open_now(weekdays, datetime(2026, 12, 23, 10, tzinfo=DANISH_TIME)) is True
    assert open_now(weekdays, datetime(2026, 12, 25, 10, tzinfo=DANISH_TIME)) is False


def test_danish_holidays() -> None:
    assert easter_sunday(2026) == date(2026, 4, 5)
    assert easter_sunday(2027) == date(2027, 3, 28)
    assert {date(2027, 3, 25), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17)} <= holidays(
        2027
    )
    assert date(2026, 5, 1) not in holidays(2026)
    assert date(2023, 5, 5) in holidays(2023)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("  evidence: A", "evidence"),
        ("  regions: []", "region"),
        ("  verified_on: null", "go together"),
    ],
)
def test_a_wrong_entry_is_named(change: str, message: str, tmp_path: Path) -> None:
    from knowledge.contacts import FILE

    wrong = {
        "  evidence: A": "  evidence: D",
        "  regions: []": "  regions: [skaane]",
        "  verified_on: null": "  verified_on: 2026-11-01",
    }[change]
    file = tmp_path / "contacts.yml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(change, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_contacts(file)


def test_a_confirmed_entry_may_not_be_valid_for_more_than_ninety_days(tmp_path: Path) -> None:
    from knowledge.contacts import FILE

    text = FILE.read_text(encoding="utf-8")
    text = text.replace("verified_on: null\n    verified_by: null", "verified_on: 2026-11-01\n    verified_by: op", 1)
    file = tmp_path / "contacts.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="90 days"):
        load_contacts(file)


def test_regions_are_the_five_of_denmark() -> None:
    assert list(REGIONS) == ["hovedstaden", "sjaelland", "syddanmark", "midtjylland", "nordjylland"]
