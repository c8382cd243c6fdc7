"""Lifelike messages with planted secrets and values that must stay, made from a seed.

Everything is invented: numbers are drawn at random, names and streets are put together from lists.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """A message; the secrets in it, written as they stand there; and the values that must survive."""

    text: str
    secrets: list[str]
    keep: list[str]


Maker = Callable[[random.Random], str]


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words("""
Anna Mette Kirsten Lars Jens Søren Hanne Birgit Peter Michael Louise Camilla Rasmus Emil Freja Ida Oliver Noah
Magnus Karsten Bodil Dorthe Tove Svend Aage Poul Inger Lone Jytte Kaj Bent Gitte Vibeke Niels Ole Ulla Fatima
Ahmed Mohamed Yusuf Amina Layla Hassan Omar Khadija Abdirahman Fadumo Hodan Mehmet Ayşe Zeynep Emre Elif Piotr
Agnieszka Katarzyna Krzysztof Małgorzata Oleksandr Oksana Iryna Dmytro Sivakumar Priya Thi Nguyen Adnan Amra
Goran Tesfay Selam Maryam Reza Shirin Azadeh Farhad Rojda Somchai Maria-Louise Anne-Grethe Hans-Henrik Siobhán
James Emily
""")
_LAST = _words("""
Jensen Nielsen Hansen Pedersen Andersen Møller Sørensen Kjærgaard Østergaard Rahbek Lindholm Bach Dam Holm
Krogh Toft Vestergaard Søndergaard Nørgaard Kragelund Lauridsen Winther Skou Brix Højlund Abildgaard Bisgaard
Damgaard Kirkegaard Ravn Storgaard Al-Hassan Hussein Warsame Farah Yıldız Demir Özdemir Kaya Kowalski
Wiśniewska Nowak Kovalenko Shevchenko Rajaratnam Sivalingam Nguyen Tran Hodžić Begić Haile Tesfaye Ahmadi
Rezaei Karimi Çelik Patel O'Connor Bruun-Andersen Myrup-Hansen Thomsen Juhl Lund
""")
_STREETS = _words("""
Møllegade Nørregade Søndergade Skolegade Jernbanegade Østergade Kirkevej Skovvej Lærkevej Kastanievej
Birkealle Ringvejen Strandvejen Hovedgaden Bygaden Algade Vesterbrogade Nørrebrogade Amagerbrogade Jagtvej
Tagensvej Finsensvej Åboulevarden Solsortevej Fjordvænget Rosenstien Engvej Havnegade Tulipanvej Bakkevej
Kongensgade Rådhusstræde Brogade Smedegade Industrivej Parkvej Lyngvej Grønnevænge Mosevej Vinkelvej
Teglværksvej Ndr-Ringvej
""")
_LONG_STREETS = [
    "Gammel Kongevej",
    "Store Torv",
    "H.C. Andersens Boulevard",
    "Peter Bangs Vej",
    "Nordre Fasanvej",
    "Østre Allé",
    "Ny Vestergade",
]
_TOWNS = [
    ("8000", "Aarhus C"),
    ("5000", "Odense C"),
    ("9000", "Aalborg"),
    ("2200", "København N"),
    ("7100", "Vejle"),
    ("4700", "Næstved"),
    ("8900", "Randers C"),
    ("6000", "Kolding"),
    ("4100", "Ringsted"),
    ("7400", "Herning"),
    ("2650", "Hvidovre"),
    ("3000", "Helsingør"),
    ("9800", "Hjørring"),
    ("6400", "Sønderborg"),
    ("5700", "Svendborg"),
    ("7800", "Skive"),
]
_MUNICIPALITIES = [
    "Aarhus",
    "Odense",
    "Vejle",
    "Høje-Taastrup",
    "Ishøj",
    "Guldborgsund",
    "Ringkøbing-Skjern",
    "Aabenraa",
    "Køge",
    "Thisted",
]
_DOMAINS = [
    "gmail.com",
    "hotmail.com",
    "outlook.dk",
    "firmapost.dk",
    "mail.example",
    "tømrerne.dk",
    "kontor-nord.dk",
]
_WORDS_0_19 = [
    "nul",
    "en",
    "to",
    "tre",
    "fire",
    "fem",
    "seks",
    "syv",
    "otte",
    "ni",
    "ti",
    "elleve",
    "tolv",
    "tretten",
    "fjorten",
    "femten",
    "seksten",
    "sytten",
    "atten",
    "nitten",
]
_TENS = ["", "", "tyve", "tredive", "fyrre", "halvtreds", "tres", "halvfjerds", "firs", "halvfems"]


def planted(n: int, seed: int) -> list[Planted]:
    """`n` messages; the same seed gives the same messages."""
    rng = random.Random(seed)
    return [_message(rng) for _ in range(n)]


def two_digits_said(pair: str) -> str:
    """Two digits as a Dane says them in a dictated number ("07" → "nul syv", "21" → "enogtyve")."""
    if pair[0] == "0":
        return f"nul {_WORDS_0_19[int(pair[1])]}"
    if int(pair) < 20:
        return _WORDS_0_19[int(pair)]
    one = f"{_WORDS_0_19[int(pair[1])]}og" if pair[1] != "0" else ""
    return one + _TENS[int(pair[0])]


def _pairs(digits: str) -> list[str]:
    return [digits[at : at + 2] for at in range(0, len(digits), 2)]


def cpr(rng: random.Random) -> str:
    """A CPR number with a valid date, in one of many written forms."""
    day, month, year = f"{rng.randint(1, 28):02}", f"{rng.randint(1, 12):02}", f"{rng.randint(40, 99)}"
    serial = f"{rng.randint(0, 9999):04}"
    date = day + month + year
    return rng.choice(
        [
            f"{date}-{serial}",
            f"{date}{serial}",
            f"{date} {serial}",
            f"{date}.{serial}",
            f"{day} {month} {year} {serial}",
            f"{day}.{month}.{year}-{serial}",
            f"{day}/{month}-{year} {serial}",
            f"{day}-{month}-19{year}-{serial}",
            f"{date} - {serial}",
            " ".join(_pairs(date + serial)),
            " ".join(date + serial),
            f"{date}–{serial}",
            " ".join(map(two_digits_said, _pairs(date + serial))),
        ]
    )


def phone(rng: random.Random) -> str:
    """A Danish or foreign phone number that is nobody's help line."""
    digits = f"{rng.choice('23456')}{rng.choice('12345689')}{rng.randint(0, 999999):06}"
    pairs = _pairs(digits)
    return rng.choice(
        [
            " ".join(pairs),
            digits,
            f"+45 {' '.join(pairs)}",
            f"+45{digits}",
            f"0045 {digits}",
            "-".join(pairs),
            ".".join(pairs),
            f"{digits[:4]} {digits[4:]}",
            f"{digits[:3]} {digits[3:6]} {digits[6:]}",
            f"(+45) {digits[:4]} {digits[4:]}",
            f"+46 70 {digits[:3]} {digits[3:5]} {digits[5:7]}",
            f"+48 {digits[:3]} {digits[3:6]} {digits[5:]}",
            " ".join(map(two_digits_said, pairs)),
            ", ".join(pairs),
            f"45 {' '.join(pairs)}",
        ]
    )


def mail(rng: random.Random) -> str:
    """A mail address, typed or said."""
    first, last = rng.choice(_FIRST[:40]).lower(), rng.choice(_LAST[:20]).lower()
    local = rng.choice([f"{first}.{last}", f"{first}{rng.randint(1, 99)}", f"{first[0]}{last}", f"{first}_{last}"])
    domain = rng.choice(_DOMAINS)
    return rng.choice(
        [
            f"{local}@{domain}",
            f"{local}@{domain}".upper(),
            f"{local} @ {domain}",
            f"{local} (at) {domain}",
            f"{local}[at]{domain}",
            f"{local} snabel-a {domain.replace('.', ' punktum ')}",
            f"{local} snabela {domain}",
        ]
    )


def name(rng: random.Random) -> str:
    """A full name of two or three words."""
    words = [rng.choice(_FIRST), rng.choice(_LAST)]
    if rng.random() < 0.3:
        words.insert(1, rng.choice(_LAST))
    return " ".join(words)


def address(rng: random.Random) -> str:
    """A street with a house number, mostly with floor, postal code and town."""
    number = f"{rng.randint(1, 199)}{rng.choice(['', '', '', 'a', ' B'])}"
    street = f"{rng.choice([*_STREETS, *_LONG_STREETS])} {number}"
    floor = rng.choice(
        [
            "",
            "",
            ", 2. tv",
            ", 1. th.",
            ", st. mf.",
            " 3 tv",
            ", 4. sal",
            ", st., lejl. 7",
            ", 1. sal til højre",
        ]
    )
    code, town = rng.choice(_TOWNS)
    place = rng.choice(["", f", {code} {town}", f" {code} {town}", f"\n{code} {town}", f", {town}"])
    whole = street + floor + place
    return rng.choice([whole, whole, whole.lower(), _without_danish_letters(whole)])


def _without_danish_letters(text: str) -> str:
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("Æ", "Ae"), ("Ø", "Oe"), ("Å", "Aa")):
        text = text.replace(letter, plain)
    return text


def account(rng: random.Random) -> str:
    """A registration number with an account, or an IBAN."""
    reg, konto = f"{rng.randint(1000, 9999)}", f"{rng.randint(0, 9999999999):010}"
    return rng.choice(
        [
            f"{reg}-{konto}",
            f"{reg} {konto}",
            f"{reg} {konto[:4]} {konto[4:7]} {konto[7:]}",
            f"DK{rng.randint(10, 99)}{reg}{konto}",
            f"DK{rng.randint(10, 99)} {reg} {konto[:4]} {konto[4:8]} {konto[8:]}",
        ]
    )


# Carriers end where the secret stands; what a person writes around a secret says what it is.
_SECRETS: tuple[tuple[Maker, tuple[str, ...]], ...] = (
    (
        cpr,
        (
            "mit cpr er {}",
            "personnummer: {}",
            "cpr-nummeret er {} hvis I skal slå mig op",
            "CPR {}",
            "I kan finde mig under {}",
            "her er mit personnummer {}",
            "hendes cpr nr. er {}",
        ),
    ),
    (
        phone,
        (
            "ring til mig på {}",
            "tlf. {}",
            "mit nummer er {}",
            "du kan sende en sms til {}",
            "mobil: {}",
            "min chef har telefon {}",
            "jeg kan træffes på {}",
        ),
    ),
    (mail, ("skriv til {}", "min mail er {}", "e-mail: {}", "send planen til {} tak", "chefens mailadresse er {}")),
    (
        name,
        (
            "jeg hedder {}",
            "mit navn er {}",
            "sagsbehandleren hedder {}",
            "min kollega {}",
            "hun hedder {}",
            "min chef {}",
            "lægen {}",
            "Mvh {}",
            "kontakt {}",
        ),
    ),
    (address, ("jeg bor på {}", "min adresse er {}", "adresse: {}", "firmaet ligger på {}", "send brevet til {}")),
    (account, ("overfør til konto {}", "kontonummer {}", "min konto er {}", "reg. og konto: {}")),
)


def _hours(rng: random.Random) -> str:
    return f"{rng.randint(2, 37)} timer"


def _keeps(rng: random.Random) -> list[str]:
    """A fresh value of every kind that must survive."""
    month = rng.choice(
        ["januar", "februar", "marts", "april", "maj", "juni", "august", "september", "oktober", "november", "december"]
    )
    return [
        _hours(rng),
        f"§ {rng.choice([56, 49, 82, 100, 167])}",
        f"{rng.randint(19, 66)} år",
        f"{rng.randint(1, 10)} ud af 10",
        f"uge {rng.randint(1, 52)}",
        f"{rng.randint(1, 28)}. {month}",
        f"{rng.randint(2015, 2027)}",
        f"{rng.randint(1, 39)}.{rng.randint(100, 999)} kr.",
        f"{rng.randint(5, 95)} %",
        f"{rng.choice(_MUNICIPALITIES)} Kommune",
        rng.choice(["fleksjob", "løntilskud", "virksomhedspraktik", "mentor", "personlig assistance"]),
        rng.choice(
            ["112", "1813", "1818", "70 201 201", "116 111", "1888", "39 25 25 25", "70 23 27 50", "70 11 31 31"]
        ),
        f"kl. {rng.randint(8, 17)}.{rng.choice(['00', '15', '30'])}",
        f"{rng.randint(2, 9)}/{rng.randint(10, 12)}",
        rng.choice(["Danske Bank", "Novo Nordisk", "HK", "Netto"]),
        f"{rng.randint(2, 40)} km",
        f"kl. {rng.randint(8, 10)}-{rng.randint(11, 16)}",
        f"{rng.randint(2, 12)} uger",
        rng.choice(["Sofie", "Lars", "Amina"]),
    ]


FRAMES = """
jeg har været sygemeldt i {k} og vil gerne tilbage, {s}
Hej, {s}. Jeg kan arbejde {k} om dagen
kan man få {k}? {s}
{s}, og jeg er sygemeldt på grund af stress, {k}
min arbejdsgiver siger at {k} er for lidt, {s}
det gælder {k}. {s}. Hvad gør jeg?
jeg sover dårligt og magter ikke mere end {k}, {s}
{s}. Mødet handler om {k}
hvad er reglerne om {k}, jeg spørger fordi {s}
altså det startede med {k} og nu ved jeg ikke hvad jeg skal {s}
vi har en medarbejder, det drejer sig om {k}, {s}
jeg er træt af det hele men {k} går nok, {s}
Kan I hjælpe? {s}. Det handler om {k}.
efter en depression kan jeg kun klare {k} {s}
jeg har lige fået brev om {k}, {s}
{s} og så vil jeg høre om {k}
Jeg skriver på vegne af min søn, {s}. Han har fået {k}
min læge nævnte {k}, {s}
der står {k} i min plan, passer det? {s}
{s}
{s}. Tak!
Angst gør at jeg ikke tør ringe, men {s}. {k}
jeg vil gerne i praktik, {k} er fint, {s}
Jeg mangler svar om {k}. {s}
må chefen spørge om {k}, {s}
øh ja hej {s} og jeg har {k} tror jeg nok
hvor søger man om {k}? {s}
{s}, og kommunen siger {k}
hun er gået ned med stress, vi har aftalt {k}, {s}
Skemaet beder om det her: {s}. Og om {k}.
jeg bliver så presset når der står {k} på planen, {s}
Vi vil gerne fastholde ham, {k} er realistisk. {s}.
skal jeg til samtale når det er {k}? {s}
{s}; det er vigtigt for mig, {k}
ville ønske nogen ringede til mig, {s}, jeg har ventet siden {k}
jeg har adhd og mister tråden efter {k}, {s}
det er {k} vi taler om, ikke mere. {s}
god morgen, {s}. ville høre om {k}
{k}. {s}
{k}, {s}, hvad så nu
Hej igen. Jeg glemte at sige {k}. {s}. Hilsen mig
Jeg tror jeg har brug for en mentor. {k}. {s}.
er {k} nok til at få hjælp? {s}
{s}. PS: {k} er aftalt
vi er en lille butik og kan tilbyde {k}, {s}
Fraværet er {k} nu. {s}
jeg har det ca {k} i dag, {s}
når jeg starter igen bliver det {k}, {s}
hun siger {k}, han siger noget andet, {s}
kollegaerne ved ikke noget endnu, {k}, {s}
hvem kan se det jeg skriver? {s}, {k}
jeg er bange for at miste jobbet, {k}, {s}
Kan du skrive en plan med {k}? {s}
pauser hjælper mig, helst efter {k}, {s}
der blev sagt {k} på mødet, {s}
jeg kan ikke huske alt men {k} er rigtigt, {s}
fagforeningen siger {k}, {s}
som leder vil jeg gerne gøre det rigtigt, {k}, {s}
hvad koster det os? {k}? {s}
må jeg tage en med til samtalen, {k}, {s}
det er {k} siden jeg sidst var på arbejde, {s}
Opfølgning er sat til {k}. {s}. Er det for tidligt?
rådgiveren sagde {k}, {s}
""".strip().splitlines()


def _message(rng: random.Random) -> Planted:
    """A frame with one or two secrets in their carriers and one value to keep, in one person's way of writing."""
    secrets: list[str] = []
    said: list[str] = []
    for maker, carriers in rng.sample(_SECRETS, k=rng.choice([1, 1, 1, 2])):
        secret = maker(rng)
        secrets.append(secret)
        said.append(rng.choice(carriers).format(secret))
    keep = rng.choice(_keeps(rng))
    text = rng.choice(FRAMES).replace("{s}", rng.choice([", ", " og ", ". "]).join(said)).replace("{k}", keep)
    style = rng.random()
    if style < 0.15:
        return Planted(text.lower(), [secret.lower() for secret in secrets], [keep.lower()] if keep in text else [])
    if style < 0.22:
        text = text.replace("jeg", "jge").replace("ikke", "ik")
    elif style < 0.3:
        text = text.replace("?", "").replace("!", "")
    elif style < 0.35:
        text = f"{text}  \n"
    return Planted(text, secrets, [keep] if keep in text else [])
