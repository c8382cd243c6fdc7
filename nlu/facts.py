"""Reads the facts of the vocabulary from what a person writes, in Danish. Pure; the ways of saying it are content.

`nlu/facts_da.yml` holds the rows and explains how they are written. Here they are held against the text: negations,
questions, wishes, the past and other people's facts do not count, and where two readings disagree, none is given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.eligibility import FactValue
from nlu.fact_rows import MONTHS, SEASONS, Block, Table, Way, read_table, rows_for, spell

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’](?=[^\W\d_])[^\W\d_]+)?|[.!?;:,\n()\"“”–—-]")
_LONGEST_SENTENCE = 60
"""Words; dictated text without stops is read in pieces of this length."""
_DAYS = {"dag": 1.0, "uge": 7.0, "maned": 365 / 12, "ar": 365.0}
_THOUSANDS = re.compile(r"(\d)\.(\d{3})$")
_NEXT_WORD = re.compile(r" ?([^\W\d_]+)")
_SIGNS = (".", "?", ",")
_ANYONE = ("en", "et", "man")


@dataclass(frozen=True)
class _Hit:
    value: FactValue
    words: str
    of_others: bool


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
    table = read_table()
    line = _line(text, table)
    hits: dict[Way, list[_Hit]] = {}
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


def _told(fact: str, block: Block, hits: Mapping[Way, list[_Hit]], tags: dict[str, str]) -> list[_Hit]:
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


def _hits(line: _Line, table: Table, today: date) -> Iterator[tuple[Way, _Hit]]:
    for first, token in enumerate(line.tokens):
        for row in rows_for(token, table):
            match = row.pattern.match(line.plain, line.starts[first])
            if match is None:
                continue
            last = bisect_right(line.starts, match.end() - 1) - 1
            begin = first + (token in _SIGNS)
            if _refused(line, begin, last, row.also_in, table):
                continue
            block = table.blocks[row.way.fact]
            value = row.way.value
            if value is None and block.limits is not None:
                value = _number(match, block, block.limits, today)
            if value is not None:
                words = line.text[line.places[begin][0] : line.places[last][1]].rstrip(" ,.")
                yield row.way, _Hit(value, words, _of_others(line, begin, table))


def _sentence(line: _Line, index: int, stops: Sequence[str] = (".", "?")) -> int:
    """Where the sentence (or clause) begins that holds the word `index`."""
    begin = index
    while begin > 0 and line.tokens[begin - 1] not in stops and index - begin < _LONGEST_SENTENCE:
        begin -= 1
    return begin


def _refused(line: _Line, first: int, last: int, also_in: frozenset[str], table: Table) -> bool:
    """Whether the words around a match deny it, ask it, wish it, or tell it of the past."""
    lists, inside = table.lists, set(line.tokens[first : last + 1])
    begin = _sentence(line, first, (".", "?", ",", *lists["clause_openers"]))
    before = line.tokens[max(begin, first - 8) : first]
    after = line.tokens[last + 1 : last + 2]
    if "negations" not in also_in and (lists["negations"] & {*before[-3:], *inside} or lists["not"] & {*after}):
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


def _of_others(line: _Line, index: int, table: Table) -> bool:
    """Whether the clause, or the "han" or "hun" it begins with, is about somebody near the writer ("min kone er …")."""
    lists, subject = table.lists, False
    for place in range(max(1, index - _LONGEST_SENTENCE), index + 1):
        before, word = line.tokens[place - 1], line.tokens[place]
        if word in lists["near_people"] and before in lists["mine"]:
            subject = line.tokens[place - 2 : place - 1] == () or line.tokens[place - 2] not in lists["prepositions"]
        elif (place < index and word in lists["self"]) or (before in (".", "?") and word not in lists["they"]):
            subject = False
    return subject


def _number(match: re.Match[str], block: Block, limits: tuple[int, int], today: date) -> int | None:
    """The number a match tells ("8-12": the larger), in the unit of its fact; None when it lies outside what can be."""
    groups = match.groupdict()
    if groups.get("n"):
        number = _amount(groups["n"]) + (0.5 if groups.get("half") else 0)
        if groups.get("m"):
            number = _amount(groups["m"])
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
    month_word, year_word = groups.get("month"), groups.get("year") or groups.get("last")
    year = today.year if not year_word else int(year_word) if year_word[0] == "2" else today.year - 1
    if not month_word:
        return date(year, 7, 1)
    month = SEASONS.get(month_word) or MONTHS.index(month_word) + 1
    day = min(28, max(1, int(groups.get("day") or 15)))
    if not year_word and (month, int(groups.get("day") or 1)) > (today.month, today.day):
        year -= 1
    return min(today, date(year, month, day)) if not year_word else date(year, month, day)


def _line(text: str, table: Table) -> _Line:
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


def _token(found: re.Match[str], text: str, tokens: list[str], table: Table) -> str:
    """The word to match for a piece of the text, a "." or "?" for its end, "," for other signs; "" is left out."""
    raw, last = found.group(), tokens[-1] if tokens else ""
    if raw[0].isdigit():
        return _THOUSANDS.sub(r"\1\2", raw).replace(".", ",")[:9] if raw.isascii() else ""
    if raw[0].isalpha():
        word = spell(raw)
        return table.same.get(word, word)
    after = text[found.end() : found.end() + 2]
    counted = _NEXT_WORD.match(text, found.end()) if raw == "." and last.isdigit() else None
    if counted and any(spell(counted.group(1)).startswith(word) for word in table.lists["counted"]):
        tokens[-1] = last + "."
        return ""
    if raw == "." and last in table.lists["abbreviations"]:
        return ""
    if raw == "-" and text[found.start() - 1 : found.start()] not in (" ", ""):
        return "-" if last.isdigit() and after[:1].isdigit() else ""
    return "?" if raw == "?" else "." if raw in ".!;\n" else ","
