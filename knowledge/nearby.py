"""What is particular to the municipality where a person lives. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.contacts import REGIONS, Contact, in_crisis, is_valid
from knowledge.models import Municipality


@dataclass(frozen=True)
class Nearby:
    """A municipality, and whom to call there on a given day.

    `region` is our id of the region, None for one we do not know. `own` are the contacts that the municipality has for
    itself; empty where we know none: say its name and "kommunens hovednummer". `emergency` are the numbers for a
    crisis in order, 112 first, the region's doctor among them while that number holds. `compensation_for_more` tells
    whether it took part in the project "Kompensation til flere" (2017): True, or None where the list does not say,
    which is no "no".
    """

    municipality: Municipality
    region: str | None
    own: tuple[Contact, ...]
    emergency: tuple[Contact, ...]
    compensation_for_more: bool | None


def near(municipality: Municipality, contacts: Sequence[Contact], on: date) -> Nearby:
    """What is known about the municipality on the day `on`; contacts past their day are left out."""
    region = next((key for key, name in REGIONS.items() if name == municipality.region), None)
    return Nearby(
        municipality=municipality,
        region=region,
        own=tuple(one for one in contacts if municipality.code in one.municipalities and is_valid(one, on)),
        emergency=tuple(in_crisis(contacts, on, region)),
        compensation_for_more=municipality.compensation_for_more_2017,
    )
