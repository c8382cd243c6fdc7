"""The rules of redaction, one example each."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from nlu.redaction import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cpr 140278 - 1935", "cpr [cpr-nummer]"),
        ("１４０２７８-１９３５", "[cpr-nummer]"),
        ("14\u200d0278\u200b-1935", "[cpr-nummer]"),
        ("mitcpr140278-1935tak", "mitcpr[cpr-nummer]tak"),
        ("fjorten nul to otteoghalvfjerds nitten femogtredive", "[cpr-nummer]"),
        ("født 14/2 1978, de sidste fire cifre er 1935", "født [fødselsdato], de sidste fire cifre er [cpr-nummer]"),
        ("ring 22814067", "ring [telefonnummer]"),
        ("+45 22 81 40 67", "[telefonnummer]"),
        ("toogtyve enogfirs fyrre syvogtres", "[telefonnummer]"),
        ("anna snabel-a firma punktum dk", "[mailadresse]"),
        ("bor soendergade 5, 2. tv, 7400 herning", "bor [adresse]"),
        ("bor på møllegade fjorten anden til venstre", "bor på [adresse]"),
        ("reg. 9001 konto 4567812390", "reg. [kontonummer]"),
        ("DK50 0040 0440 1162 43", "[kontonummer]"),
        ("4571 0000 1234 5678 udløb 09/28", "[kortnummer] udløb [kortnummer]"),
        ("jeg hedder peter hansen", "jeg hedder [navn]"),
        ("Mvh Abdirahman Warsame Jama", "Mvh [navn]"),
        ("borger LK og M.H.B.", "borger [navn] og [navn]"),
        ("brugernavn: annh0021", "brugernavn: [id]"),
        ("sagsnr. 2026-14421", "sagsnr. [id]"),
        ("pasnummer L0123456", "pasnummer [id]"),
    ],
)
def test_a_secret_becomes_a_placeholder(text: str, expected: str) -> None:
    assert redact(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "§ 56 og kapitel 5, side 112",
        "37 timer, kl. 9-12, uge 47, 43 år, 7 ud af 10, 50 %",
        "fra 01.02.2026 til 2026-11-22, 22.00-06.00, 20/10-24/10, 2019-2023",
        "løn 28.412,33 kr. og 12.345.678 kr.",
        "CVR 31 42 58 66, ordre 22814067, ISBN 978-87-02-33514-8",
        "Aalborg Kommune, Høje-Taastrup og Region Midtjylland",
        "Danske Bank, Novo Nordisk, Lev Uden Vold og Sankt Hans",
        "min chef Sofie og Lars fra HK",
        "Bo og Liv bor i Randers, gry i morgenlyset og pil i vasen",
        "for alle 12 kolleger, på vej 14 dage, arbejdsplads 3 dage",
    ],
)
def test_what_the_talk_is_about_stays(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    "number",
    [
        "112",
        "114",
        "1813",
        "1818",
        "1888",
        "70 201 201",
        "70201201",
        "+45 70 20 12 01",
        "116 111",
        "39 25 25 25",
        "70 23 27 50",
        "70 11 31 31",
        "70 11 07 07",
        "70 15 03 00",
    ],
)
def test_a_public_help_line_stays(number: str) -> None:
    assert redact(f"ring til {number} med det samme").text == f"ring til {number} med det samme"


def test_every_municipality_stays() -> None:
    content = Path(__file__).parents[2] / "knowledge" / "municipalities.yml"
    for municipality in yaml.safe_load(content.read_text(encoding="utf-8"))["municipalities"]:
        text = f"jeg bor i {municipality['name']} og {municipality['name']} Kommune har ringet 3 gange"
        assert redact(text).text == text


def test_a_placeholder_is_no_name_and_hides_nothing_behind_it() -> None:
    assert redact("jeg hedder [navn] og har 22 81 40 67").text == "jeg hedder [navn] og har [telefonnummer]"


def test_positions_are_those_of_the_original_text() -> None:
    text = "tlf\u200b ２２ ８１ ４０ ６７!"
    (secret,) = redact(text).secrets
    assert (secret.kind, text[secret.start : secret.end]) == ("phone", "２２ ８１ ４０ ６７")
