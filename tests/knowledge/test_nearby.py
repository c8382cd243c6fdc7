"""A municipality leads to its own contacts, to its region's numbers, and to what it took part in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.contacts import REGIONS, Contact, shown
from knowledge.nearby import near
from knowledge.schema import Content, ContentError, read_content
from knowledge.store import Store

TODAY, NEXT_YEAR = date(2026, 11, 25), date(2027, 1, 1)
Edit = Callable[[str, str, str], int]
OWN = """contacts:
  - id: aarhus_firms
    name: {da: "Aarhus Kommune, virksomheder", en: "Aarhus, companies"}
    number: "00 00 00 00"
    channel: phone
    for_whom: {da: "Arbejdsgivere", en: "Employers"}
    opening_hours: []
    always_open: false
    price: null
    regions: []
    municipalities: ["0751"]
    source: {title: "En kilde", url: "https://example.org"}
    evidence: A
    verified_on: null
    verified_by: null
    valid_to: 2027-02-20
    check_at: "https://example.org"
"""


@pytest.mark.parametrize(
    ("said", "region", "doctor"),
    [
        ("Københavns Kommune", "hovedstaden", "1813"),
        ("roskilde", "sjaelland", "1818"),
        ("Odense", "syddanmark", "70 11 07 07"),
        ("0751", "midtjylland", "70 11 31 31"),
        ("Aalborg", "nordjylland", "70 15 03 00"),
    ],
)
def test_a_municipality_leads_to_112_first_and_to_its_own_regions_doctor(
    store: Store, said: str, region: str, doctor: str
) -> None:
    there = store.nearby(said, TODAY)
    assert there is not None
    numbers = [contact.number for contact in there.emergency]
    assert (there.region, numbers[:3]) == (region, ["112", "70 201 201", doctor])
    assert not {contact.number for contact in there.emergency if contact.regions} - {doctor}


def test_a_number_past_its_day_is_not_given(store: Store) -> None:
    """1813 and 1818 end with the year; 112 never does."""
    there = store.nearby("København", NEXT_YEAR)
    assert there is not None
    numbers = [contact.number for contact in there.emergency]
    assert "1813" not in numbers
    assert numbers[0] == "112"


def test_every_municipality_lies_in_a_region_that_has_a_doctor_today(content: Content) -> None:
    for town in content.municipalities:
        there = near(town, content.contacts, TODAY)
        assert there.region in REGIONS
        assert any(contact.regions == (there.region,) for contact in there.emergency)


def test_an_unknown_region_gives_the_numbers_of_the_country_only(content: Content) -> None:
    town = content.municipalities[0].copy(update={"region": "Region Østdanmark"})
    there = near(town, content.contacts, TODAY)
    assert there.region is None
    assert there.emergency[0].number == "112"
    assert not any(contact.regions for contact in there.emergency)


def test_who_took_part_is_told_and_not_on_the_list_is_no_no(store: Store, content: Content) -> None:
    told = {store.nearby(town.code, TODAY).compensation_for_more for town in content.municipalities}  # type: ignore[union-attr]
    assert told == {True, None}
    assert sum(1 for town in content.municipalities if near(town, (), TODAY).compensation_for_more) == 14


def test_no_such_municipality_gives_nothing(store: Store) -> None:
    assert store.nearby("Christiansø", TODAY) is None


def test_a_municipalitys_own_number_is_shown_there_and_nowhere_else(folder: Path, edit: Edit) -> None:
    edit("contacts.yml", "contacts:\n", OWN)
    content = read_content(folder)
    own = {town.name: near(town, content.contacts, TODAY).own for town in content.municipalities}
    assert {name: [one.id for one in found] for name, found in own.items() if found} == {"Aarhus": ["aarhus_firms"]}
    assert "aarhus_firms" not in {contact.id for contact in shown(content.contacts, TODAY, "midtjylland")}
    expired = tuple(_expired(contact) for contact in content.contacts)
    assert near(next(t for t in content.municipalities if t.name == "Aarhus"), expired, TODAY).own == ()


def _expired(contact: Contact) -> Contact:
    return replace(contact, valid_to=date(2026, 11, 24))


def test_a_municipality_that_does_not_exist_is_named_with_its_line(folder: Path, edit: Edit) -> None:
    line = edit("contacts.yml", "contacts:\n", OWN.replace("0751", "9999")) + 10
    with pytest.raises(ContentError, match=rf"contacts.yml, line {line}: municipality '9999' does not exist"):
        read_content(folder)


@pytest.mark.parametrize("old", ["    regions: []\n", "    evidence: A\n"])
def test_an_own_number_is_not_also_a_regions_or_one_for_a_crisis(folder: Path, edit: Edit, old: str) -> None:
    both = {
        "    regions: []\n": "    regions: [midtjylland]\n",
        "    evidence: A\n": "    evidence: A\n    crisis: 4\n",
    }
    edit("contacts.yml", "contacts:\n", OWN.replace(old, both[old]))
    with pytest.raises(ContentError, match="one municipality's own stands without regions"):
        read_content(folder)
