"""What redaction finds and leaves alone in lines by people whose lines it was not made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlu.redaction import Redaction, redact

DATA = Path(__file__).parents[1] / "data"
NUMBERS_AND_MAIL = frozenset({"cpr", "phone", "email", "account"})
PLACES_AND_NAMES = frozenset({"address", "full_name"})


def lines(part: str) -> list[dict[str, Any]]:
    text = (DATA / f"redaction_{part}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def is_gone(redaction: Redaction, text: str, secret: dict[str, str]) -> bool:
    """Whether every letter and digit of the secret is masked; of a number only the digits count ("reg 9001 …")."""
    start = text.index(secret["span"])
    only_digits = secret["type"] in ("cpr", "phone", "account", "card") and any(map(str.isdigit, secret["span"]))
    matter = str.isdigit if only_digits else str.isalnum
    positions = [at for at in range(start, start + len(secret["span"])) if matter(text[at])]
    return all(any(hidden.start <= at < hidden.end for hidden in redaction.secrets) for at in positions)


def recall(part: str, kinds: frozenset[str]) -> float:
    found = [
        is_gone(redact(line["text"]), line["text"], secret)
        for line in lines(part)
        for secret in line["secrets"]
        if secret["type"] in kinds
    ]
    return sum(found) / len(found)


def survival(part: str) -> float:
    kept = [value in redact(line["text"]).text for line in lines(part) for value in line["keep"]]
    return sum(kept) / len(kept)


@pytest.mark.parametrize("part", ["heldout", "dev", "styles"])
def test_cpr_numbers_phones_mail_addresses_and_accounts_are_gone(part: str) -> None:
    assert recall(part, NUMBERS_AND_MAIL) >= 0.99


@pytest.mark.parametrize("part", ["heldout", "dev", "styles"])
def test_addresses_and_full_names_are_gone(part: str) -> None:
    assert recall(part, PLACES_AND_NAMES) >= 0.95


@pytest.mark.parametrize("part", ["heldout", "dev", "styles"])
def test_hours_paragraphs_dates_amounts_and_help_lines_survive(part: str) -> None:
    assert survival(part) >= 0.99


@pytest.mark.parametrize("part", ["heldout", "dev", "styles"])
def test_a_redacted_line_stays_as_it_is(part: str) -> None:
    for line in lines(part):
        once = redact(line["text"]).text
        assert redact(once).text == once


def test_nobody_has_lines_in_both_parts() -> None:
    authors = [{line["author"] for line in lines(part)} for part in ("heldout", "dev", "styles")]
    assert not authors[0] & authors[1]
    assert not authors[0] & authors[2]
