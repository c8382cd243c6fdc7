"""The rows that facts are read with, compiled from `nlu/facts_da.yml`. How a row is written stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.eligibility import FactValue
from nlu.crisis.words import fold

_FILE = Path(__file__).with_name("facts_da.yml")
_TWICE = re.compile(r"([^\W\d_])\1")
_APOSTROPHES = str.maketrans({"'": "", "’": ""})
_NUMBER = r"(?:\d+(?:,\d+)?|et halvt|en halv|halvt|halvanden|halvandet|trekvart|en|et)"
_UNIT = r"(?P<unit>dag|uge|maned|md|mdr|ar)(?:e|r|er|en|ene|s|es|rs|ers|et)?"
MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
SEASONS = {"foraret": 4, "forar": 4, "paske": 4, "somer": 7, "someren": 7, "somers": 7, "efteraret": 10, "jul": 12}
_PLACES = {
    "#": r"(?P<n>\d+(?:,\d+)?)(?: (?:-|til|eller) (?P<m>\d+))? ",
    "{tid}": rf"(?P<n>{_NUMBER})(?: (?:-|til|eller) (?P<m>\d+))?(?: hele)? {_UNIT}(?P<half> og (?:en|et) halvt?)? ",
    "#.": r"\d+\. ",
    "{orden}": rf"(?P<n>\d+)\. {_UNIT} ",
    "{dato}": r"(?P<last>sidste ar (?:i )?)?(?:(?:start\w*|slut\w*|midt\w*|begyndelsen|af|i|sidste|den|d) ){0,4}"
    rf"(?:(?P<day>\d+)\.? )?(?P<month>{'|'.join((*MONTHS, *SEASONS))})(?: (?:i )?(?P<year>20\d\d|fjor|sidste ar))? ",
    "{aarstal}": r"(?P<year>20\d\d) ",
}
_NAMED = re.compile(r"\(\?P<\w+>")
_DIGITS = "#"
"""The key of rows that begin with a number."""


@dataclass(frozen=True, eq=False)
class Way:
    """Ways of saying one value of a fact; one without rows follows from `needs` alone.

    `needs`: what must have been found (each a choice split by "|"), `without`: what must not; `tells`: what more it
    says; `also_in`: where it counts though others do not ("questions", "wishes", "past", "negations").
    """

    fact: str
    value: FactValue | None
    has_rows: bool
    needs: tuple[str, ...]
    without: tuple[str, ...]
    tells: tuple[str, ...]
    also_in: frozenset[str]


@dataclass(frozen=True)
class Row:
    """One row. It counts where its way does, and among negations when it has one itself."""

    way: Way
    also_in: frozenset[str]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Block:
    """One fact, or one mark that facts are concluded from; `unit` and `limits` are of what is counted."""

    kind: str
    unit: str
    limits: tuple[int, int] | None
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Table:
    """The whole file.

    `same`: numbers in words and other spellings → what they are matched as. `rows` are found by their first word,
    "begins*" or "*ends"; `blocks` stand in order.
    """

    same: Mapping[str, str]
    lists: Mapping[str, frozenset[str]]
    rows: Mapping[str, tuple[Row, ...]]
    blocks: Mapping[str, Block]


def spell(word: str) -> str:
    """One spelling for what people mix: æ/ae/a, ø/oe/o, å/aa/a, and doubled letters as one."""
    plain = fold(word).translate(_APOSTROPHES).replace("aa", "a").replace("ae", "a").replace("oe", "o")
    return _TWICE.sub(r"\1", plain)


def rows_for(word: str, table: Table) -> Iterator[Row]:
    """The rows whose first word can be `word`."""
    if word[0].isdigit() or word in table.lists["small_numbers"]:
        yield from table.rows.get(_DIGITS, ())
    yield from table.rows.get(word, ())
    for cut in range(2, len(word) + 1):
        yield from table.rows.get(word[:cut] + "*", ())
        yield from table.rows.get("*" + word[-cut:], ())


@lru_cache(maxsize=1)
def read_table() -> Table:
    """The table, read once.

    Raises:
        KeyError: a row names a list that is not there.
    """
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    lists = {name: frozenset(spell(word) for word in words.split()) for name, words in content["lists"].items()}
    numbers = {spell(word): str(number) for word, number in content["numbers"].items()}
    ones = {word: number for word, number in numbers.items() if int(number) < 10} | {"en": "1"}
    tens = {word: number for word, number in numbers.items() if int(number) > 19}
    numbers |= {spell(f"{o}og{t}"): str(int(tens[t]) + int(ones[o])) for t in tens for o in ones}
    numbers |= {spell(word): f"{number}." for word, number in content["ordinals"].items()}
    same = numbers | {spell(word): spell(usual) for word, usual in content["spellings"].items()}
    rows: dict[str, list[Row]] = {}
    blocks: dict[str, Block] = {}
    for fact, block in content["facts"].items():
        ways = []
        for part in block["ways"]:
            ways.append(_way(fact, part, block))
            for pieces in _rows(part.get("rows", "")):
                denies = any(lists["negations"] & set(_words(piece, lists)) for piece in pieces if piece[0] != "!")
                also_in = ways[-1].also_in | ({"negations"} if denies else set())
                compiled = Row(ways[-1], also_in, _pattern(pieces, lists))
                for key in _keys(pieces[0], lists):
                    rows.setdefault(key, []).append(compiled)
        limits = tuple(block["between"]) if "between" in block else None
        blocks[fact] = Block(block["kind"], block.get("unit", ""), limits, tuple(ways))
    return Table(same, lists, {key: tuple(found) for key, found in rows.items()}, blocks)


def _way(fact: str, part: Mapping[str, Any], block: Mapping[str, Any]) -> Way:
    """One way; that of a mark is true unless it counts something."""
    return Way(
        fact=fact,
        value=True if block["kind"] == "mark" and "between" not in block else part.get("is"),
        has_rows="rows" in part,
        needs=tuple(part.get("needs", ())),
        without=tuple(part.get("without", ())),
        tells=tuple(part.get("tells", ())),
        also_in=frozenset(part.get("also_in", "").split()),
    )


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of a way in pieces; one that begins with what may be left out counts as two."""
    for row in text.splitlines():
        pieces = row.split()
        while pieces[0].startswith("("):
            yield [pieces[0][1:-1], *pieces[1:]]
            pieces = pieces[1:]
        yield pieces


def _keys(piece: str, lists: Mapping[str, frozenset[str]]) -> list[str]:
    """What a row that begins with `piece` is found by."""
    return _words(piece, lists) + [_DIGITS] * any(word in _PLACES for word in piece.split("|"))


def _pattern(pieces: Sequence[str], lists: Mapping[str, frozenset[str]]) -> re.Pattern[str]:
    """A row as an expression over the words of a line; its first number or time is the one that is read."""
    found, named = "", False
    for piece in pieces:
        part = _piece(piece, lists)
        found += _NAMED.sub("(?:", part) if named else part
        named = named or "(?P<" in part
    return re.compile(found)


def _piece(piece: str, lists: Mapping[str, frozenset[str]]) -> str:
    """One part of a row as an expression over the words of a line."""
    if piece == "..":
        return r"(?:(?![.?] )\S+ ){0,4}?"
    if piece.startswith("!"):
        return f"(?!{_piece(piece[1:], lists)})"
    if piece.startswith("("):
        return f"(?:{_piece(piece[1:-1], lists)})?"
    choices = [_PLACES[word] for word in piece.split("|") if word in _PLACES]
    choices += [re.escape(word).replace(r"\*", r"\w*") + " " for word in _words(piece, lists)]
    return f"(?:{'|'.join(choices)})"


def _words(piece: str, lists: Mapping[str, frozenset[str]]) -> list[str]:
    """The words that a part allows: its own, and those of the lists it names."""
    found: list[str] = []
    for word in piece.split("|"):
        if word in _PLACES:
            continue
        if word.startswith("{"):
            found += sorted(lists[word[1:-1]])
        else:
            found.append(spell(word))
    return found
