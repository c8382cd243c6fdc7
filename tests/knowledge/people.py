"""Plausible people, drawn at random: who they are, and every fact that can be told of them.

Made without a look at the rules or at what `knowledge/facts.yml` says follows from what. Numbers are drawn from what is
usual for such a person; a fact that makes no sense for somebody (weeks since a decision nobody made) is left out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from knowledge.eligibility import FactValue

KINDS = {
    "employed": 22,
    "sick-listed from a job": 18,
    "jobless": 16,
    "on cash benefits for long": 10,
    "sick-listed without a job": 6,
    "in a flex job": 7,
    "waiting for a flex job": 4,
    "self-employed": 6,
    "student": 7,
    "on disability pension": 6,
    "in a trial or subsidised job": 5,
    "on early retirement or outside": 3,
}
"""How many of a hundred and ten people are of each kind."""


@dataclass(frozen=True)
class Person:
    """A kind of life, and all that is known of it."""

    kind: str
    facts: dict[str, FactValue]


def draw(chance: random.Random) -> Person:
    """One person."""
    kind = chance.choices(list(KINDS), weights=list(KINDS.values()))[0]
    facts: dict[str, FactValue] = {}
    attached, income = _attachment(kind, chance, facts)
    _age(kind, chance, facts)
    _health(attached, income, chance, facts)
    _sickness(attached, chance, facts)
    _education(attached, chance, facts)
    _work(attached, kind, chance, facts)
    _decisions(attached, income, chance, facts)
    return Person(kind, facts | {"beskaeftigelse": frozenset(attached), "ydelse": frozenset(income)})


def _attachment(kind: str, chance: random.Random, facts: dict[str, FactValue]) -> tuple[set[str], set[str]]:
    match kind:
        case "employed":
            return {"ordinaert_ansat"}, {"loen"}
        case "sick-listed from a job":
            job = "fleksjob" if chance.random() < 0.1 else "ordinaert_ansat"
            return {job, "sygemeldt_ansat"}, {chance.choice(["loen", "loen", "sygedagpenge"])}
        case "jobless":
            return {"ledig"}, {chance.choice(["dagpenge", "dagpenge", "kontanthjaelp", "selvforsoergende"])}
        case "on cash benefits for long":
            return {chance.choice(["ledig", "ledig", "opkvalificering", "uden_for_arbejdsmarkedet"])}, {"kontanthjaelp"}
        case "sick-listed without a job":
            return {"ledig", "sygemeldt_ledig"}, {chance.choice(["sygedagpenge", "ressourceforloebsydelse"])}
        case "in a flex job":
            return {"fleksjob"}, {"loen"}
        case "waiting for a flex job":
            return {"ledig"}, {"ledighedsydelse"}
        case "self-employed":
            sick = chance.random() < 0.25
            return {"selvstaendig", *(["sygemeldt_selvstaendig"] if sick else [])}, {
                "sygedagpenge" if sick else "selvforsoergende"
            }
        case "student":
            beside = chance.random() < 0.3
            return {"studerende", *(["ordinaert_ansat"] if beside else [])}, {"su", *(["loen"] if beside else [])}
        case "on disability pension":
            return {"foertidspension", *(["loentilskud"] if chance.random() < 0.25 else [])}, {"foertidspension"}
        case "in a trial or subsidised job":
            place = chance.choice(["virksomhedspraktik", "loentilskud", "seniorjob"])
            return {place}, {"loen" if place == "seniorjob" else chance.choice(["dagpenge", "kontanthjaelp"])}
        case _:
            early = chance.random() < 0.6
            return {"efterloen" if early else "uden_for_arbejdsmarkedet"}, {
                "tidlig_pension" if early else "selvforsoergende"
            }


def _age(kind: str, chance: random.Random, facts: dict[str, FactValue]) -> None:
    first, last = {"student": (18, 34), "on early retirement or outside": (60, 66)}.get(kind, (19, 66))
    if facts.get("beskaeftigelse") == "seniorjob":
        first = 58
    age = chance.randint(first, last)
    # Folkepension comes at 67 for those near it, later for the young.
    pension = 67 if age >= 63 else 68 if age >= 59 else 69 if age >= 55 else 70
    facts |= {"alder": age, "aar_til_folkepension": pension - age}


def _health(attached: set[str], income: set[str], chance: random.Random, facts: dict[str, FactValue]) -> None:
    reduced = bool(attached & {"fleksjob", "foertidspension"}) or "ledighedsydelse" in income
    reduced = reduced or chance.random() < 0.08
    sick = any(value.startswith("sygemeldt") for value in attached)
    hard = reduced or chance.random() < (0.8 if sick else 0.65)
    lasting = reduced or (hard and chance.random() < 0.55)
    often_away = hard and chance.random() < (0.6 if lasting else 0.25)
    facts |= {
        "arbejdsevne_varigt_nedsat": reduced,
        "funktionsnedsaettelse_i_job": hard,
        "varig_funktionsnedsaettelse": lasting,
        "langvarig_lidelse": often_away,
        "forventet_fravaer_dage_pr_aar": chance.choice([4, 8, 10, 12, 15, 20, 30, 45]) if often_away else 0,
        "i_psykiatrisk_behandling": hard and chance.random() < 0.2,
    }


def _sickness(attached: set[str], chance: random.Random, facts: dict[str, FactValue]) -> None:
    sick = any(value.startswith("sygemeldt") for value in attached)
    since = chance.randint(0, 60) if sick else 0
    facts |= {
        "sygemeldt_siden_uger": since,
        "forventet_sygdom_uger": since + chance.choice([1, 2, 4, 8, 12, 20, 40]) if sick else 0,
        "fravaer_timer_pr_uge": chance.choice([2, 5, 10, 15, 20, 30, 37]) if sick else 0,
    }


def _education(attached: set[str], chance: random.Random, facts: dict[str, FactValue]) -> None:
    age = facts["alder"]
    assert isinstance(age, int)
    if "studerende" in attached:
        kind = chance.choice(["ungdomsuddannelse", "erhvervsuddannelse", "videregaaende", "videregaaende"])
    elif attached & {"foertidspension", "efterloen", "uden_for_arbejdsmarkedet"}:
        kind = "ingen"
    else:
        kind = "efteruddannelse" if chance.random() < (0.6 if "opkvalificering" in attached else 0.12) else "ingen"
    trained = chance.random() < 0.7
    fresh = trained and "studerende" not in attached and kind != "ingen" and age < 35 and chance.random() < 0.3
    fresh = fresh or (
        trained and 22 <= age <= 30 and bool(attached & {"ledig", "ordinaert_ansat"}) and chance.random() < 0.35
    )
    facts |= {"uddannelsestype": kind, "uddannelse_min_18_mdr": trained, "nyuddannet_under_2_aar": fresh}


def _work(attached: set[str], kind: str, chance: random.Random, facts: dict[str, FactValue]) -> None:
    facts["arbejdsgiver"] = chance.choices(["privat", "offentlig", "offentligt_stoettet"], weights=[6, 3, 1])[0]
    working = attached & {
        "ordinaert_ansat",
        "fleksjob",
        "loentilskud",
        "virksomhedspraktik",
        "seniorjob",
        "selvstaendig",
    }
    facts["timer_pr_uge"] = chance.choice([10, 15, 20, 30, 37, 37, 37]) if working else 0
    idle = kind in {"on cash benefits for long"} or chance.random() < 0.4
    jobless = not working or attached & {"loentilskud", "virksomhedspraktik"}
    facts["ledig_maaneder"] = (chance.randint(6, 60) if idle else chance.randint(0, 8)) if jobless else 0
    agreed = "ordinaert_ansat" in attached and chance.random() < 0.2
    facts["saerlige_vilkaar_maaneder"] = chance.choice([2, 6, 12, 18, 30]) if agreed else 0


def _decisions(attached: set[str], income: set[str], chance: random.Random, facts: dict[str, FactValue]) -> None:
    granted = {"fleksjob"} if "fleksjob" in attached or "ledighedsydelse" in income else set()
    if "ressourceforloebsydelse" in income:
        granted.add(chance.choice(["jobafklaring", "jobafklaring", "ressourceforloeb_foer_2026_02_01"]))
    if not granted and chance.random() < 0.03:
        granted.add("revalidering_foer_2026_02_01")
    facts["igangvaerende_bevilling"] = frozenset(granted or {"ingen"})
    if chance.random() < 0.2:
        facts["afgoerelse_siden_uger"] = chance.randint(0, 12)
