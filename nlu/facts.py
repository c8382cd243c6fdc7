"""Reads the facts of the vocabulary from what a person writes, in Danish. Pure; the ways of saying it are content.

`nlu/facts_da.yml` holds the rows and explains how they are written. Here they are compiled and held against the text:
negations, questions, wishes, the past and other people's facts do not count, and where readings disagree, none is given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.eligibility import FactValue
from nlu.crisis.words import fold

_FILE = Path(__file__).with_name("facts_da.yml")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’](?=[^\W\d_])[^\W\d_]+)?|[.!?;:,\n()\"“”–—-]")
_TWICE = re.compile(r"([^\W\d_])\1")
_APOSTROPHES = str.maketrans({"'": "", "’": ""})
_LONGEST_SENTENCE = 60
"""Words; dictated text without stops is read in pieces of this length."""
_DAYS = {"dag": 1.0, "uge": 7.0, "maned": 365 / 12, "ar": 365.0}
_NUMBER = r"(?:\d+(?:,\d+)?|et halvt|en halv|halvt|halvanden|halvandet|trekvart|en|et)"
_UNIT = r"(?P<unit>dag|uge|maned|mand|md|mdr|ar)(?:e|r|er|en|ene|s|es|rs|ers|et)?"
_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()
_SEASONS = {"foraret": 4, "forar": 4, "paske": 4, "somer": 7, "someren": 7, "somers": 7, "efteraret": 10, "jul": 12}
_PLACES = {
    "#": r"(?P<n>\d+(?:,\d+)?)(?: (?:-|til|eller) (?P<m>\d+))? ",
    "{tid}": rf"(?P<n>{_NUMBER})(?: (?:-|til|eller) (?P<m>\d+))?(?: hele)? {_UNIT}(?P<half> og (?:en|et) halvt?)? ",
    "#.": r"\d+\. ",
    "{orden}": rf"(?P<n>\d+)\. {_UNIT} ",
    "{dato}": r"(?:(?:start\w*|slut\w*|midt\w*|begyndelsen|af|i|sidste|ar|den|d) ){0,4}(?:(?P<day>\d+)\.? )?"
    rf"(?P<month>{'|'.join((*_MONTHS, *_SEASONS))})(?: (?:i )?(?P<year>20\d\d|fjor|sidste ar))? ",
    "{aarstal}": r"(?P<year>20\d\d) ",
}
_THOUSANDS = re.compile(r"(\d)\.(\d{3})$")
_NEXT_WORD = re.compile(r" ?([^\W\d_]+)")
_SIGNS = (".", "?", ",")
_ANYONE = ("en", "et", "man")
_NAMED = re.compile(r"\(\?P<\w+>")
_DIGITS = "#"
"""The key of rows that begin with a number."""


@dataclass(frozen=True, eq=False)
class _Way:
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
class _Row:
    way: _Way
    also_in: frozenset[str]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class _Hit:
    value: FactValue
    words: str
    of_others: bool


@dataclass(frozen=True)
class _Block:
    """One fact, or one mark that facts are concluded from; `unit` and `limits` are of what is counted."""

    kind: str
    unit: str
    limits: tuple[int, int] | None
    ways: tuple[_Way, ...]


@dataclass(frozen=True)
class _Table:
    numbers: Mapping[str, str]
    lists: Mapping[str, frozenset[str]]
    rows: Mapping[str, tuple[_Row, ...]]
    blocks: Mapping[str, _Block]


@dataclass(frozen=True)
class _Line:
    """A text as words in one spelling, each followed by a blank; `starts` are their places in `plain`."""

    text: str
    plain: str
    tokens: tuple[str, ...]
    starts: tuple[int, ...]
    places: tuple[tuple[int, int], ...]


def read_facts(text: str, today: date | None = None) -> dict[str, FactValue]:
    """The facts that `text` states about the person it is about; what is not stated plainly is left out.

    `today` is what "siden oktober" is counted from; without it the day of the call is used.
    """
    return {fact: value for fact, (value, _) in read_facts_with_words(text, today).items()}


def read_facts_with_words(text: str, today: date | None = None) -> dict[str, tuple[FactValue, str]]:
    """As `read_facts`, and with each value the words it was read from ("fordi du skriver …")."""
    table = _table()
    line = _line(text, table)
    hits: dict[_Way, list[_Hit]] = {}
    for way, hit in _hits(line, table, today or date.today()):
        hits.setdefault(way, []).append(hit)
    if not any(way.fact == "for_en_anden" for way in hits):
        hits = {way: [hit for hit in found if not hit.of_others] for way, found in hits.items()}
    tags: dict[str, str] = {}
    facts: dict[str, tuple[FactValue, str]] = {}
    for fact, block in table.blocks.items():
        told = _told(fact, block, hits, tags)
        if told and block.kind == "many":
            words = ", ".join(dict.fromkeys(hit.words for hit in told))
            facts[fact] = (frozenset(str(hit.value) for hit in told), words)
        elif told and block.kind != "mark" and len({hit.value for hit in told}) == 1:
            facts[fact] = (told[0].value, told[0].words)
    return facts


def _told(fact: str, block: _Block, hits: Mapping[_Way, list[_Hit]], tags: dict[str, str]) -> list[_Hit]:
    """What a block says: of many values each, else what the first way says that says something.

    `tags` gets the fact, each value, and what else the ways tell, each with the words it was read from.
    """
    told: list[_Hit] = []
    for way in block.ways:
        reasons = [next((tags[tag] for tag in need.split("|") if tag in tags), "") for need in way.needs]
        if not all(reasons) or any(tag in tags for tag in way.without):
            continue
        new = hits.get(way, [])
        if not way.has_rows and way.value is not None:
            new = [_Hit(way.value, reasons[0], of_others=False)]
        for hit in new:
            for tag in (fact, f"{fact}={hit.value}", *way.tells):
                tags.setdefault(tag, hit.words)
        told += new
        if told and block.kind != "many":
            break
    return told


def _hits(line: _Line, table: _Table, today: date) -> Iterator[tuple[_Way, _Hit]]:
    for first, token in enumerate(line.tokens):
        for row in _rows_for(token, table):
            match = row.pattern.match(line.plain, line.starts[first])
            if match is None:
                continue
            last = bisect_right(line.starts, match.end() - 1) - 1
            if _refused(line, first, last, row.also_in, table):
                continue
            block = table.blocks[row.way.fact]
            value = row.way.value if block.limits is None else _number(match, block, block.limits, today)
            if value is not None:
                words = line.text[line.places[first][0] : line.places[last][1]]
                yield row.way, _Hit(value, words, _of_others(line, first, table))


def _sentence(line: _Line, index: int, stops: Sequence[str] = (".", "?")) -> int:
    """Where the sentence (or clause) begins that holds the word `index`."""
    begin = index
    while begin > 0 and line.tokens[begin - 1] not in stops and index - begin < _LONGEST_SENTENCE:
        begin -= 1
    return begin


def _refused(line: _Line, first: int, last: int, also_in: frozenset[str], table: _Table) -> bool:
    """Whether the words around a match deny it, ask it, wish it, or tell it of the past."""
    lists, inside = table.lists, set(line.tokens[first : last + 1])
    while line.tokens[first] in _SIGNS and first < last:
        first += 1
    begin = _sentence(line, first, (".", "?", ",", *lists["clause_openers"]))
    before = line.tokens[max(begin, first - 8) : first]
    after = line.tokens[last + 1 : last + 2]
    if "negations" not in also_in and (
        lists["negations"] & {*before[-3:], *inside} or lists["not"] & {*after}
    ):
        return True
    if "wishes" not in also_in and lists["wishes"] & {*before, *line.tokens[begin - 1 : begin]}:
        return True
    if "past" not in also_in and lists["past"] & {*before, *inside}:
        return True
    return "questions" not in also_in and _asked(line, first, table.lists)


def _asked(line: _Line, index: int, lists: Mapping[str, frozenset[str]]) -> bool:
    """Whether `index` stands in a question, and not in a clause of it that states something ("fordi jeg er …")."""
    begin = _sentence(line, index)
    for place in range(index, begin - 1, -1):
        if place < index and line.tokens[place] in lists["statements"] and line.tokens[place + 1] not in _ANYONE:
            return False
        opens = place == begin or line.tokens[place - 1] in lists["question_places"]
        if opens and _opens_question(line.tokens[place : place + 2], lists):
            return True
    end = index
    while end < len(line.tokens) and line.tokens[end] not in (".", "?") and end - index < _LONGEST_SENTENCE:
        end += 1
    return line.tokens[end : end + 1] == ("?",) and not any(
        line.tokens[place - 1] in lists["question_places"] and _opens_question(line.tokens[place : place + 2], lists)
        for place in range(index + 1, end)
    )


def _opens_question(pair: Sequence[str], lists: Mapping[str, frozenset[str]]) -> bool:
    return pair[0] in lists["question_words"] or (
        len(pair) == 2 and pair[0] in lists["question_verbs"] and pair[1] in lists["subjects"]
    )


def _of_others(line: _Line, index: int, table: _Table) -> bool:
    """Whether the clause, or the "han" or "hun" it begins with, is about somebody near the writer ("min kone er …")."""
    lists, subject = table.lists, False
    for place in range(max(1, index - _LONGEST_SENTENCE), index + 1):
        before, word = line.tokens[place - 1], line.tokens[place]
        if word in lists["near_people"] and before in lists["mine"]:
            subject = line.tokens[place - 2 : place - 1] == () or line.tokens[place - 2] not in lists["prepositions"]
        elif place < index and word in lists["self"]:
            subject = False
        elif before in (".", "?") and word not in lists["they"]:
            subject = False
    return subject


def _number(match: re.Match[str], block: _Block, limits: tuple[int, int], today: date) -> int | None:
    """The number a match tells, in the unit of its fact; None when it lies outside what can be."""
    groups = match.groupdict()
    if groups.get("n"):
        number = _amount(groups["n"]) + (0.5 if groups.get("half") else 0)
        if groups.get("m"):
            number = (number + _amount(groups["m"])) / 2
        unit = groups.get("unit")
        if unit and block.unit:
            number *= _DAYS["maned" if unit[0] == "m" else unit] / _DAYS[block.unit]
    else:
        number = (today - _moment(groups, today)).days / _DAYS[block.unit]
    low, high = limits
    whole = int(number + 0.5) if number >= 0 else -1
    return whole if low <= whole <= high else None


def _amount(word: str) -> float:
    if word[0].isdigit():
        return float(word.replace(",", "."))
    if word.startswith("halvand"):
        return 1.5
    return 0.75 if word == "trekvart" else 0.5 if "halv" in word else 1.0


def _moment(groups: Mapping[str, str | None], today: date) -> date:
    """The day a match speaks of; without a year the last such day before today."""
    month_word, year_word = groups.get("month"), groups.get("year")
    year = today.year if not year_word else int(year_word) if year_word[0] == "2" else today.year - 1
    if not month_word:
        return date(year, 7, 1)
    month = _SEASONS.get(month_word) or _MONTHS.index(month_word) + 1
    day = min(28, max(1, int(groups.get("day") or 15)))
    if not year_word and (month, int(groups.get("day") or 1)) > (today.month, today.day):
        year -= 1
    return min(today, date(year, month, day)) if not year_word else date(year, month, day)


def _spell(word: str) -> str:
    """One spelling for what people mix: æ/ae/a, ø/oe/o, å/aa/a, and doubled letters as one."""
    plain = fold(word).translate(_APOSTROPHES).replace("aa", "a").replace("ae", "a").replace("oe", "o")
    return _TWICE.sub(r"\1", plain)


def _line(text: str, table: _Table) -> _Line:
    tokens, places = ["."], [(0, 0)]
    for found in _TOKEN.finditer(text):
        token = _token(found, text, tokens, table)
        if token:
            tokens.append(token)
            places.append(found.span())
    tokens.append(".")
    places.append((len(text), len(text)))
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token) + 1
    return _Line(text, " ".join((*tokens, "")), tuple(tokens), tuple(starts), tuple(places))


def _token(found: re.Match[str], text: str, tokens: list[str], table: _Table) -> str:
    """The word to match for a piece of the text, a "." or "?" for its end, "," for other signs; "" is left out."""
    raw, last = found.group(), tokens[-1] if tokens else ""
    if raw[0].isdigit():
        return _THOUSANDS.sub(r"\1\2", raw).replace(".", ",")[:9] if raw.isascii() else ""
    if raw[0].isalpha():
        word = _spell(raw)
        return table.numbers.get(word, word)
    after = text[found.end() : found.end() + 2]
    counted = _NEXT_WORD.match(text, found.end()) if raw == "." and last.isdigit() else None
    if counted and any(_spell(counted.group(1)).startswith(word) for word in table.lists["counted"]):
        tokens[-1] = last + "."
        return ""
    if raw == "." and last in table.lists["abbreviations"]:
        return ""
    if raw == "-" and text[found.start() - 1 : found.start()] not in (" ", ""):
        return "-" if last.isdigit() and after[:1].isdigit() else ""
    return "?" if raw == "?" else "." if raw in ".!;\n" else ","


def _rows_for(word: str, table: _Table) -> Iterator[_Row]:
    """The rows whose first word can be `word`."""
    if word[0].isdigit() or word in table.lists["small_numbers"]:
        yield from table.rows.get(_DIGITS, ())
    yield from table.rows.get(word, ())
    for cut in range(2, len(word) + 1):
        yield from table.rows.get(word[:cut] + "*", ())
        yield from table.rows.get("*" + word[-cut:], ())


@lru_cache(maxsize=1)
def _table() -> _Table:
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    lists = {name: frozenset(_spell(word) for word in words.split()) for name, words in content["lists"].items()}
    numbers = {_spell(word): str(number) for word, number in content["numbers"].items()}
    ones = {word: number for word, number in numbers.items() if int(number) < 10} | {"en": "1"}
    tens = {word: number for word, number in numbers.items() if int(number) > 19}
    numbers |= {f"{o}og{t}": str(int(tens[t]) + int(ones[o])) for t in tens for o in ones}
    numbers |= {_spell(word): f"{number}." for word, number in content["ordinals"].items()}
    rows: dict[str, list[_Row]] = {}
    blocks: dict[str, _Block] = {}
    for fact, block in content["facts"].items():
        ways = []
        for part in block["ways"]:
            ways.append(_way(fact, part, block["kind"]))
            for pieces in _rows(part.get("rows", "")):
                denies = any(lists["negations"] & set(_words(piece, lists)) for piece in pieces if piece[0] != "!")
                also_in = ways[-1].also_in | ({"negations"} if denies else set())
                compiled = _Row(ways[-1], also_in, _pattern(pieces, lists))
                for key in [_DIGITS] if pieces[0] in _PLACES else _words(pieces[0], lists):
                    rows.setdefault(key, []).append(compiled)
        limits = tuple(block["between"]) if "between" in block else None
        blocks[fact] = _Block(block["kind"], block.get("unit", ""), limits, tuple(ways))
    return _Table(numbers, lists, {key: tuple(found) for key, found in rows.items()}, blocks)


def _way(fact: str, part: Mapping[str, Any], kind: str) -> _Way:
    return _Way(
        fact=fact,
        value=True if kind == "mark" else part.get("is"),
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
    if piece in _PLACES:
        return _PLACES[piece]
    if piece.startswith("!"):
        return f"(?!{_piece(piece[1:], lists)})"
    if piece.startswith("("):
        return f"(?:{_piece(piece[1:-1], lists)})?"
    choices = [re.escape(word).replace(r"\*", r"\w*") for word in _words(piece, lists)]
    return f"(?:{'|'.join(choices)}) "


def _words(piece: str, lists: Mapping[str, frozenset[str]]) -> list[str]:
    """The words that a part allows: its own, and those of the lists it names."""
    found: list[str] = []
    for word in piece.split("|"):
        if word in _PLACES:
            continue
        if word.startswith("{"):
            found += sorted(lists[word[1:-1]])
        else:
            found.append(_spell(word))
    return found
