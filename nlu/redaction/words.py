"""The words that redaction goes by: `words.toml`, Faker's name lists, the municipalities and the public numbers."""

from __future__ import annotations

import importlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
_KNOWLEDGE = _HERE.parent.parent / "knowledge"

# Lists in Latin script of the peoples who live in Denmark in numbers; Icelandic names are in words.toml.
_LOCALES = """da_DK no_NO sv_SE fi_FI en_GB en_US en_IE en_IN en_NG en_KE en_PK de_DE nl_NL fr_FR es_ES it_IT pt_PT
pl_PL ro_RO hu_HU cs_CZ sk_SK hr_HR sl_SI lt_LT lv_LV et_EE tr_TR az_AZ vi_VN fr_DZ uz_UZ"""
# Other scripts: read as they are written.
_OTHER_SCRIPTS = "ar_AA fa_IR uk_UA ru_RU bg_BG ta_IN"

_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "ı": "i",
        "ł": "l",
        "đ": "d",
    }
)
_LETTERS_SHORT = str.maketrans({"æ": "a", "ø": "o", "å": "a", "ß": "ss", "ı": "i", "ł": "l", "đ": "d"})
_PHONE_IN_CONTACTS = re.compile(r"(?<![\d/.\-])\+?\d(?: ?\d){2,10}(?![\d/.\-])")


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word as the lists hold it: lower case, æøå as ae oe aa, other accents gone ("Jørgensen" → "joergensen")."""
    return _bare(word.lower().translate(_LETTERS))


def _bare(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    """`words.toml`, read once."""
    with (_HERE / "words.toml").open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=64)
def listed(section: str, name: str) -> frozenset[str]:
    """One word list of `words.toml` as a set, in lower case."""
    return frozenset(str(tables()[section][name]).lower().split())


def spellings(words: Iterable[str]) -> Iterator[str]:
    """Every folded spelling of some names: "Jørgensen" gives joergensen and jorgensen; "Abu Omar" two words."""
    for words_of_one in words:
        for word in words_of_one.replace("-", " ").split():
            low = word.lower()
            yield _bare(low.translate(_LETTERS))
            yield _bare(low.translate(_LETTERS_SHORT))


def _faker_names(prefixes: tuple[str, ...]) -> Iterator[str]:
    for locale in f"{_LOCALES} {_OTHER_SCRIPTS}".split():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            names = getattr(provider, attribute)
            if attribute.startswith(prefixes) and not callable(names):
                yield from names


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """First names, folded."""
    own = tables()["names"]
    ours = " ".join(own[part] for part in own if part not in ("danish_last", "surname_endings")).split()
    return frozenset(spellings([*_faker_names(("first_names", "middle_names")), *ours]))


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Surnames, folded. Lists of foreign names in `words.toml` do not tell the two apart."""
    own = tables()["names"]
    ours = " ".join(own[part] for part in own if part not in ("danish_first", "surname_endings")).split()
    lists = ("last_names", "male_last_names", "unisex_last_names")
    return frozenset(spellings([*_faker_names(lists), *ours]))


@lru_cache(maxsize=1)
def municipalities() -> frozenset[str]:
    """The names of the 98 municipalities, folded, from knowledge/municipalities.yml."""
    content = yaml.safe_load((_KNOWLEDGE / "municipalities.yml").read_text(encoding="utf-8"))
    return frozenset(fold(municipality["name"]) for municipality in content["municipalities"])


@lru_cache(maxsize=1)
def towns() -> frozenset[str]:
    """Danish towns, folded: Faker's list, the municipalities and our own additions."""
    provider = importlib.import_module("faker.providers.address.da_DK").Provider
    return frozenset(map(fold, (*provider.cities, *listed("places", "towns")))) | municipalities()


@lru_cache(maxsize=1)
def public_numbers() -> frozenset[str]:
    """Phone numbers, digits only, that are nobody's secret: words.toml and every number in knowledge/contacts.yml."""
    contacts = _KNOWLEDGE / "contacts.yml"
    text = contacts.read_text(encoding="utf-8") if contacts.exists() else ""
    found = (re.sub(r"\D", "", match.group()) for match in _PHONE_IN_CONTACTS.finditer(text))
    return listed("numbers", "public") | frozenset(number for number in found if len(number) in (3, 4, 6, 8))


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Ordinary Danish and English words, folded: a word in here is not taken for an unknown name."""
    words = (_HERE / "vocabulary.txt").read_text(encoding="utf-8").split()
    return frozenset(fold(word) for word in words)
